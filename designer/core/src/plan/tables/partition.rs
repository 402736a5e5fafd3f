//! What the kernel knows about each partition.

use septum_abi::call::Call;
use septum_abi::health::{Cause, HealthAction};
use septum_abi::limits::{PAGE_BYTES, PORTS};
use septum_abi::machine::{mstatus, sv39};
use septum_abi::tables::{NONE, PartitionTable, PortTable, kind};

use super::Inputs;
use crate::plan::log;
use crate::plan::ports::{PortPlan, wide};
use crate::spec::RawMmu;
use crate::system::{self, ChannelIndex, FaultCause, Health, Partition, Program, Step, System};

/// One for each partition.
pub(super) fn tables(inputs: &Inputs<'_>) -> Vec<PartitionTable> {
    let partitions = inputs.system.partitions.iter().enumerate();
    partitions
        .map(|(index, partition)| table(inputs, index, partition))
        .collect()
}

fn table(inputs: &Inputs<'_>, index: usize, partition: &Partition) -> PartitionTable {
    let space = &inputs.spaces[index];
    let kinds = |kinds: &[u64]| bits(&space.ports, kinds);
    let stack = partition.stack_bytes.next_multiple_of(wide(PAGE_BYTES));
    let [log_writer, log_read, log_progress] = inputs.log.words(index);
    PartitionTable {
        handlers: handlers(inputs, partition, &space.ports),
        state: inputs.state.partition(index),
        hart: inputs.places.header,
        satp: satp(inputs.system, index, inputs.roots[index]),
        space: space_function(inputs),
        entry: space.entry,
        stack_top: space.stack_top,
        index: wide(index),
        clock: u64::from(partition.permissions.clock),
        // A sampling channel wakes nobody.
        incoming: kinds(&[kind::QUEUING_IN, kind::SIGNAL_IN, kind::INTERRUPT]),
        queues: kinds(&[kind::QUEUING_IN]),
        log_buffer: space.log_buffer.map_or(0, |buffer| buffer.base),
        log_ring: inputs.log.rings.base + inputs.log.offsets[index],
        log_bytes: log::ring_bytes(partition),
        actions: actions(&partition.health),
        // Nothing below the stack is granted.
        guard: space.stack_top - stack - wide(PAGE_BYTES),
        guard_bytes: wide(PAGE_BYTES),
        restart_limit: partition.health.restart_limit.unwrap_or(NONE),
        backoff_ticks: partition.health.backoff_ticks,
        deadline_ticks: partition.deadline_ticks.unwrap_or(NONE),
        restore: inputs.restores[index],
        pmp: inputs.places.pmp(index),
        hart_state: inputs.state.hart,
        status_off: mstatus::MPP | mstatus::FS | mstatus::VS,
        log_writer,
        log_read,
        log_progress,
        reserved: [0; 8],
        ports: ports(inputs, &space.ports),
    }
}

/// The kernel's function that switches to a partition; 0 where setting `satp` is enough.
fn space_function(inputs: &Inputs<'_>) -> u64 {
    let isolation = &inputs.system.machine.isolation;
    let function = match (isolation.mmu, inputs.registers.first()) {
        (RawMmu::Sv39, _) if isolation.asid_bits > 0 => return 0,
        (RawMmu::Sv39, _) => "space_without_asid",
        (RawMmu::Bare, Some(it)) if it.first_rewritten + it.count > 8 => "space_pmp16",
        (RawMmu::Bare, _) => "space_pmp8",
    };
    inputs.kernel + inputs.assets.kernel.offset(function)
}

/// The bit of a channel's receiver; 0 if no window has sender and receiver.
pub(in crate::plan) fn receiver_bit(system: &System, channel: ChannelIndex) -> u64 {
    let channel = &system.channels[channel.get()];
    let (from, to) = (channel.from.partition, channel.to.partition);
    let together = system
        .all_windows()
        .any(|window| window.partitions.contains(&from) && window.partitions.contains(&to));
    if together { 1 << to.get() } else { 0 }
}

/// What is done about each cause.
fn actions(health: &Health) -> [u8; 8] {
    let mut actions = [0; 8];
    for (place, (_, action)) in actions.iter_mut().zip(health.actions()) {
        let number = match action {
            system::HealthAction::Ignore => HealthAction::Ignore,
            system::HealthAction::Halt => HealthAction::Halt,
            system::HealthAction::Restart => HealthAction::Restart,
            system::HealthAction::SafeMode => HealthAction::SafeMode,
            system::HealthAction::PowerOff => HealthAction::PowerOff,
        };
        *place = u8::try_from(number.number()).unwrap_or(0);
    }
    actions
}

/// The spec and the kernel list the causes in the same order.
const _: () = {
    assert!(FaultCause::ALL.len() == Cause::ALL.len());
    let mut position = 0;
    while position < Cause::ALL.len() {
        assert!(same(
            FaultCause::ALL[position].field(),
            Cause::ALL[position].name()
        ));
        position += 1;
    }
};

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut position = 0;
    while position < a.len() && position < b.len() && a[position] == b[position] {
        position += 1;
    }
    position == a.len() && position == b.len()
}

