//! The numbers of a bench, with their bars.

use std::fmt::Write as _;

use serde::Serialize;

/// One number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    /// Stable name.
    pub(super) name: String,
    /// How much it is; `None` where there is nothing to measure.
    pub(super) value: Option<f64>,
    /// In what.
    pub(super) unit: &'static str,
    /// The most that it may be; `None` where nothing was promised.
    pub(super) bar: Option<f64>,
    /// Whether it keeps its bar; `None` where there is none.
    pub(super) met: Option<bool>,
    /// What it was measured on.
    pub(super) against: String,
}

impl Row {
    /// A number that must be at most this.
    pub(super) fn at_most(
        name: &str,
        value: f64,
        unit: &'static str,
        bar: f64,
        against: &str,
    ) -> Self {
        Self {
            name: name.to_owned(),
            value: Some(value),
            unit,
            bar: Some(bar),
            met: Some(value <= bar),
            against: against.to_owned(),
        }
    }
}

/// All numbers of a bench.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Table {
    /// In the order in which they are printed.
    pub(super) rows: Vec<Row>,
}

impl Table {
    /// Whether every bar is kept.
    pub(super) fn is_met(&self) -> bool {
        self.rows.iter().all(|row| row.met != Some(false))
    }

    /// The table for people.
    pub(super) fn text(&self) -> String {
        let names = self.rows.iter().map(|row| row.name.len());
        let width = names.max().unwrap_or(0).max("name".len());
        let units = self.rows.iter().map(|row| row.unit.len());
        let unit = units.max().unwrap_or(0).max("unit".len());
        let mut text = format!(
            "{:<width$} {:>9} {:<unit$} {:>7} {:<4} against\n",
            "name", "value", "unit", "bar", "met"
        );
        for row in &self.rows {
            let bar = row.bar.map_or("-".to_owned(), |bar| format!("{bar}"));
            let value = row.value.map_or("-".to_owned(), |it| format!("{it:.2}"));
            let met = match row.met {
                Some(true) => "yes",
                Some(false) => "no",
                None => "-",
            };
            let _ = writeln!(
                text,
                "{:<width$} {value:>9} {:<unit$} {bar:>7} {met:<4} {}",
                row.name, row.unit, row.against
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, value: f64, bar: Option<f64>) -> Row {
        Row {
            name: name.to_owned(),
            value: Some(value),
            unit: "ms",
            bar,
            met: bar.map(|bar| value < bar),
            against: "a test".to_owned(),
        }
    }

    #[test]
    fn columns_stand_below_their_names() {
        let rows = vec![
            row("first_message_p95", 12.5, Some(300.0)),
            row("echo", 1.0, None),
        ];
        let expected = "\
name                  value unit     bar met  against
first_message_p95     12.50 ms       300 yes  a test
echo                   1.00 ms         - -    a test
";
        assert_eq!(Table { rows }.text(), expected);
    }

    #[test]
    fn one_missed_bar_is_a_missed_bench() {
        let mut table = Table {
            rows: vec![row("good", 1.0, Some(2.0)), row("free", 9.0, None)],
        };
        assert!(table.is_met());
        table.rows.push(row("bad", 2.0, Some(2.0)));
        assert!(!table.is_met());
    }

    #[test]
    fn programs_read_every_column() {
        let table = Table {
            rows: vec![row("echo", 1.0, None)],
        };
        assert_eq!(
            serde_json::to_string(&table).unwrap(),
            "{\"rows\":[{\"name\":\"echo\",\"value\":1.0,\"unit\":\"ms\",\"bar\":null,\
             \"met\":null,\"against\":\"a test\"}]}"
        );
    }
}
