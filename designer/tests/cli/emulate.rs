//! `septum emulate`.

use std::fs::OpenOptions;
use std::path::Path;

use septum_guest::asm::{WFI, addi, bne, csrrs, csrrw, j, li, store};
use septum_guest::bare::{BareProgram, BareSegment, RAM};
use serde_json::Value;

use crate::septum::{Desk, Ended};

const TO_HOST: u64 = RAM + 0x1000;
const FINISHER: u64 = 0x10_0000;
const UART: u64 = 0x1000_0000;

/// The instructions of a store of so many bytes.
fn stores(address: u64, value: u64, funct3: u32) -> Vec<u32> {
    let words = [li(1, address), li(2, value), vec![store(funct3, 2, 1, 0)]];
    words.concat()
}

/// A program that prints on the UART, then stores this to `tohost`.
fn program(text: &[u8], word: u64) -> BareProgram {
    let print = |byte: &u8| stores(UART, u64::from(*byte), 0);
    let mut code: Vec<u32> = text.iter().flat_map(print).collect();
    code.extend(stores(TO_HOST, word, 3));
    code.push(j(0));
    BareProgram::new(&code).with_symbol("tohost", TO_HOST)
}

/// Runs this program with these arguments.
fn emulate(desk: &Desk, program: &BareProgram, arguments: &[&str]) -> Ended {
    desk.write("x.elf", program.file());
    desk.run([&["emulate", "x.elf"], arguments].concat())
}

/// The first line of a summary, without the time.
#[track_caller]
fn sentence(ended: &Ended) -> &str {
    let [empty, first, second] = ended.stderr.lines().collect::<Vec<_>>()[..] else {
        panic!("{ended:?}");
    };
    assert_eq!(empty, "");
    assert!(second.contains(" instructions in "), "{ended:?}");
    assert!(second.ends_with(" million a second"), "{ended:?}");
    let (time, sentence) = first.split_once(" ms: ").expect("a time");
    assert!(time.starts_with("ended at "), "{ended:?}");
    sentence
}

/// What is said where there is no run.
#[track_caller]
fn no_run(ended: Ended) -> String {
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(125), ""),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    ended.stderr
}

#[test]
fn a_pass_is_0_and_what_it_prints_is_on_the_output() {
    let ended = emulate(&Desk::new(), &program(b"hello\n", 1), &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "hello\n"));
    assert_eq!(
        sentence(&ended),
        "the program ended through `tohost`: passed"
    );
}

#[test]
fn a_failure_is_the_code_of_the_program() {
    for (code, exit_code) in [
        (1, 1),
        (2, 2),
        (124, 124),
        (255, 255),
        (256, 255),
        (70_000, 255),
    ] {
        let ended = emulate(&Desk::new(), &program(b"", 2 * code + 1), &[]);
        assert_eq!(ended.code, Some(exit_code));
        let expected =
            format!("the program ended through `tohost` with exit code {code}, which is a failure");
        assert_eq!(sentence(&ended), expected);
    }
}

#[test]
fn the_finisher_ends_it_too() {
    for (word, code) in [(0x5555, 0), (0x0007_3333, 7)] {
        let code_of_it = [stores(FINISHER, word, 2), vec![j(0)]].concat();
        let ended = emulate(&Desk::new(), &BareProgram::new(&code_of_it), &[]);
        assert_eq!(ended.code, Some(code));
        assert!(sentence(&ended).starts_with("the program ended through the test finisher"));
    }
}

#[test]
fn a_program_that_does_not_end_is_124() {
    let desk = Desk::new();
    for (code, arguments, expected) in [
        (
            vec![j(0)],
            &["--max-instructions", "5000"][..],
            "instructions ran out; --max-instructions allows more",
        ),
        (
            vec![WFI, j(-4)],
            &[],
            "the program waits for an interrupt that never comes",
        ),
        (
            vec![0],
            &[],
            "illegal instruction (mtval 0x0) at pc 0x80000000, and nothing to execute at the \
             trap handler, 0x0; set mtvec",
        ),
        (
            stores(FINISHER, 0x7777, 2),
            &[],
            "the program asked for a reset, which is not emulated",
        ),
        (
            stores(TO_HOST, RAM, 3),
            &[],
            "the program asks the host for something that is not emulated: 0x80000000 in `tohost`",
        ),
    ] {
        let code = [code, vec![j(0)]].concat();
        let program = BareProgram::new(&code).with_symbol("tohost", TO_HOST);
        let ended = emulate(&desk, &program, arguments);
        assert_eq!((ended.code, sentence(&ended)), (Some(124), expected));
    }
}

