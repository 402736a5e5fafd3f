//! Saving, opening, and what survives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use septum_core::dhall::Form;

use super::desk::Desk;
use crate::ui::effect::{Effect, perform};
use crate::ui::input::Input;
use crate::ui::journal;
use crate::ui::stamp::Stamp;
use crate::ui::update::update;

fn journals(desk: &Desk) -> Vec<PathBuf> {
    let files = fs::read_dir(desk.world.journals.as_deref().unwrap());
    files.map_or(Vec::new(), |files| {
        files.map(|file| file.unwrap().path()).collect()
    })
}

/// A design with a file, with work that a crash left behind; and the designer after it, which
/// asks what to do with it.
fn crashed() -> Desk {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l r ctrl-u \"alpha\" enter");
    let desk = desk.reopen(&spec);
    assert!(desk.screen().contains("survived"), "{}", desk.screen());
    desk
}

/// What a later run finds of the work that a crash left behind.
fn survivor(desk: &Desk) -> Option<String> {
    let spec = desk.path("ping-pong/system.dhall");
    let found = journal::find(&desk.another_run(), Some(&spec))?;
    Some(found.entry.design.system.partitions[0].name.clone())
}

#[test]
fn the_first_save_writes_a_whole_project() {
    let desk = Desk::saved("sensor-pipeline");
    let folder = desk.path("sensor-pipeline");
    let files = [
        "system.dhall",
        "system.layout.json",
        "scenario.dhall",
        "septum/package.dhall",
        "programs/uart-driver.elf",
    ];
    for file in files {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let before = desk.state.design.clone();
    let desk = desk.reopen(&folder);
    assert_eq!(
        desk.state.design, before,
        "what is saved and opened again is the same"
    );
    assert_eq!(desk.state.document.form, Form::Writer);
    assert!(!desk.state.is_modified());
}

#[test]
fn places_are_kept_beside_the_spec() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let text = Stamp::of_file(&spec).unwrap();
    desk.keys("l J J J F2");
    assert!(
        desk.screen().contains("Saved the places"),
        "{}",
        desk.screen()
    );
    assert_eq!(
        Stamp::of_file(&spec).unwrap(),
        text,
        "only boxes were moved"
    );
    let before = desk.state.design.clone();
    assert_eq!(desk.reopen(&spec).state.design, before);
}

#[test]
fn a_text_of_its_own_form_is_never_overwritten() {
    let desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let text = format!("-- mine\n{}", fs::read_to_string(&spec).unwrap());
    fs::write(&spec, &text).unwrap();
    let mut desk = desk.reopen(&spec);
    assert_eq!(desk.state.document.form, Form::Other);
    let notice = "Saves go to system.septum.dhall: system.dhall has comments or lets of its own";
    assert!(desk.screen().contains(notice), "{}", desk.screen());
    desk.keys("3");
    let head = desk.screen().lines().nth(1).unwrap().to_owned();
    assert!(head.contains(notice), "{head}");
    desk.keys("1 l r ctrl-u \"alpha\" enter F2");
    assert!(
        desk.screen()
            .contains("Saved as system.septum.dhall; system.dhall has comments or lets of its own"),
        "{}",
        desk.screen()
    );
    assert_eq!(fs::read_to_string(&spec).unwrap(), text);
    let beside = desk.path("ping-pong/system.septum.dhall");
    assert!(fs::read_to_string(&beside).unwrap().contains("alpha"));
    desk.keys("l r ctrl-u \"beta\" enter F2");
    assert!(
        fs::read_to_string(&beside).unwrap().contains("beta"),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_file_that_somebody_changed_is_noticed() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let theirs = fs::read_to_string(&spec)
        .unwrap()
        .replace("\"there\"", "\"thither\"");
    fs::write(&spec, &theirs).unwrap();
    desk.keys("l r ctrl-u \"alpha\" enter F2");
    assert!(
        desk.screen().contains("was changed by"),
        "{}",
        desk.screen()
    );
    assert_eq!(fs::read_to_string(&spec).unwrap(), theirs);
    desk.keys("esc F2 l");
    assert_eq!(desk.system().channels[0].name, "thither");
    desk.keys("u");
    assert_eq!(desk.system().partitions[0].name, "alpha");
    desk.keys("F2");
    assert!(
        fs::read_to_string(&spec).unwrap().contains("alpha"),
        "{}",
        desk.screen()
    );
}

#[test]
fn overwriting_is_a_choice() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    fs::write(&spec, "somebody else").unwrap();
    desk.keys("l r ctrl-u \"alpha\" enter F2 o");
    assert!(fs::read_to_string(&spec).unwrap().contains("alpha"));
    assert!(!desk.state.is_modified());
}

