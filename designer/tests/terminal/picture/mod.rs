//! The pictures of the README are screens of real runs. They are compared byte by byte: time is
//! virtual, so the same design gives the same screen. `SEPTUM_UPDATE_PICTURES=1` draws them anew.

mod glyph;
mod svg;

use std::fs;
use std::path::Path;

use septum_terminal::Size;

use crate::designer::Designer;
use crate::home::{Home, MIDDLE};

/// Wide enough for the properties beside the graph.
const GRAPH: Size = Size {
    columns: 120,
    rows: 28,
};
/// Large enough for every panel of the trace.
const TRACE: Size = MIDDLE;
/// More than this is no small picture.
const MOST_BYTES: usize = 100_000;

fn compare(name: &str, designer: &Designer) {
    let drawn = svg::draw(&designer.cells());
    assert!(drawn.len() < MOST_BYTES, "{name} has {} bytes", drawn.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/screens");
    let file = folder.join(name).with_extension("svg");
    if std::env::var_os("SEPTUM_UPDATE_PICTURES").is_some() {
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(&file, &drawn).expect("a file");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let screen = designer.screen();
    assert!(
        kept == drawn,
        "{} is not this screen; SEPTUM_UPDATE_PICTURES=1 draws it anew:\n{screen}",
        file.display()
    );
}

#[test]
fn the_graph_is_as_the_readme_shows_it() {
    let home = Home::new();
    let mut designer = home.designer(&[], GRAPH);
    designer.see(&["no problems"]);
    designer
        .keys("/ \"driver\" enter")
        .see(&["─ partition driver ─"]);
    compare("graph", &designer);
}

/// A run of so many milliseconds, and the frame in which the first byte came through.
#[test]
fn the_trace_is_as_the_readme_shows_it() {
    let home = Home::new();
    let mut designer = home.designer(&[], TRACE);
    designer
        .see(&["no problems"])
        .keys("F5")
        .see(&["paused", "driver: send"]);
    designer
        .keys("t ctrl-u \"4ms\" enter")
        .see(&["paused", "of 4.000000 ms"]);
    designer
        .keys("g g / \"clean\" enter 0")
        .see(&["filter: send", "│1.8 ms"])
        .see_none(&["Search"]);
    compare("trace", &designer);
}
