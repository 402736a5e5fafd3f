//! The health monitor on both machines: who begins anew, when the second schedule begins, and
//! how the machine is switched off.

use septum_abi::health::HealthAction;
use septum_abi::state::EXIT_HEALTH;
use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::spec::{RawHealthAction, RawRestart, RawSchedule, RawStep, RawSystem, RawTouch};

use crate::agreement::{MS, same_console};
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{forever, log, numbered, partition, planned, sleep, system};

/// What `victim` says before it touches what is not its own.
const WORDS: &str = "touching";

/// `victim`, for whose faults this is done; a witness; and `heir` in a window of its own.
fn design(action: RawHealthAction) -> RawSystem {
    let touch = RawStep::Touch {
        address: 0x8000_0000,
        access: RawTouch::Read,
    };
    let witness = forever(vec![numbered("tick "), sleep(150_000)]);
    let mut victim = partition("victim", vec![sleep(1_000_000), log(WORDS), touch]);
    victim.health.memory_violation = action;
    let partitions = vec![
        victim,
        partition("witness", witness),
        partition("heir", vec![log("mine")]),
    ];
    let groups: [&[&str]; 2] = [&["victim", "witness"], &["heir"]];
    system(partitions, Vec::new(), &groups)
}

/// Makes a schedule of its own of each of two windows: the second is the safe mode's.
fn split(raw: &mut RawSystem) {
    let windows = std::mem::take(&mut raw.schedules[0].windows);
    let names = ["only", "safe"].into_iter();
    let schedules = names.zip(windows).map(|(name, window)| RawSchedule {
        name: name.to_owned(),
        major_frame_ns: window.duration_ns,
        windows: vec![window],
    });
    raw.schedules = schedules.collect();
}

/// The faults without their times.
fn faults(machine: &mut impl Memory, plan: &Plan) -> Vec<[u64; 6]> {
    let faults = machine.faults(plan).into_iter();
    faults
        .map(|it| {
            [
                it.partition,
                it.cause,
                it.pc,
                it.value,
                it.health,
                it.action,
            ]
        })
        .collect()
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn who_is_restarted_says_the_same_again_until_the_limit() {
    let mut raw = design(RawHealthAction::Restart);
    raw.partitions[0].health.restart = RawRestart {
        limit: Some(2),
        backoff_ns: 200_000,
    };
    let plan = planned(&raw);
    let (mut simulation, mut qemu) = same_console(&plan, &build(&plan), 8 * MS);
    qemu.freeze();
    let said = Transcript::read(simulation.uart_output());
    assert_eq!(said.texts(0), [WORDS; 3].map(str::as_bytes));
    let found = faults(&mut simulation, &plan);
    let actions: Vec<u64> = found.iter().map(|it| it[5]).collect();
    let [restart, halt] = [HealthAction::Restart, HealthAction::Halt].map(HealthAction::number);
    assert_eq!(actions, [restart, restart, halt]);
    assert_eq!(faults(&mut qemu, &plan), found);
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn the_second_schedule_begins_after_the_fault() {
    let mut raw = design(RawHealthAction::SafeMode);
    split(&mut raw);
    let plan = planned(&raw);
    let (simulation, _) = same_console(&plan, &build(&plan), 4 * MS);
    let said = Transcript::read(simulation.uart_output());
    assert_eq!(said.texts(0), [WORDS.as_bytes()]);
    assert_eq!(said.texts(2), [b"mine"]);
    // One in each of the first schedule's frames that it runs in, and none after.
    assert!((3..9).contains(&said.texts(1).len()), "{said:?}");
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn the_machine_is_switched_off_with_a_code_of_its_own() {
    let plan = planned(&design(RawHealthAction::PowerOff));
    let (code, said) = Qemu::boot(&plan).exit_code();
    assert_eq!(code, i32::from(EXIT_HEALTH));
    assert_eq!(said.texts(0), [WORDS.as_bytes()]);
    assert_eq!(
        said.kernel,
        Vec::<Vec<u8>>::new(),
        "the kernel has not failed"
    );
}
