//! The help, as a newcomer reads it.

use insta::{Settings, assert_snapshot};

use crate::septum::Desk;

fn help(arguments: &[&str]) -> String {
    let text = Desk::new().run(arguments).good();
    let lines = text.lines();
    let too_wide: Vec<&str> = lines.filter(|line| line.chars().count() > 100).collect();
    assert!(too_wide.is_empty(), "{too_wide:?}");
    text
}

#[test]
fn every_command_explains_itself() {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        assert_snapshot!("septum", help(&["--help"]));
        assert_snapshot!("new", help(&["new", "--help"]));
        assert_snapshot!("new-partition", help(&["new-partition", "--help"]));
        assert_snapshot!("check", help(&["check", "--help"]));
        assert_snapshot!("build", help(&["build", "--help"]));
        assert_snapshot!("run", help(&["run", "--help"]));
        assert_snapshot!("export", help(&["export", "--help"]));
        assert_snapshot!("emulate", help(&["emulate", "--help"]));
    });
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = help(&["--version"]);
    assert_eq!(version, format!("septum {}\n", env!("CARGO_PKG_VERSION")));
}