#[test]
fn a_crash_loses_nothing() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l r ctrl-u \"alpha\" enter L L");
    let before = desk.state.design.clone();
    let mut desk = desk.reopen(&spec);
    assert!(
        desk.screen().contains("survived the end"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.system().partitions[0].name, "ping");
    desk.keys("r");
    assert_eq!(desk.state.design, before);
    assert!(desk.state.is_modified());
    desk.keys("F2");
    assert!(!desk.state.is_modified(), "{}", desk.screen());
    assert!(
        desk.reopen(&spec).state.overlays.is_empty(),
        "nothing is left to recover"
    );
}

#[test]
fn work_without_a_file_survives_too() {
    let mut desk = Desk::new("ping-pong");
    desk.keys("l r ctrl-u \"alpha\" enter");
    let found = journal::find(&desk.another_run(), None).unwrap();
    assert_eq!(found.entry.design, desk.state.design);
    assert_eq!(found.entry.template.as_deref(), Some("ping-pong"));
    desk.keys("q d");
    assert!(desk.state.quitting);
    assert!(
        journal::find(&desk.another_run(), None).is_none(),
        "given up on purpose"
    );
}

#[test]
fn a_journal_of_a_process_that_is_gone_is_found() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l d");
    let file = journals(&desk).remove(0);
    let text = fs::read_to_string(&file).unwrap();
    let own = format!("\"process\":{}", std::process::id());
    assert!(text.contains(&own));
    fs::write(&file, text.replace(&own, "\"process\":4194304")).unwrap();
    assert!(
        journal::find(&desk.another_run(), Some(&spec)).is_some(),
        "nobody has this number"
    );
}

#[test]
fn terminating_keeps_the_work() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l d");
    desk.input(Input::Terminate);
    assert!(desk.state.quitting);
    assert!(!desk.reopen(&spec).state.overlays.is_empty());
}

#[test]
fn quitting_with_unsaved_work_asks() {
    let mut desk = Desk::saved("ping-pong");
    desk.keys("l d q");
    assert!(!desk.state.quitting && desk.screen().contains("not saved"));
    desk.keys("s");
    assert!(desk.state.quitting);
    let text = fs::read_to_string(desk.path("ping-pong/system.dhall")).unwrap();
    assert!(!text.contains("\"ping\""));
}

#[test]
fn a_file_without_a_design_is_one_sentence() {
    let mut desk = Desk::saved("ping-pong");
    let bad = desk.path("bad.dhall");
    fs::write(&bad, "{ name = 1 }").unwrap();
    desk.keys(&format!("F3 \"{}\" enter", bad.display()));
    assert_eq!(desk.system().name, "ping-pong");
    assert!(desk.state.notice.is_some(), "{}", desk.screen());
}

