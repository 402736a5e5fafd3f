//! `septum run`.

use septum_core::templates::TEMPLATES;
use serde_json::{Map, Value};

use crate::septum::Desk;

/// The fields that every event begins with, in order.
const FIELDS: [&str; 5] = ["time_ns", "instructions", "hart", "partition", "event"];

fn run<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["run", name];
    arguments.extend(more);
    arguments
}

#[test]
fn json_is_an_event_on_each_line_in_the_order_of_time() {
    for template in TEMPLATES {
        let desk = Desk::with(template.name, "a");
        let json = desk
            .run(run("a/system.dhall", &["--format", "json"]))
            .good();
        let mut last_ns = 0;
        for line in json.lines() {
            let event: Map<String, Value> = serde_json::from_str(line).unwrap();
            let at = FIELDS.map(|field| line.find(&format!("\"{field}\":")));
            assert!(at[0] == Some(1) && at.is_sorted(), "{line}");
            assert!(at.iter().all(Option::is_some), "{line}");
            let time_ns = event["time_ns"].as_u64().unwrap();
            assert!(time_ns >= last_ns, "{line}");
            last_ns = time_ns;
            assert!(
                event["instructions"].is_u64() && event["hart"] == 0,
                "{line}"
            );
            assert!(event["partition"].is_string() || event["partition"].is_null());
            assert!(event["event"].is_string());
        }
        assert!(last_ns > 9_000_000, "{} stops too early", template.name);
        assert!(last_ns <= 10_000_000, "{} runs too long", template.name);
    }
}

#[test]
fn two_runs_are_the_same_byte_for_byte_wherever_they_are_made() {
    for template in TEMPLATES {
        for format in ["json", "text"] {
            let [first, second] = ["a", "another/folder"].map(|name| {
                let desk = Desk::with(template.name, name);
                let system = format!("{name}/system.dhall");
                desk.run(["run", &system, "--format", format]).good()
            });
            assert!(first == second, "{} as {format}", template.name);
        }
    }
}

#[test]
fn text_is_a_table_then_the_consoles_then_qemu_then_how_it_ended() {
    let desk = Desk::with("crash-course", "a");
    let text = desk.run(run("a/system.dhall", &["--for", "2ms"])).good();
    let parts: Vec<&str> = text.split("\n\n").collect();
    let [table, reporter, culprit, qemu, end] = parts[..] else {
        panic!("{text}");
    };
    let mut rows = table.lines();
    assert_eq!(
        rows.next(),
        Some("   time in ms  instructions  partition  event                   details")
    );
    assert!(
        rows.clone().all(|row| row.chars().count() <= 120),
        "{table}"
    );
    assert!(rows.clone().all(|row| row == row.trim_end()), "{table}");
    let fault = rows
        .find(|row| row.contains("  culprit    fault  "))
        .unwrap();
    assert!(
        fault.contains("  store page fault at 0x80000000, pc 0x"),
        "{fault}"
    );
    assert_eq!(reporter, "console of reporter:\n  result 1\n  result 2");
    assert_eq!(culprit, "console of culprit:\n  watch this");
    assert_eq!(
        qemu,
        "on QEMU, after `septum build FILE -o IMAGE`:\n  \
         qemu-system-riscv64 -M virt -m 128M -cpu rv64,h=off,f=off,d=off,v=off \\\n      \
         -icount shift=0,sleep=off -bios none -nographic -kernel IMAGE"
    );
    assert_eq!(
        end,
        "ended at 2.000000 ms: the time to run is over\n\
         1 fault: culprit, store page fault at 0x80000000 (kernel.code): halted\n"
    );
}

#[test]
fn a_machine_that_qemu_does_not_have_is_told() {
    let desk = Desk::with("ping-pong", "a");
    let name = ", name = \"ping-pong\"";
    let machine = format!("{name}, machine = Septum.qemu-virt // {{ ns_per_instruction = 3 }}");
    desk.change("a/system.dhall", name, &machine);
    let text = desk.run(run("a/system.dhall", &["--for", "1ms"])).good();
    let said = "\n\nQEMU has no such machine: an instruction does not take 1, 2, 4 and so on up to \
                1024 nanoseconds\n\nended at ";
    assert!(text.contains(said), "{text}");
}

