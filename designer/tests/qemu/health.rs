//! The health monitor on both machines: who begins anew, when the second schedule begins, and
//! how the machine is switched off.

use septum_abi::health::{Cause, HealthAction};
use septum_abi::state::EXIT_HEALTH;
use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::spec::{RawStep, RawTouch};

use crate::agreement::{MS, same_console};
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{forever, log, numbered, partition, planned, sleep, system};

/// What `victim` says before it touches what is not its own.
const WORDS: &str = "touching";

/// `victim`, for whose faults this is done; a witness; and `heir` in a window of its own.
fn plan_with(action: HealthAction) -> Plan {
    let touch = RawStep::Touch {
        address: 0x8000_0000,
        access: RawTouch::Read,
    };
    let witness = forever(vec![numbered("tick "), sleep(150_000)]);
    let partitions = vec![
        partition("victim", vec![sleep(1_000_000), log(WORDS), touch]),
        partition("witness", witness),
        partition("heir", vec![log("mine")]),
    ];
    let groups: [&[&str]; 2] = [&["victim", "witness"], &["heir"]];
    let mut plan = planned(&system(partitions, Vec::new(), &groups));
    let cause = usize::try_from(Cause::MemoryViolation.number()).expect("a few");
    let action = u8::try_from(action.number()).expect("a few");
    plan.tables.partitions[0].actions[cause] = action;
    plan
}

/// Makes a schedule of its own of the second window.
fn split(plan: &mut Plan) {
    let places: Vec<u64> = plan.window_tables().map(|(place, _)| place).collect();
    let [first, second] = &mut plan.tables.windows[..] else {
        panic!("two windows");
    };
    first.next = second.next;
    first.following = places[0];
    plan.tables.header.safe = places[1];
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
    let mut plan = plan_with(HealthAction::Restart);
    plan.tables.partitions[0].restart_limit = 2;
    plan.tables.partitions[0].backoff_ticks = 2_000;
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
    let mut plan = plan_with(HealthAction::SafeMode);
    split(&mut plan);
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
    let plan = plan_with(HealthAction::PowerOff);
    let (code, said) = Qemu::boot(&plan).exit_code();
    assert_eq!(code, i32::from(EXIT_HEALTH));
    assert_eq!(said.texts(0), [WORDS.as_bytes()]);
    assert_eq!(
        said.kernel,
        Vec::<Vec<u8>>::new(),
        "the kernel has not failed"
    );
}