#[test]
fn what_is_changed_while_another_design_is_opened_stays() {
    let mut desk = Desk::saved("ping-pong");
    let mut asked = Vec::new();
    for key in ["F4", "enter", "l", "d"] {
        asked.extend(update(&mut desk.state, Input::Key(key.parse().unwrap())));
    }
    let open = asked.into_iter();
    let mut open = open.filter(|it| matches!(it, Effect::OpenTemplate { .. }));
    let opened = perform(open.next().unwrap(), &desk.world).unwrap();
    desk.input(Input::Outcome(opened));
    assert!(
        desk.screen().contains("Nothing was opened"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.system().partitions.len(), 1);
    desk.keys("F2 F4 enter");
    assert!(!desk.screen().contains("Nothing was opened"));
    assert_eq!(desk.system().partitions.len(), 2);
}

#[test]
fn a_folder_that_cannot_be_written_is_one_sentence() {
    let mut desk = Desk::new("ping-pong");
    let file = desk.path("file");
    fs::write(&file, "").unwrap();
    desk.keys(&format!(
        "F2 ctrl-u \"{}/inside/deep\" enter",
        file.display()
    ));
    assert!(
        desk.screen().contains("cannot be saved"),
        "{}",
        desk.screen()
    );
    assert!(desk.state.is_modified());
}

/// Presses keys, and keeps what they ask of the disk for later.
fn ask_later(desk: &mut Desk, keys: &str) -> Vec<Effect> {
    let keys = keys.split_whitespace().map(|key| key.parse().unwrap());
    let asked = keys.flat_map(|key| update(&mut desk.state, Input::Key(key)));
    let is_of_files =
        |effect: &Effect| matches!(effect, Effect::OpenTemplate { .. } | Effect::Save(_));
    asked.filter(is_of_files).collect()
}

fn do_now(desk: &mut Desk, effect: Effect) {
    let outcome = perform(effect, &desk.world).unwrap();
    desk.input(Input::Outcome(outcome));
}

#[test]
fn a_save_that_lands_after_another_design_was_opened_leaves_that_one_alone() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l r ctrl-u \"alpha\" enter");
    for effect in ask_later(&mut desk, "F4 d down enter F2") {
        do_now(&mut desk, effect);
    }
    assert_ne!(desk.system().name, "ping-pong");
    assert!(desk.screen().contains("Saved /"), "{}", desk.screen());
    assert_eq!(desk.state.document.path, None);
    let text = fs::read_to_string(&spec).unwrap();
    assert!(text.contains("\"alpha\""), "{text}");
    desk.keys("l r ctrl-u \"beta\" enter F2");
    assert!(desk.screen().contains("Save in which"), "{}", desk.screen());
    assert_eq!(fs::read_to_string(&spec).unwrap(), text);
}

#[test]
fn a_refused_save_of_an_earlier_design_asks_nothing_about_the_new_one() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l r ctrl-u \"alpha\" enter");
    fs::write(&spec, "somebody else").unwrap();
    for effect in ask_later(&mut desk, "F4 d down enter F2") {
        do_now(&mut desk, effect);
    }
    assert!(desk.state.overlays.is_empty(), "{}", desk.screen());
    let notice = &desk.state.notice.as_ref().unwrap().text;
    assert!(notice.contains("was changed by somebody else"), "{notice}");
    assert_eq!(journals(&desk).len(), 1, "what was not saved");
    assert_eq!(fs::read_to_string(&spec).unwrap(), "somebody else");
}

#[test]
fn of_two_opens_the_last_counts_and_replaces_no_edited_work() {
    let mut desk = Desk::saved("ping-pong");
    let mut opens = ask_later(&mut desk, "F4 enter F4 down enter");
    let last = opens.pop().unwrap();
    do_now(&mut desk, opens.pop().unwrap());
    assert_eq!(desk.system().name, "ping-pong");
    desk.keys("l r ctrl-u \"alpha\" enter");
    do_now(&mut desk, last);
    assert!(
        desk.screen().contains("Nothing was opened"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.system().partitions[0].name, "alpha");
}

#[test]
fn a_file_that_is_loaded_for_an_earlier_design_is_no_step_of_the_new_one() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let load = Effect::Load {
        path: spec,
        width: 80,
        serial: desk.state.serial,
    };
    desk.keys("F4 down enter");
    let name = desk.system().name.clone();
    do_now(&mut desk, load);
    assert_eq!(desk.system().name, name);
    assert_ne!(name, "ping-pong");
    assert!(desk.state.history.next_undo().is_none());
}

#[test]
fn a_signal_while_recovery_is_asked_takes_nothing() {
    let mut desk = crashed();
    desk.input(Input::Terminate);
    assert_eq!(survivor(&desk).as_deref(), Some("alpha"));
}

#[test]
fn a_question_about_recovery_that_is_closed_is_asked_again() {
    let mut desk = crashed();
    desk.keys("esc q");
    assert!(desk.state.quitting);
    assert_eq!(survivor(&desk).as_deref(), Some("alpha"));
}

#[test]
fn work_after_a_closed_question_has_a_journal_of_its_own() {
    let mut desk = crashed();
    let found = journals(&desk).remove(0);
    desk.keys("esc l L");
    assert_eq!(journals(&desk).len(), 2);
    desk.keys("u");
    assert_eq!(journals(&desk), [found]);
}

#[test]
fn opening_from_inside_leaves_the_journal_until_the_answer() {
    let desk = crashed();
    let spec = desk.path("ping-pong/system.dhall");
    let mut desk = Desk::beside(desk, "crash-course");
    desk.keys(&format!("F3 \"{}\" enter", spec.display()));
    assert!(desk.screen().contains("survived"), "{}", desk.screen());
    assert_eq!(survivor(&desk).as_deref(), Some("alpha"));
    let found = journals(&desk).remove(0);
    desk.keys("r");
    assert!(!found.exists(), "its work is in a journal of this run");
    assert_eq!(survivor(&desk).as_deref(), Some("alpha"));
    desk.keys("F2");
    assert_eq!(journals(&desk).len(), 0);
}