#[test]
fn the_table_has_the_events_of_the_json() {
    let desk = Desk::with("sensor-pipeline", "a");
    let json = desk
        .run(run("a/system.dhall", &["--format", "json"]))
        .good();
    let text = desk.run(run("a/system.dhall", &[])).good();
    let rows = text.lines().skip(1).take_while(|line| !line.is_empty());
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), json.lines().count());
    assert!(text.lines().all(|line| line.chars().count() <= 120));
    for (row, line) in rows.iter().zip(json.lines()) {
        let event: Value = serde_json::from_str(line).unwrap();
        let time_ns = event["time_ns"].as_u64().unwrap();
        let time = format!("{}.{:06}", time_ns / 1_000_000, time_ns % 1_000_000);
        assert_eq!(row[0], time);
        assert_eq!(row[1], event["instructions"].to_string());
        assert_eq!(row[2], event["partition"].as_str().unwrap_or("-"));
        assert_eq!(row[3], event["event"].as_str().unwrap());
    }
}

#[test]
fn a_longer_name_makes_its_column_wider() {
    let desk = Desk::with("ping-pong", "a");
    desk.change(
        "a/system.dhall",
        "\"ping\"",
        "\"a-partition-with-a-long-name\"",
    );
    let text = desk.run(run("a/system.dhall", &["--for", "1ms"])).good();
    let rows: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
    let event = rows[0].find("event").unwrap();
    for row in &rows[1..] {
        assert_eq!(&row[event - 2..event], "  ", "{row}");
        assert_ne!(&row[event..=event], " ", "{row}");
    }
}

#[test]
fn a_longer_run_begins_like_a_shorter_one() {
    let desk = Desk::with("ping-pong", "a");
    let [short, long] = ["3ms", "6ms"].map(|time| {
        let json = ["--format", "json", "--for", time];
        desk.run(run("a/system.dhall", &json)).good()
    });
    assert!(long.len() > short.len() && long.starts_with(&short));
    let nothing = desk.run(run("a/system.dhall", &["--for", "0ns", "--format", "json"]));
    assert_eq!(nothing.good(), "");
}

