//! Times of many runs, and what is said about them.

use std::time::Duration;

use super::table::Row;

const MILLISECONDS: f64 = 1000.0;

/// The times of many runs of the same thing.
#[derive(Debug, Default)]
pub(super) struct Distribution {
    times: Vec<Duration>,
}

impl Distribution {
    /// Adds a run.
    pub(super) fn add(&mut self, time: Duration) {
        let place = self.times.partition_point(|other| *other < time);
        self.times.insert(place, time);
    }

    /// The time that so many of a hundred runs did not exceed; zero without runs.
    fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.times.len() * percent).div_ceil(100);
        let time = self.times.get(rank.saturating_sub(1));
        time.copied().unwrap_or_default()
    }

    /// The median, the 95th percentile, which has the bar in milliseconds, and the longest.
    pub(super) fn rows(&self, name: &str, bar: Option<f64>, against: &str) -> [Row; 3] {
        let row = |suffix: &str, percent, bar: Option<f64>| {
            let value = self.percentile(percent).as_secs_f64() * MILLISECONDS;
            Row {
                name: format!("{name}_{suffix}"),
                value: Some(value),
                unit: "ms",
                bar,
                met: bar.map(|bar| value < bar),
                against: against.to_owned(),
            }
        };
        [
            row("p50", 50, None),
            row("p95", 95, bar),
            row("max", 100, None),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_runs_that_were() {
        let mut times = Distribution::default();
        for number in [7, 50, 1, 49].into_iter().chain(2..7).chain(8..49) {
            times.add(Duration::from_millis(number));
        }
        let rows = times.rows("boot", Some(48.0), "50 runs");
        let values = rows
            .each_ref()
            .map(|row| (row.name.as_str(), row.value.unwrap(), row.met));
        assert_eq!(
            values,
            [
                ("boot_p50", 25.0, None),
                ("boot_p95", 48.0, Some(false)),
                ("boot_max", 50.0, None)
            ]
        );
    }
}