#[test]
fn recovered_work_is_never_without_a_journal() {
    let mut desk = crashed();
    let found = journals(&desk).remove(0);
    let effects = update(&mut desk.state, Input::Key("r".parse().unwrap()));
    let journals = desk.world.journals.clone().unwrap();
    for effect in effects {
        desk.world.journals = Some(found.join("cannot be a folder"));
        drop(perform(effect.clone(), &desk.world));
        assert!(found.exists(), "the new journal cannot be written");
        desk.world.journals = Some(journals.clone());
    }
    assert_eq!(survivor(&desk).as_deref(), Some("alpha"));
}

#[test]
fn discarded_work_is_gone() {
    let mut desk = crashed();
    desk.keys("d");
    assert_eq!(journals(&desk).len(), 0);
}

#[test]
fn work_that_is_lost_for_another_design_is_not_offered_later() {
    let mut desk = Desk::saved("ping-pong");
    desk.keys("l r ctrl-u \"alpha\" enter");
    assert_eq!(journals(&desk).len(), 1);
    desk.keys("F4 d down enter");
    assert_ne!(desk.system().name, "ping-pong");
    assert_eq!(journals(&desk).len(), 0);
}

/// A process that goes by the name of this one, as another designer does.
fn namesake(folder: &Path) -> Child {
    let own = std::env::current_exe().unwrap();
    let program = folder.join(own.file_name().unwrap());
    std::os::unix::fs::symlink("/bin/sleep", &program).unwrap();
    Command::new(program).arg("600").spawn().unwrap()
}

#[test]
fn the_journal_of_a_designer_that_still_runs_is_left_alone() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    desk.keys("l r ctrl-u \"alpha\" enter");
    let file = journals(&desk).remove(0);
    let mut other = namesake(desk.folder.path());
    let text = fs::read_to_string(&file).unwrap();
    let process = |number: u32| format!("\"process\":{number}");
    let theirs = text.replace(&process(std::process::id()), &process(other.id()));
    fs::write(&file, theirs).unwrap();
    let mut desk = desk.reopen(&spec);
    let screen = desk.screen();
    desk.keys("q");
    other.kill().unwrap();
    other.wait().unwrap();
    assert!(!screen.contains("survived"), "{screen}");
    assert!(desk.state.quitting && file.exists());
}

#[test]
fn what_is_undone_after_a_save_is_work_too() {
    let mut desk = Desk::saved("ping-pong");
    desk.keys("l r ctrl-u \"alpha\" enter F2 u");
    assert_eq!(survivor(&desk).as_deref(), Some("ping"));
    desk.keys("q");
    assert!(!desk.state.quitting && desk.screen().contains("not saved"));
    desk.keys("s");
    assert!(desk.state.quitting);
    assert_eq!(survivor(&desk), None);
}

#[test]
fn a_starter_system_that_is_as_it_began_is_no_work() {
    let mut desk = Desk::new("ping-pong");
    desk.keys("l d u q");
    assert!(desk.state.quitting, "{}", desk.screen());
}

#[test]
fn a_save_before_quitting_that_is_given_up_ends_nothing_later() {
    let mut desk = Desk::new("ping-pong");
    desk.keys("l r ctrl-u \"alpha\" enter q s");
    assert!(desk.screen().contains("Save in which"), "{}", desk.screen());
    let place = desk.path("later");
    let save = format!("F2 ctrl-u \"{}\" enter", place.display());
    desk.keys("esc").keys(&save);
    assert!(!desk.state.is_modified() && !desk.state.quitting);
    fs::write(place.join("system.dhall"), "somebody else").unwrap();
    desk.keys("l d q s esc F2 o");
    assert!(!desk.state.is_modified() && !desk.state.quitting);
}

#[test]
fn a_save_before_quitting_ends_the_program_by_detours_too() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    fs::write(&spec, "somebody else").unwrap();
    let place = desk.path("elsewhere");
    desk.keys("l d q s e");
    desk.keys(&format!("ctrl-u \"{}\" enter", place.display()));
    assert!(desk.state.quitting, "{}", desk.screen());
    assert!(place.join("system.dhall").is_file());
    assert_eq!(fs::read_to_string(&spec).unwrap(), "somebody else");
}

