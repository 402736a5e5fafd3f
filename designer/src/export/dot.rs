//! The graph of a design in the language of Graphviz.

use std::fmt::Write as _;

use super::diagram::{Edge, Node, edges, nodes};
use crate::ui::design::Design;
use crate::ui::graph::link::Style;
use crate::ui::object::Object;

/// What all boxes and lines have in common.
const DEFAULTS: &str = "  \
  rankdir=LR;
  node [shape=box, fontname=\"monospace\", fontsize=11];
  edge [fontname=\"monospace\", fontsize=9];
";

/// The graph of a design.
#[must_use]
pub fn text(design: &Design) -> String {
    let name = quoted(&design.system.name);
    let mut text = format!("digraph {name} {{\n{DEFAULTS}");
    for node in nodes(design) {
        write_node(&mut text, &node);
    }
    for edge in edges(design) {
        write_edge(&mut text, &edge);
    }
    text.push_str("}\n");
    text
}

fn write_node(text: &mut String, node: &Node) {
    let style = match node.object {
        Object::Device(_) => ", style=rounded",
        Object::Memory(_) => ", style=dotted",
        _ => "",
    };
    let label = label(&node.lines);
    let _ = writeln!(text, "  {} [label={label}{style}];", node.id);
}

fn write_edge(text: &mut String, edge: &Edge) {
    let style = match edge.style {
        Style::Queuing => "style=solid",
        Style::Sampling => "style=solid, color=\"black:invis:black\"",
        Style::Signal => "style=dashed",
        Style::Interrupt => "style=bold",
        Style::Access => "style=dotted, dir=none",
    };
    let ([from, out], [to, into]) = (&edge.from, &edge.to);
    let _ = writeln!(
        text,
        "  {from} -> {to} [label={}, taillabel={}, headlabel={}, tooltip={}, {style}];",
        label(&edge.lines),
        quoted(out),
        quoted(into),
        quoted(&edge.sentence),
    );
}

/// Lines above each other.
fn label(lines: &[String]) -> String {
    quoted(&lines.join("\n"))
}

/// A text that Graphviz shows as it is: neither the end of a string, nor an escape sequence
/// (escString), nor an entity of HTML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str("\\n"),
            other if other.is_control() => quoted.push(char::REPLACEMENT_CHARACTER),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use septum_core::arbitrary;

    use super::*;
    use crate::export::sample::design;

    /// The strings of a line, as Graphviz reads and shows them, and what stands around them.
    fn read(line: &str) -> (Vec<String>, String) {
        let (mut strings, mut around) = (Vec::new(), String::new());
        let mut rest = line.chars();
        while let Some(character) = rest.next() {
            match character {
                '"' => strings.push(string(&mut rest)),
                other => around.push(other),
            }
        }
        (strings, around)
    }

    fn string(rest: &mut impl Iterator<Item = char>) -> String {
        let mut text = String::new();
        loop {
            match rest.next().expect("the end of the string") {
                '"' => return text.replace("&amp;", "&"),
                '\\' => match rest.next().unwrap() {
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
    }

    #[test]
    fn every_name_is_shown_as_it_is() {
        let name = r#"a"b\n&lt;\G]; x -> y"#;
        let (strings, around) = read(&format!("  p0 [label={}];", quoted(name)));
        assert_eq!(
            (strings, around.as_str()),
            (vec![name.to_owned()], "  p0 [label=];")
        );
    }

    proptest! {
        #[test]
        fn no_name_changes_the_graph(system in arbitrary::system()) {
            let design = design(system);
            let text = text(&design);
            let lines: Vec<(Vec<String>, String)> = text.lines().map(read).collect();
            let nodes = nodes(&design);
            let count = |sign: &str| lines.iter().filter(|(_, line)| line.contains(sign)).count();
            prop_assert_eq!(count(" -> "), edges(&design).len());
            for node in nodes {
                let begin = format!("  {} [", node.id);
                let (strings, _) = lines.iter().find(|(_, it)| it.starts_with(&begin)).unwrap();
                let shown: String = node.lines.join("\n");
                let shown = shown.chars().map(|it| match it {
                    '\n' => it,
                    it if it.is_control() => char::REPLACEMENT_CHARACTER,
                    it => it,
                });
                prop_assert_eq!(&strings[0], &shown.collect::<String>());
            }
        }
    }
}
