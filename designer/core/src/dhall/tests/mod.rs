//! Reading and writing together.

use std::path::Path;

use proptest::prelude::*;

use super::{Evaluator, Form, built_in_machine, defaults, load, load_machine, load_text, write};
use crate::arbitrary;
use crate::check::check_machine;
use crate::diagnostic::{Position, SpecPath};
use crate::places::Places;
use crate::spec::RawSystem;
use crate::templates::{PACKAGE, PACKAGE_FOLDER, TEMPLATES, machines};

mod places;

/// A project folder with the package in it.
fn project(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in PACKAGE {
        let path = folder.path().join(PACKAGE_FOLDER).join(file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    std::fs::write(folder.path().join("system.dhall"), text).unwrap();
    folder
}

#[test]
fn the_package_is_embedded_completely() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/septum");
    let mut found: Vec<String> = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&folder).unwrap();
                found.push(name.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    let mut listed: Vec<String> = PACKAGE.iter().map(|file| file.path.to_owned()).collect();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn every_machine_of_the_package_has_its_name_and_no_problems() {
    let names: Vec<&str> = machines().map(|(name, _)| name).collect();
    assert_eq!(names, ["qemu-virt-pmp", "qemu-virt"]);
    for name in names {
        let machine = built_in_machine(name).unwrap();
        assert_eq!(machine.name, name);
        let checked = check_machine(&machine, &Places::default());
        assert_eq!(
            (checked.machine.is_some(), checked.diagnostics),
            (true, vec![])
        );
    }
    assert_eq!(
        built_in_machine("qemu-virt"),
        Some(defaults().system.machine.clone())
    );
    for name in ["", "qemu", "machines/qemu-virt", "../qemu-virt"] {
        assert_eq!(built_in_machine(name), None, "{name}");
    }
}

#[test]
fn a_machine_alone_is_the_same_as_in_a_design() {
    let machine = "Septum.qemu-virt\n  // { timebase_hz = 3 }";
    let package = "let Septum = ./septum/package.dhall\nin  ";
    let alone = format!("{package}{machine}");
    let designed = format!(
        "{package}Septum.System::{{ name = \"\", partitions = [] : List Septum.Partition.Type\n\
         , schedules = [] : List Septum.Schedule.Type, machine =\n{machine} }}"
    );
    for (text, line) in [(alone, 3), (designed, 5)] {
        let folder = project(&text);
        let file = folder.path().join("system.dhall");
        let loaded = load_machine(&file, &Evaluator::InProcess);
        assert_eq!(loaded.diagnostics, []);
        let checked = check_machine(&loaded.machine.unwrap(), &loaded.places);
        assert_eq!(checked.machine, None);
        let place = &checked.diagnostics[0].places[0];
        assert_eq!(place.path, SpecPath("machine.timebase_hz".to_owned()));
        let at = place.position.map(|Position { line, .. }| line);
        assert_eq!(at, Some(line), "{text}");
    }
}

#[test]
fn starter_systems_are_in_the_writers_form() {
    for template in TEMPLATES {
        let text = std::str::from_utf8(template.files[0].bytes).unwrap();
        let loaded = load_text(text);
        assert_eq!(loaded.diagnostics, [], "{}", template.name);
        let written = write(&loaded.raw.unwrap()).text;
        assert_eq!(written, text, "{}", template.name);
        assert_eq!(loaded.form, Form::Writer, "{}", template.name);
    }
}

#[test]
fn other_texts_are_not_in_the_writers_form() {
    let text = std::str::from_utf8(TEMPLATES[0].files[0].bytes).unwrap();
    let with_comment = format!("-- mine\n{text}");
    let loaded = load_text(&with_comment);
    assert!(loaded.raw.is_some());
    assert_eq!(loaded.form, Form::Other);
    assert_eq!(loaded.text, with_comment);
}

/// What `serde_dhall` reads by itself, with the parser beneath it.
fn read_by_serde_dhall(text: &str) -> RawSystem {
    let folder = project(text);
    let path = folder.path().join("system.dhall");
    serde_dhall::from_file(path).parse().unwrap()
}

#[test]
fn serde_dhall_reads_starter_systems_alike() {
    for template in TEMPLATES {
        let text = std::str::from_utf8(template.files[0].bytes).unwrap();
        let ours = load_text(text).raw.unwrap();
        assert_eq!(read_by_serde_dhall(text), ours, "{}", template.name);
    }
}

#[test]
fn files_are_read_from_disk_like_embedded_text() {
    let text = std::str::from_utf8(TEMPLATES[0].files[0].bytes).unwrap();
    let folder = project(text);
    let path = folder.path().join("system.dhall");
    let from_disk = load(&path, &Evaluator::InProcess);
    assert_eq!(from_disk.raw, load_text(text).raw);
    assert_eq!(from_disk.form, Form::Writer);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back_equal(raw in arbitrary::system()) {
        let written = write(&raw);
        let loaded = load_text(&written.text);
        prop_assert_eq!(&loaded.diagnostics, &[], "{}", written.text);
        prop_assert_eq!(loaded.raw.as_ref(), Some(&raw), "{}", written.text);
        prop_assert_eq!(loaded.form, Form::Writer);
    }

    #[test]
    fn the_writer_knows_where_everything_stands(raw in arbitrary::system()) {
        let written = write(&raw);
        let loaded = load_text(&written.text);
        prop_assert_eq!(loaded.places.positions(), written.places.positions(), "{}", written.text);
    }

    #[test]
    fn lines_are_short_where_no_text_is_long(raw in arbitrary::system()) {
        let written = write(&raw);
        for line in written.text.lines().filter(|line| line.chars().count() > 80) {
            prop_assert!(line.contains('"') || line.contains("[ partition"), "{}", line);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn serde_dhall_reads_back_what_is_written(raw in arbitrary::system()) {
        prop_assert_eq!(read_by_serde_dhall(&write(&raw).text), raw);
    }
}