fn make_pipe(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

#[test]
fn a_save_to_a_pipe_is_refused() {
    let mut desk = Desk::new("ping-pong");
    let pipe = desk.path("pipe.dhall");
    make_pipe(&pipe);
    desk.keys(&format!("F2 ctrl-u \"{}\" enter", pipe.display()));
    let notice = &desk.state.notice.as_ref().unwrap().text;
    assert!(notice.contains("not a regular file"), "{notice}");
    assert_eq!(desk.state.document.path, None);
}

#[test]
fn a_pipe_in_the_place_of_the_boxes_keeps_no_design_from_opening() {
    let desk = Desk::saved("ping-pong");
    let pipe = desk.path("ping-pong/system.layout.json");
    fs::remove_file(&pipe).unwrap();
    make_pipe(&pipe);
    let spec = desk.path("ping-pong/system.dhall");
    assert_eq!(desk.reopen(&spec).system().partitions.len(), 2);
}

#[test]
fn a_file_that_may_not_be_read_is_not_replaced() {
    use std::os::unix::fs::symlink;
    let mut desk = Desk::new("ping-pong");
    let endless = desk.path("endless.dhall");
    symlink(&endless, &endless).unwrap();
    desk.keys(&format!("F2 ctrl-u \"{}\" enter", endless.display()));
    assert!(
        desk.screen().contains("cannot be saved"),
        "{}",
        desk.screen()
    );
    assert!(endless.symlink_metadata().unwrap().is_symlink());
}

#[test]
fn a_spec_that_was_deleted_is_written_again_and_known() {
    let mut desk = Desk::saved("ping-pong");
    let folder = desk.path("ping-pong");
    let spec = folder.join("system.dhall");
    fs::remove_dir_all(&folder).unwrap();
    desk.keys("l J F2");
    assert!(desk.screen().contains("Saved /"), "{}", desk.screen());
    assert!(folder.join("septum/package.dhall").is_file());
    desk.keys("r ctrl-u \"alpha\" enter F2");
    assert!(desk.state.overlays.is_empty(), "{}", desk.screen());
    assert!(fs::read_to_string(&spec).unwrap().contains("alpha"));
}

#[test]
fn a_text_of_its_own_form_that_was_deleted_is_known_as_it_is_written_again() {
    let desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let text = format!("-- mine\n{}", fs::read_to_string(&spec).unwrap());
    fs::write(&spec, text).unwrap();
    let mut desk = desk.reopen(&spec);
    fs::remove_file(&spec).unwrap();
    desk.keys("l J F2 r ctrl-u \"alpha\" enter F2");
    assert!(desk.state.overlays.is_empty(), "{}", desk.screen());
    assert!(fs::read_to_string(&spec).unwrap().contains("alpha"));
}

#[test]
fn a_spec_whose_places_cannot_be_saved_is_known_as_it_was_written() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let places = desk.path("ping-pong/system.layout.json");
    fs::remove_file(&places).unwrap();
    make_pipe(&places);
    desk.keys("l r ctrl-u \"alpha\" enter F2");
    let notice = &desk.state.notice.as_ref().unwrap().text;
    assert!(notice.contains("layout.json cannot be saved"), "{notice}");
    assert!(fs::read_to_string(&spec).unwrap().contains("alpha"));
    assert!(desk.state.is_modified());
    fs::remove_file(&places).unwrap();
    desk.keys("r ctrl-u \"beta\" enter F2");
    assert!(!desk.state.is_modified(), "{}", desk.screen());
    assert!(fs::read_to_string(&spec).unwrap().contains("beta"));
}

#[test]
fn a_question_that_comes_by_itself_takes_no_letter_of_a_text() {
    let mut desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    fs::write(&spec, "somebody else").unwrap();
    desk.keys("l r ctrl-u \"alpha\" enter");
    let save = ask_later(&mut desk, "F2").remove(0);
    desk.keys("r ctrl-u");
    do_now(&mut desk, save);
    assert!(desk.screen().contains("(not saved)"), "{}", desk.screen());
    desk.keys("\"lo\" enter");
    assert_eq!(desk.system().partitions[0].name, "lo");
    assert_eq!(fs::read_to_string(&spec).unwrap(), "somebody else");
    desk.keys("F2");
    assert!(
        desk.screen().contains("was changed by"),
        "{}",
        desk.screen()
    );
    desk.keys("o");
    assert!(desk.screen().contains("(saved)"), "{}", desk.screen());
}