#[test]
fn json_is_one_object_that_has_the_console() {
    let ended = emulate(&Desk::new(), &program(b"a\"\xff", 7), &["--format", "json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(3), ""));
    assert_eq!(ended.stdout.lines().count(), 1);
    let object: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(object["end"], "exit");
    assert_eq!(object["code"], 3);
    assert_eq!(object["exit_code"], 3);
    assert_eq!(object["console"], "a\"\u{fffd}");
    assert!(object["sentence"].as_str().unwrap().contains("exit code 3"));
    assert_eq!(object["instructions"], object["time_ns"]);
    assert!(object["host_seconds"].is_f64() && object["instructions_per_second"].is_u64());
}

#[test]
fn json_says_who_ended_the_run() {
    let desk = Desk::new();
    let limit = ["--format", "json", "--max-instructions", "100000"];
    let ended = emulate(&desk, &BareProgram::new(&[j(0)]), &limit);
    let object: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (ended.code, &object["end"]),
        (Some(124), &Value::from("limit"))
    );
    assert_eq!(
        (&object["code"], &object["exit_code"]),
        (&Value::Null, &Value::from(124))
    );
    assert_eq!(object["instructions"], 100_000);
}

#[test]
fn the_signature_is_written_as_compliance_tools_read_it() {
    let data: Vec<u8> = (0..20).map(|byte| 0xa0 + byte).collect();
    let program = program(b"", 1)
        .with_segment(BareSegment::new(RAM + 0x2000, &data))
        .with_symbol("begin_signature", RAM + 0x2000)
        .with_symbol("end_signature", RAM + 0x2014);
    for (more, expected) in [
        (
            &[][..],
            "a3a2a1a0\na7a6a5a4\nabaaa9a8\nafaeadac\nb3b2b1b0\n",
        ),
        (
            &["--signature-granularity", "8"],
            "a7a6a5a4a3a2a1a0\nafaeadacabaaa9a8\n00000000b3b2b1b0\n",
        ),
        (
            &["--signature-granularity", "16"],
            "afaeadacabaaa9a8a7a6a5a4a3a2a1a0\n000000000000000000000000b3b2b1b0\n",
        ),
    ] {
        let desk = Desk::new();
        let arguments = [&["--signature", "out"], more].concat();
        assert_eq!(emulate(&desk, &program, &arguments).code, Some(0));
        assert_eq!(std::fs::read_to_string(desk.path("out")).unwrap(), expected);
    }
}

#[test]
fn a_signature_that_cannot_be_had_is_told_before_the_run() {
    let desk = Desk::new();
    let told = no_run(emulate(
        &desk,
        &program(b"never", 1),
        &["--signature", "out"],
    ));
    let expected = "septum: x.elf has no symbol `begin_signature`, so it has no signature: define \
                    it, and do not strip the file\n";
    assert_eq!(told, expected);
    assert_eq!(desk.names(""), ["x.elf"]);
    let ended = emulate(&desk, &program(b"", 1), &["--signature-granularity", "8"]);
    assert_eq!(ended.code, Some(2));
}

#[test]
fn files_that_are_no_programs_are_told() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder")).unwrap();
    desk.write("text", "hello");
    desk.write("empty", "");
    desk.write("cut", &program(b"", 1).file()[..100]);
    let huge = std::fs::File::create(desk.path("huge")).unwrap();
    huge.set_len(1 << 40).unwrap();
    for (name, expected) in [
        ("nowhere", "does not exist"),
        ("folder", "is a folder"),
        ("/dev/zero", "is not a regular file"),
        ("huge", "is larger than 64 MiB"),
        (
            "text",
            "is not an ELF file: give it as the linker wrote it, not as raw binary or hex",
        ),
        (
            "empty",
            "is not an ELF file: give it as the linker wrote it, not as raw binary or hex",
        ),
        (
            "cut",
            "is cut off or damaged: Invalid ELF program header size or alignment; build it again",
        ),
    ] {
        let told = no_run(desk.run(["emulate", name]));
        assert_eq!(told, format!("septum: {name} {expected}\n"));
    }
}

