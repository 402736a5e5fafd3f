//! The graph of a design as a flowchart of Mermaid.

use std::fmt::Write as _;

use super::diagram::{Edge, Node, edges, nodes};
use super::mermaid::escaped;
use crate::ui::design::Design;
use crate::ui::graph::link::Style;
use crate::ui::object::Object;

/// The graph of a design.
#[must_use]
pub fn text(design: &Design) -> String {
    let mut text = String::from("flowchart LR\n");
    for node in nodes(design) {
        write_node(&mut text, &node);
    }
    for edge in edges(design) {
        write_edge(&mut text, &edge);
    }
    text
}

fn write_node(text: &mut String, node: &Node) {
    let (open, close) = match node.object {
        Object::Device(_) => ("([", "])"),
        Object::Memory(_) => ("[(", ")]"),
        _ => ("[", "]"),
    };
    let label = label(node.lines.iter().map(String::as_str));
    let _ = writeln!(text, "  {}{open}{label}{close}", node.id);
}

fn write_edge(text: &mut String, edge: &Edge) {
    let arrow = match edge.style {
        Style::Queuing => "-->",
        Style::Sampling | Style::Interrupt => "==>",
        Style::Signal => "-.->",
        Style::Access => "-.-",
    };
    let ([from, out], [to, into]) = (&edge.from, &edge.to);
    let ports = match (out.is_empty(), into.is_empty()) {
        (false, false) => format!("port {out} to port {into}"),
        (true, false) => format!("to port {into}"),
        _ => String::new(),
    };
    let is_access = edge.style == Style::Access;
    let ports = Some(ports).filter(|ports| !ports.is_empty() && !is_access);
    let lines = edge.lines.iter().map(String::as_str);
    let label = label(lines.chain(ports.as_deref()));
    let _ = writeln!(text, "  {from} {arrow}|{label}| {to}");
}

/// Lines above each other.
fn label<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<String> = lines.map(escaped).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use septum_core::arbitrary;

    use super::*;
    use crate::export::mermaid::tests::shown;
    use crate::export::sample::design;

    proptest! {
        #[test]
        fn no_name_changes_the_graph(system in arbitrary::system()) {
            let design = design(system);
            let text = text(&design);
            let (nodes, edges) = (nodes(&design), edges(&design));
            prop_assert_eq!(text.lines().count(), 1 + nodes.len() + edges.len());
            for (line, node) in text.lines().skip(1).zip(&nodes) {
                let mut parts = line.split('"');
                prop_assert!(parts.next().unwrap().trim().starts_with(&node.id));
                let label = parts.next().unwrap();
                let name = label.split("<br/>").next().unwrap();
                let own = node.lines[0].replace(char::is_control, "\u{fffd}");
                prop_assert_eq!(shown(name), own);
                prop_assert_eq!(parts.count(), 1);
            }
        }
    }
}