#[test]
fn a_design_that_is_opened_interrupts_no_text() {
    let mut desk = Desk::saved("ping-pong");
    let open = ask_later(&mut desk, "F4 down enter").remove(0);
    desk.keys("l r ctrl-u");
    do_now(&mut desk, open);
    assert_eq!(desk.system().name, "ping-pong");
    assert!(
        desk.screen().contains("Nothing was opened"),
        "{}",
        desk.screen()
    );
    desk.keys("\"alpha\" enter");
    assert_eq!(desk.system().partitions[0].name, "alpha");
}

#[test]
fn a_second_text_beside_one_of_its_own_form_is_explained() {
    let desk = Desk::saved("ping-pong");
    let spec = desk.path("ping-pong/system.dhall");
    let text = format!("-- mine\n{}", fs::read_to_string(&spec).unwrap());
    fs::write(&spec, &text).unwrap();
    fs::write(desk.path("ping-pong/system.septum.dhall"), "older").unwrap();
    let mut desk = desk.reopen(&spec);
    desk.keys("l r ctrl-u \"alpha\" enter F2");
    let screen = desk.screen();
    assert!(screen.contains("Saves go there because"), "{screen}");
    desk.keys("o");
    assert!(desk.screen().contains("Saved as"), "{}", desk.screen());
}

#[test]
fn a_save_elsewhere_takes_programs_and_scenario_along() {
    let mut desk = Desk::saved("sensor-pipeline");
    fs::write(desk.path("sensor-pipeline/scenario.dhall"), "mine").unwrap();
    let other = desk.path("other");
    desk.keys(&format!("F6 ctrl-u \"{}\" enter", other.display()));
    let driver = "programs/uart-driver.elf";
    assert_eq!(
        fs::read(other.join(driver)).unwrap(),
        fs::read(desk.path("sensor-pipeline").join(driver)).unwrap()
    );
    assert_eq!(
        fs::read_to_string(other.join("scenario.dhall")).unwrap(),
        "mine"
    );
    assert!(
        desk.state.diagnostics().is_empty(),
        "{:?}",
        desk.state.diagnostics()
    );
}

#[test]
fn a_save_elsewhere_overwrites_no_program_and_leaves_its_folder_to_others() {
    let mut desk = Desk::saved("sensor-pipeline");
    fs::write(desk.path("shared.elf"), "outside").unwrap();
    let inside = desk.path("inside/deep");
    fs::create_dir_all(inside.join("programs")).unwrap();
    fs::write(inside.join("programs/uart-driver.elf"), "theirs").unwrap();
    fs::write(inside.join("scenario.dhall"), "theirs").unwrap();
    desk.keys("/ \"logger\" enter enter j j space j enter ctrl-u \"../shared.elf\" enter esc");
    desk.keys(&format!("F6 ctrl-u \"{}\" enter", inside.display()));
    assert!(!desk.state.is_modified(), "{}", desk.screen());
    for file in ["programs/uart-driver.elf", "scenario.dhall"] {
        assert_eq!(fs::read_to_string(inside.join(file)).unwrap(), "theirs");
    }
    assert!(!desk.path("inside/shared.elf").exists());
}

#[test]
fn a_proposed_folder_makes_room_and_a_known_file_is_edited() {
    let mut desk = Desk::new("ping-pong");
    let folder = desk.path("robot");
    desk.keys(&format!("F2 \"{}\" enter", folder.display()));
    assert!(folder.join("system.dhall").is_file(), "{}", desk.screen());
    let back = "backspace ".repeat("system.dhall".len());
    desk.keys(&format!("F6 {back} \"copy.dhall\" enter"));
    assert!(folder.join("copy.dhall").is_file(), "{}", desk.screen());
}

#[test]
fn a_file_that_holds_no_design_says_where_the_mistake_is() {
    let mut desk = Desk::new("ping-pong");
    let file = desk.path("typo.dhall");
    fs::write(&file, "let x\n  \"y\"").unwrap();
    desk.keys(&format!("F3 \"{}\" enter", file.display()));
    assert!(
        desk.screen()
            .contains("`=` is expected here, not `\"` (line 2, column 3)"),
        "{}",
        desk.screen()
    );
}