#[test]
fn a_time_that_is_none_is_refused_in_a_sentence() {
    let desk = Desk::with("ping-pong", "a");
    for time in [
        "10",
        "ms",
        "-1ms",
        "1h",
        "1e3ms",
        "0.5ns",
        "99999999999999999s",
        "",
    ] {
        let error = desk
            .run(run("a/system.dhall", &["--for", time]))
            .impossible();
        let expected = format!(
            "error: invalid value '{time}' for '--for <TIME>': `{time}` is no length of time: \
             write a number and ns, us, ms or s, such as 10ms\n"
        );
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn input_comes_from_the_scenario_that_is_named_or_lies_beside() {
    let desk = Desk::with("sensor-pipeline", "a");
    let console = |more: &[&str]| {
        let text = desk.run(run("a/system.dhall", more)).good();
        let console = text.split("\nconsole of logger:\n").nth(1).unwrap();
        console.split("\n\n").next().unwrap().to_owned()
    };
    assert_eq!(console(&[]), "  ready\n  2\n  1\n  .\n  5");
    let whole = desk.run(run("a/system.dhall", &[])).good();
    assert!(whole.ends_with("the time to run is over\n"), "{whole}");
    desk.change("a/scenario.dhall", "send = \"2\"", "send = \"7\"");
    assert_eq!(console(&[]), "  ready\n  7");
    let quiet = "let Septum = ./septum/package.dhall in Septum.Scenario::{=}";
    desk.write("a/quiet.dhall", quiet);
    assert_eq!(console(&["--scenario", "a/quiet.dhall"]), "  ready");
}

/// Ping is stopped at 4 ms; what is expected of that.
fn experiment(expected: &str) -> String {
    format!(
        "let Septum = ./septum/package.dhall
        let stopped = Septum.Fault.StopPartition {{ partition = \"ping\" }}
        let late = {{ at = Septum.Occasion.Time {{ ns = Septum.ms 4 }}, fault = stopped }}
        in Septum.Scenario::{{ injections = [ late ], expectations = [ {expected} ] }}"
    )
}

#[test]
fn an_experiment_passes_or_fails_with_what_it_expects() {
    let desk = Desk::with("ping-pong", "a");
    let kept = "Septum.Expectation.Must { event = \"fault && partition == \\\"ping\\\"\" }";
    let broken = "Septum.Expectation.AtMost { event = \"fault\", times = 0 }";
    desk.write("a/scenario.dhall", experiment(kept));
    let text = desk.run(run("a/system.dhall", &[])).good();
    let said = "\nkept: must `fault && partition == \"ping\"`: it came at 4.";
    assert!(text.contains(said), "{text}");
    desk.write("a/scenario.dhall", experiment(&format!("{kept}, {broken}")));
    let ended = desk.run(run("a/system.dhall", &[]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let said = "\nbroken: `fault` at most 0 times: there were 1, too many from 4.";
    assert!(ended.stdout.contains(said), "{ended:?}");
    let ended = desk.run(run("a/system.dhall", &["--format", "json"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let last: serde_json::Value =
        serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["expectation"], "`fault` at most 0 times");
    assert_eq!(last["kept"], false);
    let ended = desk.run(run("a/system.dhall", &["--for", "4ms"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let said = "\nbroken: every injection comes: the time or event of 1 did not come\n";
    assert!(ended.stdout.contains(said), "{ended:?}");
    let ended = desk.run(run("a/system.dhall", &["--lockstep"]));
    assert!(ended.impossible().contains("know nothing of injections"));
    desk.write(
        "a/scenario.dhall",
        experiment("Septum.Expectation.Must { event = \"sand\" }"),
    );
    let error = desk.run(run("a/system.dhall", &[])).impossible();
    assert!(error.contains("expectation 1 of the scenario: "), "{error}");
}

#[test]
fn a_scenario_that_cannot_be_read_is_a_finding_with_its_place() {
    let desk = Desk::with("ping-pong", "a");
    let named = ["--scenario", "a/typed.dhall"];
    let error = desk.run(run("a/system.dhall", &named)).impossible();
    let expected = "error[S0001]: the file does not exist\n  --> a/typed.dhall\n";
    assert!(error.starts_with(expected), "{error}");
    assert!(error.ends_with("\na/typed.dhall: 1 error\n"), "{error}");
    desk.write(
        "a/scenario.dhall",
        "{ uart = [ { after = 1, send = \"\" } ], injections = 1, expectations = 2 }",
    );
    let error = desk.run(run("a/system.dhall", &[])).impossible();
    assert!(error.starts_with("error[S0012]: "), "{error}");
    assert!(error.contains("\n  --> a/scenario.dhall:1:"), "{error}");
}

#[test]
fn a_machine_that_cannot_be_simulated_is_impossible() {
    let desk = Desk::with("ping-pong", "a");
    let name = "    , name = \"ping-pong\"";
    let ram = "    , machine = Septum.qemu-virt
        // { ram = [ { base = 0x80000000, size_bytes = 0x4000000000000 } ] }";
    desk.change("a/system.dhall", name, &format!("{name}\n{ram}"));
    let error = desk.run(run("a/system.dhall", &[])).impossible();
    assert_eq!(
        error,
        "septum: RAM of 1125899906842624 bytes at 0x80000000 cannot be simulated\n"
    );
}

#[test]
fn what_cannot_be_plugged_in_is_told_in_a_sentence() {
    let desk = Desk::with("ping-pong", "a");
    desk.write("a/odd.img", [0; 700]);
    let told = |virtio: &str| {
        let run = run("a/system.dhall", &["--virtio", virtio]);
        desk.run(run).impossible()
    };
    assert_eq!(
        told("disk0=block:a/odd.img"),
        "septum: `a/odd.img` is no disk: it has 700 bytes, which is not a multiple of 512\n"
    );
    assert_eq!(
        told("virtio0=block:a/none.img"),
        "septum: the disk `a/none.img` cannot be read: No such file or directory (os error 2)\n"
    );
    assert_eq!(
        told("virtio0=block:a"),
        "septum: the disk `a` cannot be read: it is not a regular file\n"
    );
    let error = told("disk0=entropy");
    let expected = "septum: the machine has no virtio-mmio transport `disk0`; it has `virtio0`, ";
    assert!(error.starts_with(expected), "{error}");
    let error = told("virtio0=disk");
    let expected = "error: invalid value 'virtio0=disk' for '--virtio <NAME=DEVICE>': there is no \
                    device `disk`: write `console`, ";
    assert!(error.starts_with(expected), "{error}");
    let error = told("virtio0=console:a/none.dhall");
    let expected = "error[S0001]: the file does not exist\n  --> a/none.dhall\n";
    assert!(error.starts_with(expected), "{error}");
    let twice = ["--virtio", "virtio0=entropy", "--virtio", "virtio0=console"];
    let error = desk.run(run("a/system.dhall", &twice)).impossible();
    assert_eq!(
        error,
        "septum: there is a device behind `virtio0` already\n"
    );
}

#[test]
fn what_is_plugged_in_and_not_used_changes_nothing() {
    let desk = Desk::with("ping-pong", "a");
    desk.write("a/disk.img", [7; 1024]);
    let plain = desk.run(run("a/system.dhall", &["--for", "2ms"])).good();
    let plugged = [
        "--for",
        "2ms",
        "--virtio-modern",
        "--virtio",
        "virtio0=block:a/disk.img",
        "--virtio",
        "virtio1=entropy:5",
        "--virtio",
        "virtio7=console",
    ];
    assert_eq!(desk.run(run("a/system.dhall", &plugged)).good(), plain);
    for other in [&["--lockstep"][..], &["--perturb-all-but", "ping"]] {
        let both = [&["--virtio", "virtio0=entropy"], other].concat();
        let error = desk.run(run("a/system.dhall", &both)).impossible();
        assert!(error.contains("cannot be used with"), "{error}");
    }
}

/// What `--only` prints of ping-pong, as pairs of partition and kind.
fn only(desk: &Desk, expression: &str) -> Vec<(String, String)> {
    let more = ["--for", "3ms", "--format", "json", "--only", expression];
    let json = desk.run(run("a/system.dhall", &more)).good();
    let events = json.lines().map(|line| {
        let event: Value = serde_json::from_str(line).expect("an event");
        let text = |field: &str| event[field].as_str().unwrap_or("-").to_owned();
        (text("partition"), text("event"))
    });
    events.collect()
}

#[test]
fn only_what_is_meant_is_printed() {
    let desk = Desk::with("ping-pong", "a");
    let sends = only(&desk, "send && partition == \"ping\"");
    assert!(sends.len() > 1);
    assert!(
        sends
            .iter()
            .all(|(who, what)| (who.as_str(), what.as_str()) == ("ping", "send"))
    );
    let all = only(&desk, "time >= 0ns");
    let (some, others) = (only(&desk, "schedule"), only(&desk, "!schedule"));
    assert_eq!(some.len() + others.len(), all.len());
    assert!(only(&desk, "time > 3ms").is_empty());
    let more = ["--only", "send && bytes[0] == 0x70"];
    let text = desk.run(run("a/system.dhall", &more)).good();
    let table = text.split("\n\n").next().unwrap();
    assert!(table.lines().count() > 1, "{text}");
    assert!(
        table.lines().skip(1).all(|row| row.contains("  send  ")),
        "{text}"
    );
    assert!(text.contains("\nconsole of ping:\n"), "{text}");
}

#[test]
fn a_run_stops_after_the_first_event_that_is_meant() {
    let desk = Desk::with("ping-pong", "a");
    let until = |more: &[&str]| desk.run(run("a/system.dhall", more));
    let json = until(&["--format", "json", "--until", "receive"]).good();
    let whole = until(&["--format", "json"]).good();
    assert!(whole.starts_with(&json));
    assert_eq!(json.matches("\"event\":\"receive\"").count(), 1);
    assert!(
        json.lines()
            .last()
            .unwrap()
            .contains("\"event\":\"receive\"")
    );
    let text = until(&["--only", "wake", "--until", "receive && len > 0"]).good();
    assert!(
        text.ends_with(" ms: the first event of `receive && length > 0`\n"),
        "{text}"
    );
}

#[test]
fn an_event_that_does_not_come_is_a_finding() {
    let desk = Desk::with("ping-pong", "a");
    let more = ["--for", "2ms", "--until", "fault || time >= 1s"];
    let ended = desk.run(run("a/system.dhall", &more));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), ""));
    let said = "\nended at 2.000000 ms: the time to run is over\n\
                there was no event of `fault || time >= 1s`\n";
    assert!(ended.stdout.ends_with(said), "{}", ended.stdout);
}

#[test]
fn an_expression_that_is_none_is_underlined() {
    let desk = Desk::with("ping-pong", "a");
    let told = |option, expression| {
        desk.run(run("a/system.dhall", &[option, expression]))
            .impossible()
    };
    let cases = [
        (
            ["--only", "sned"],
            "`sned` is no kind of event and no field",
            "^^^^ did you mean `send`?",
        ),
        (
            ["--until", "send && partition == \"pnig\""],
            "there is no partition `pnig`",
            "                     ^^^^^^ did you mean `ping`?",
        ),
        (
            ["--only", "wake && (fault"],
            "the expression ends too early",
            "              ^ possible here: `)`",
        ),
    ];
    for ([option, expression], message, marked) in cases {
        let expected = format!("septum: {option}: {message}\n  {expression}\n  {marked}\n");
        assert_eq!(told(option, expression), expected);
    }
    let both = ["--only", "send", "--lockstep"];
    let error = desk.run(run("a/system.dhall", &both)).impossible();
    assert!(error.contains("cannot be used with"), "{error}");
}

#[test]
fn every_instruction_of_a_run_is_a_line() {
    let desk = Desk::with("ping-pong", "a");
    let whole = desk.run(run("a/system.dhall", &["--for", "1ms"])).good();
    let more = ["--for", "1ms", "--instructions", "list"];
    assert_eq!(desk.run(run("a/system.dhall", &more)).good(), whole);
    let list = std::fs::read_to_string(desk.path("list")).unwrap();
    let mut last_ns = None;
    for line in list.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let time_ns: u64 = words[0].parse().unwrap();
        assert!(last_ns < Some(time_ns), "{line}");
        last_ns = Some(time_ns);
        assert!(["kernel", "ping", "pong"].contains(&words[2]), "{line}");
        let pc = u64::from_str_radix(words[3], 16).unwrap();
        let is_kernel = (0x8000_0000..0x9000_0000).contains(&pc);
        assert_eq!(is_kernel, words[2] == "kernel", "{line}");
        assert!(words.len() > 5, "{line}");
    }
    let first = list.lines().next().unwrap();
    assert!(
        first.starts_with("           0 0 kernel 0000000080000000 "),
        "{first}"
    );
    assert!(
        list.contains("<call_send>") && list.contains(" ping "),
        "{first}"
    );
}

#[test]
fn a_list_of_instructions_that_cannot_be_written_is_a_sentence() {
    let desk = Desk::with("ping-pong", "a");
    for (file, why) in [
        (
            "/dev/full",
            "cannot write /dev/full: No space left on device",
        ),
        ("a/system.dhall", "the instructions would overwrite "),
    ] {
        let ended = desk.run(run("a/system.dhall", &["--instructions", file]));
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(
            ended.stderr.starts_with(&format!("septum: {why}")),
            "{ended:?}"
        );
    }
}