/// The bits of address space identifiers; 0 where the machine has none.
pub(super) fn asid_mask(system: &System) -> u64 {
    match system.machine.isolation.mmu {
        RawMmu::Sv39 => (1 << system.machine.isolation.asid_bits) - 1,
        RawMmu::Bare => 0,
    }
}

/// The address space identifier of a partition: from 1; 0 where the machine has none.
pub(in crate::plan) fn asid(system: &System, partition: usize) -> u64 {
    match asid_mask(system) {
        0 => 0,
        _ => wide(partition) + 1,
    }
}

/// `satp` of a partition; 0 where the machine has no such register.
fn satp(system: &System, partition: usize, root: u64) -> u64 {
    match system.machine.isolation.mmu {
        RawMmu::Sv39 => sv39::MODE | asid(system, partition) << sv39::ASID_SHIFT | root >> 12,
        RawMmu::Bare => 0,
    }
}

/// One bit for each port of these kinds.
fn bits(ports: &[PortPlan], kinds: &[u64]) -> u64 {
    let numbered = ports.iter().enumerate();
    numbered
        .filter(|(_, port)| kinds.contains(&port.kind))
        .fold(0, |bits, (number, _)| bits | 1 << number)
}

/// The calls that a partition may make, with the kernel's function for each: `wait`, `now`
/// (whether it gets an answer is the clock's right), `raise` and `exit` always, the others where
/// it has a port or a right for them; of those a model makes the ones of its steps.
pub(in crate::plan) fn calls(
    partition: &Partition,
    ports: &[PortPlan],
) -> Vec<(Call, &'static str)> {
    let has = |kinds: &[u64]| bits(ports, kinds) != 0;
    let sends = has(&[kind::QUEUING_OUT, kind::SAMPLING_OUT]);
    let receives = has(&[kind::QUEUING_IN, kind::SAMPLING_IN]);
    let exchanges = has(&[kind::QUEUING_OUT]) && has(&[kind::QUEUING_IN]);
    let clock = partition.permissions.clock;
    [
        (Call::Wait, "call_wait", true),
        (Call::Send, "call_send", sends),
        (Call::Receive, "call_receive", receives),
        (Call::Exchange, "call_exchange", exchanges),
        (Call::Signal, "call_signal", has(&[kind::SIGNAL_OUT])),
        (
            Call::Acknowledge,
            "call_acknowledge",
            has(&[kind::INTERRUPT]),
        ),
        (Call::Now, "call_now", clock),
        (Call::Now, "call_now_without_clock", !clock),
        (Call::Log, "call_log", partition.permissions.log),
        (Call::Raise, "call_raise", true),
        (Call::Exit, "call_exit", true),
        (Call::Restart, "call_restart", partition.permissions.manage),
        (Call::Stop, "call_stop", partition.permissions.manage),
        (
            Call::SafeMode,
            "call_safe_mode",
            partition.permissions.safe_mode,
        ),
    ]
    .into_iter()
    .filter(|&(call, _, allowed)| allowed && may_make(&partition.program, call))
    .map(|(call, function, _)| (call, function))
    .collect()
}

/// Whether a program may contain a call. What is in an ELF nobody knows; any model may end and
/// fail.
fn may_make(program: &Program, call: Call) -> bool {
    match (program, call) {
        (Program::Elf { .. }, _) | (_, Call::Raise | Call::Exit) => true,
        (Program::Model(steps), Call::Now) => steps.iter().any(Step::has_time),
        (Program::Model(steps), _) => steps.iter().any(|step| step.call() == Some(call)),
    }
}

/// The function for every call number.
fn handlers(inputs: &Inputs<'_>, partition: &Partition, ports: &[PortPlan]) -> [u64; 16] {
    let address = |function: &str| inputs.kernel + inputs.assets.kernel.offset(function);
    let mut handlers = [address("call_denied"); 16];
    for (call, function) in calls(partition, ports) {
        let number = usize::try_from(call.number()).ok();
        if let Some(place) = number.and_then(|number| handlers.get_mut(number)) {
            *place = address(function);
        }
    }
    handlers
}

fn ports(inputs: &Inputs<'_>, ports: &[PortPlan]) -> [PortTable; PORTS] {
    std::array::from_fn(|number| PortTable {
        kind: ports.get(number).map_or(kind::ABSENT, |port| port.kind),
        parts: ports.get(number).map_or([0; 3], |port| parts(inputs, port)),
    })
}

/// What the kind of a port says ([`kind`]).
fn parts(inputs: &Inputs<'_>, port: &PortPlan) -> [u64; 3] {
    let table = |channel: ChannelIndex| inputs.places.channels[channel.get()];
    match (port.kind, port.channel, port.source) {
        (kind::SIGNAL_OUT, Some(channel), _) => {
            let to = inputs.system.channels[channel.get()].to;
            let receiver = to.partition.get();
            [
                inputs.state.partition(receiver),
                1 << to.port.get(),
                receiver_bit(inputs.system, channel),
            ]
        }
        (kind::SIGNAL_IN, ..) => [0; 3],
        (_, Some(channel), _) => {
            let buffer = port.buffer.map_or(0, |buffer| buffer.physical.base);
            [table(channel), buffer, 0]
        }
        (_, None, source) => [source.map_or(0, u64::from), 0, 0],
    }
}