#[test]
fn a_program_that_needs_memory_that_is_not_there_is_told() {
    let mut segment = BareSegment::new(RAM + 0x2000, &[1]);
    segment.size_bytes = 1 << 40;
    let told = no_run(emulate(
        &Desk::new(),
        &program(b"", 1).with_segment(segment),
        &[],
    ));
    let expected = "septum: x.elf has a segment of 1099511627776 bytes at 0x80002000, which is \
                    not all RAM: link it to RAM, 0x80000000 to 0x88000000\n";
    assert_eq!(told, expected);
}

/// A folder with a design in `a` and a machine of this text in `a/machine.dhall`.
fn with_machine(text: &str) -> Desk {
    let desk = Desk::with("ping-pong", "a");
    let package = "let Septum = ./septum/package.dhall in ";
    desk.write("a/machine.dhall", format!("{package}{text}"));
    desk
}

#[test]
fn the_machine_is_that_of_the_package_or_of_a_file() {
    let desk = with_machine(
        "Septum.qemu-virt // { ram = [ { base = 0x80000000, size_bytes = 0x10000 } ] }",
    );
    let far = program(b"", 1).with_segment(BareSegment::new(RAM + 0x10_0000, &[1]));
    for machine in ["qemu-virt", "qemu-virt-pmp", "a/system.dhall"] {
        let ended = emulate(&desk, &far, &["--machine", machine]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    let told = no_run(emulate(&desk, &far, &["--machine", "a/machine.dhall"]));
    assert!(
        told.ends_with("link it to RAM, 0x80000000 to 0x80010000\n"),
        "{told}"
    );
    let ended = emulate(&desk, &program(b"", 1), &["--machine", "a/machine.dhall"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn pmp_entries_are_those_of_the_machine() {
    // The entry behind the first sixteen: written, read back, told as exit code.
    let code = [
        li(1, 0x1234),
        vec![
            csrrw(0, 0x3c0, 1),
            csrrs(2, 0x3c0, 0),
            addi(3, 0, 1),
            bne(2, 0, 8),
            addi(3, 0, 3),
        ],
        li(1, TO_HOST),
        vec![store(3, 3, 1, 0), j(0)],
    ]
    .concat();
    let program = BareProgram::new(&code).with_symbol("tohost", TO_HOST);
    let isolation = "Septum.qemu-virt.isolation // { pmp_entries = 64 }";
    let desk = with_machine(&format!(
        "Septum.qemu-virt // {{ isolation = {isolation} }}"
    ));
    assert_eq!(emulate(&desk, &program, &[]).code, Some(1));
    let ended = emulate(&desk, &program, &["--machine", "a/machine.dhall"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_machine_that_is_none_is_told() {
    let desk = with_machine("Septum.qemu-virt // { harts = 9, timebase_hz = 3 }");
    let told = |name: &str| no_run(emulate(&desk, &program(b"", 1), &["--machine", name]));
    assert_eq!(
        told("spike"),
        "septum: there is no machine `spike`: there are qemu-virt-pmp and qemu-virt, and files \
         of Dhall\n"
    );
    let bad = told("a/machine.dhall");
    assert!(bad.contains("error[S0132]: a tick of 3 Hz"), "{bad}");
    assert!(bad.contains("--> a/machine.dhall:1:") && bad.contains("(machine.timebase_hz)"));
    assert!(bad.ends_with("\na/machine.dhall: 2 errors\n"), "{bad}");
    desk.write("a/list.dhall", "[ 1 ]");
    let list = told("a/list.dhall");
    assert!(
        list.starts_with("error[S0012]: this is a List of a Natural, but must be a record"),
        "{list}"
    );
    desk.write("a/machine.dhall", "{ name = 1 }");
    let fields = told("a/machine.dhall");
    let expected = "error[S0012]: the field `devices` is missing; the field `harts` is missing; \
                    the field `isolation` is missing; and 5 more\n  --> a/machine.dhall:1:1\n  \
                    help: a machine is as in septum/Machine.dhall, a design as in \
                    septum/System.dhall\n";
    assert!(fields.starts_with(expected), "{fields}");
}

#[test]
fn a_machine_of_four_gibibytes_is_told() {
    let desk = with_machine(
        "Septum.qemu-virt // { ram = [ { base = 0x80000000, size_bytes = 0x100000000 } ] }",
    );
    let told = no_run(emulate(
        &desk,
        &program(b"", 1),
        &["--machine", "a/machine.dhall"],
    ));
    let expected = "septum: x.elf cannot be run: the machine has 4294967296 bytes of RAM, and \
                    2147483648 is the most: make its ranges smaller\n";
    assert_eq!(told, expected);
}

#[test]
fn an_image_of_ours_is_a_program_too() {
    let desk = Desk::with("ping-pong", "a");
    desk.run(["build", "a/system.dhall", "-o", "image"]).good();
    let ended = desk.run(["emulate", "image", "--max-instructions", "10000000"]);
    assert_eq!(ended.code, Some(124), "{ended:?}");
    let run = desk.run(["run", "a/system.dhall", "--for", "10ms"]).good();
    assert!(run.contains("\nconsole of pong:\n"), "{run}");
    assert!(ended.stdout.starts_with("1|"), "{ended:?}");
}

#[test]
fn what_it_prints_comes_as_it_is_printed() {
    use std::io::Read;
    use std::process::Stdio;
    // Prints a prompt without an end of line, then never ends.
    let desk = Desk::new();
    let endless = [stores(UART, u64::from(b'>'), 0), vec![j(0)]].concat();
    desk.write("x.elf", BareProgram::new(&endless).file());
    let mut command = desk.command(["emulate", "x.elf", "--max-instructions", "1000000000000"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut byte = [0];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut byte)
        .unwrap();
    assert_eq!(byte, *b">");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_output_that_is_full_is_an_error() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    for format in ["text", "json"] {
        let desk = Desk::new();
        desk.write("x.elf", program(b"text", 1).file());
        let mut command = desk.command(["emulate", "x.elf", "--format", format]);
        let device = OpenOptions::new().write(true).open(full);
        command.stdout(device.expect("a device"));
        let output = command.output().expect("the binary starts");
        let errors = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(125), "{errors}");
        assert!(errors.starts_with("septum: cannot print: "), "{errors}");
    }
}

#[test]
fn every_instruction_is_a_line() {
    let desk = Desk::new();
    let program = BareProgram::new(&[addi(5, 0, 2), addi(5, 5, -1), bne(5, 0, -4), 0, j(0)]);
    let program = program.with_symbol("loop", RAM + 4);
    let more = ["--instructions", "list", "--max-instructions", "6"];
    let ended = emulate(&desk, &program, &more);
    assert_eq!(ended.code, Some(124), "{ended:?}");
    let list = std::fs::read_to_string(desk.path("list")).expect("the list");
    let expected = "           0 0 M 0000000080000000 00200293 addi t0,zero,2
           1 0 M 0000000080000004 fff28293 addi t0,t0,-1                    <loop>
           2 0 M 0000000080000008 fe029ee3 bne t0,zero,0x80000004           <loop+0x4>
           3 0 M 0000000080000004 fff28293 addi t0,t0,-1                    <loop>
           4 0 M 0000000080000008 fe029ee3 bne t0,zero,0x80000004           <loop+0x4>
           5 0 M 000000008000000c 0000     (no instruction)                 <loop+0x8>
";
    assert_eq!(list, expected);
}

#[test]
fn a_list_that_cannot_be_written_is_a_sentence() {
    let desk = Desk::new();
    for (file, why) in [
        (
            "/dev/full",
            "cannot write /dev/full: No space left on device",
        ),
        ("nowhere/list", "cannot write nowhere/list: No such file"),
        ("x.elf", "the instructions would overwrite "),
    ] {
        let ended = emulate(&desk, &program(b"", 1), &["--instructions", file]);
        let said = no_run(ended);
        assert!(said.starts_with(&format!("septum: {why}")), "{said}");
    }
}
