//! Random designs for tests: every value of the spec's types, so that names dangle and
//! numbers are nonsense. In the crate's own tests, and with the feature `arbitrary`.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::dhall::defaults;
use crate::spec::{
    FORMAT, FaultCause, RawChannel, RawChannelKind, RawDevice, RawDeviceKind, RawEnd, RawGrant,
    RawHealth, RawHealthAction, RawInterrupt, RawIsolation, RawMachine, RawMemory, RawMmu,
    RawPartition, RawPayload, RawPermissions, RawProgram, RawRange, RawRestart, RawRule,
    RawSchedule, RawStep, RawSystem, RawTouch, RawWindow,
};

/// Any design.
pub fn system() -> impl Strategy<Value = RawSystem> {
    let format = prop_oneof![4 => Just(FORMAT), 1 => any::<u64>()];
    let head = (format, name(), number(), machine(), vec(partition(), 0..5));
    let lists = (
        vec(channel(), 0..4),
        vec(memory(), 0..3),
        vec(schedule(), 0..3),
        vec(rule(), 0..3),
    );
    (head, lists).prop_map(|(head, lists)| {
        let (format, name, seed, machine, partitions) = head;
        let (channels, memories, schedules, rules) = lists;
        RawSystem {
            format,
            name,
            seed,
            machine,
            partitions,
            channels,
            memories,
            schedules,
            rules,
        }
    })
}

/// A name: mostly one that a person would give, sometimes any text.
pub fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-z][a-z0-9-]{0,8}",
        1 => prop_oneof![Just("Septum"), Just("let"), Just("Text"), Just("partition-1")]
            .prop_map(str::to_owned),
        2 => text(),
    ]
}

/// Any text that Dhall can write: no code points that Unicode reserves as non-characters.
pub fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => prop::char::range(' ', '~'),
        1 => prop::sample::select(vec!['"', '\\', '$', '{', '}', '\'', '\n', '\r', '\t']),
        1 => prop::char::range('\u{0}', '\u{1f}'),
        1 => any::<char>().prop_filter("is a character", |c| u32::from(*c) & 0xfffe != 0xfffe),
    ];
    vec(character, 0..12).prop_map(String::from_iter)
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        0..100_u64,
        (0..5_000_u64).prop_map(|n| n * 1_000),
        (0..50_u64).prop_map(|n| n * 1_000_000),
        (0..5_000_u64).prop_map(|n| n << 10),
        (0..50_u64).prop_map(|n| n << 20),
        any::<u64>(),
    ]
}

/// The standard machine, one with its devices, or any.
fn machine() -> impl Strategy<Value = RawMachine> {
    let standard = || defaults().system.machine.clone();
    let variant = (any_machine(), any::<[bool; 4]>()).prop_map(move |(mut other, keep)| {
        let standard = standard();
        other.devices = standard.devices;
        if keep[0] {
            other.name = standard.name;
        }
        if keep[1] {
            other.harts = standard.harts;
            other.timebase_hz = standard.timebase_hz;
        }
        if keep[2] {
            other.ram = standard.ram;
            other.ns_per_instruction = standard.ns_per_instruction;
        }
        if keep[3] {
            other.isolation = standard.isolation;
            other.sstc = standard.sstc;
        }
        other
    });
    prop_oneof![Just(standard()), variant, any_machine()]
}

fn any_machine() -> impl Strategy<Value = RawMachine> {
    let numbers = (number(), number(), number(), any::<bool>());
    let range =
        (any::<u64>(), number()).prop_map(|(base, size_bytes)| RawRange { base, size_bytes });
    let parts = (vec(range, 0..3), vec(device(), 0..4), isolation());
    (name(), numbers, parts).prop_map(|(name, numbers, (ram, devices, isolation))| RawMachine {
        name,
        harts: numbers.0,
        timebase_hz: numbers.1,
        ns_per_instruction: numbers.2,
        ram,
        devices,
        isolation,
        sstc: numbers.3,
    })
}

fn device() -> impl Strategy<Value = RawDevice> {
    let kind = prop::sample::select(vec![
        RawDeviceKind::Clint,
        RawDeviceKind::Plic,
        RawDeviceKind::Uart16550,
        RawDeviceKind::TestFinisher,
        RawDeviceKind::Rtc,
        RawDeviceKind::VirtioMmio,
    ]);
    let range = (any::<u64>(), number());
    let parts = (vec(number(), 0..3), any::<bool>());
    (name(), kind, range, parts).prop_map(|(name, kind, range, (interrupts, dma))| RawDevice {
        name,
        kind,
        base: range.0,
        size_bytes: range.1,
        interrupts,
        dma,
    })
}

fn isolation() -> impl Strategy<Value = RawIsolation> {
    let mmu = prop::sample::select(vec![RawMmu::Bare, RawMmu::Sv39]);
    (mmu, number(), number(), number()).prop_map(|(mmu, asid_bits, pmp_entries, grain)| {
        RawIsolation {
            mmu,
            asid_bits,
            pmp_entries,
            pmp_grain_bytes: grain,
        }
    })
}

fn partition() -> impl Strategy<Value = RawPartition> {
    let standard = || defaults().partition.clone();
    let sizes = (
        prop_oneof![Just(standard().hart), number()],
        prop_oneof![Just(standard().stack_bytes), number()],
        prop_oneof![Just(standard().log_bytes), number()],
    );
    let rights = (
        vec(name(), 0..3),
        vec(interrupt(), 0..3),
        permissions(),
        option::of(number()),
        health(),
    );
    (name(), program(), sizes, rights).prop_map(|(name, program, sizes, rights)| {
        let (devices, interrupts, permissions, deadline_ns, health) = rights;
        RawPartition {
            name,
            hart: sizes.0,
            program,
            stack_bytes: sizes.1,
            log_bytes: sizes.2,
            devices,
            interrupts,
            permissions,
            deadline_ns,
            health,
        }
    })
}

fn interrupt() -> impl Strategy<Value = RawInterrupt> {
    (name(), name(), number()).prop_map(|(port, device, source)| RawInterrupt {
        port,
        device,
        source,
    })
}

fn permissions() -> impl Strategy<Value = RawPermissions> {
    any::<[bool; 4]>().prop_map(|[log, clock, manage, safe_mode]| RawPermissions {
        log,
        clock,
        manage,
        safe_mode,
    })
}

/// The default, or any.
fn health() -> impl Strategy<Value = RawHealth> {
    prop_oneof![Just(defaults().partition.health), any_health()]
}

fn any_health() -> impl Strategy<Value = RawHealth> {
    let action = prop::sample::select(vec![
        RawHealthAction::Ignore,
        RawHealthAction::Halt,
        RawHealthAction::Restart,
        RawHealthAction::SafeMode,
        RawHealthAction::PowerOff,
    ]);
    let restart = (option::of(number()), number());
    let restart = restart.prop_map(|(limit, backoff_ns)| RawRestart { limit, backoff_ns });
    let standard = defaults().partition.health.restart;
    let restart = prop_oneof![Just(standard), restart];
    (vec(action, FaultCause::ALL.len()), restart).prop_map(|(actions, restart)| {
        let mut health = RawHealth {
            restart,
            ..defaults().partition.health
        };
        for (cause, action) in FaultCause::ALL.into_iter().zip(actions) {
            *health.action_mut(cause) = action;
        }
        health
    })
}

fn program() -> impl Strategy<Value = RawProgram> {
    prop_oneof![
        name().prop_map(RawProgram::Elf),
        vec(step(), 0..6).prop_map(RawProgram::Model),
    ]
}

/// A step of a model.
pub fn step() -> impl Strategy<Value = RawStep> {
    prop_oneof![3 => step_of_ports(), 3 => step_of_time(), 2 => step_of_blocks()]
}

fn step_of_ports() -> impl Strategy<Value = RawStep> {
    let timeout = || option::of(number());
    prop_oneof![
        (name(), payload()).prop_map(|(port, message)| RawStep::Send { port, message }),
        (name(), timeout()).prop_map(|(port, timeout_ns)| RawStep::Receive { port, timeout_ns }),
        (name(), payload(), name(), timeout()).prop_map(|(send, message, receive, timeout_ns)| {
            RawStep::Exchange {
                send,
                message,
                receive,
                timeout_ns,
            }
        }),
        (name(), payload()).prop_map(|(port, message)| RawStep::Write { port, message }),
        name().prop_map(|port| RawStep::Read { port }),
        name().prop_map(|port| RawStep::Signal { port }),
        (vec(name(), 0..3), timeout())
            .prop_map(|(ports, timeout_ns)| RawStep::Wait { ports, timeout_ns }),
        name().prop_map(|port| RawStep::Acknowledge { port }),
    ]
}

fn step_of_time() -> impl Strategy<Value = RawStep> {
    let touch = prop::sample::select(vec![RawTouch::Read, RawTouch::Write, RawTouch::Execute]);
    prop_oneof![
        number().prop_map(|ns| RawStep::Compute { ns }),
        (number(), number())
            .prop_map(|(least_ns, most_ns)| RawStep::ComputeBetween { least_ns, most_ns }),
        number().prop_map(|ns| RawStep::Sleep { ns }),
        (number(), number()).prop_map(|(period_ns, offset_ns)| RawStep::SleepUntil {
            period_ns,
            offset_ns
        }),
        payload().prop_map(|message| RawStep::Log { message }),
        (any::<u64>(), touch).prop_map(|(address, access)| RawStep::Touch { address, access }),
        any::<u64>().prop_map(|code| RawStep::Raise { code }),
        name().prop_map(|partition| RawStep::Restart { partition }),
        name().prop_map(|partition| RawStep::Stop { partition }),
    ]
}

fn step_of_blocks() -> impl Strategy<Value = RawStep> {
    prop_oneof![
        option::of(number()).prop_map(|times| RawStep::Loop { times }),
        (number(), number()).prop_map(|(offset, equals)| RawStep::IfByte { offset, equals }),
        Just(RawStep::Else),
        Just(RawStep::End),
        Just(RawStep::Exit),
        Just(RawStep::Illegal),
        Just(RawStep::SafeMode),
    ]
}

fn payload() -> impl Strategy<Value = RawPayload> {
    prop_oneof![
        text().prop_map(RawPayload::Text),
        text().prop_map(RawPayload::Numbered),
        Just(RawPayload::Received),
    ]
}

fn channel() -> impl Strategy<Value = RawChannel> {
    let kind = prop_oneof![
        (number(), number()).prop_map(|(message_bytes, depth)| RawChannelKind::Queuing {
            message_bytes,
            depth
        }),
        (number(), number()).prop_map(|(message_bytes, validity_ns)| RawChannelKind::Sampling {
            message_bytes,
            validity_ns
        }),
        Just(RawChannelKind::Signal),
    ];
    (name(), kind, end(), end()).prop_map(|(name, kind, from, to)| RawChannel {
        name,
        kind,
        from,
        to,
    })
}

fn end() -> impl Strategy<Value = RawEnd> {
    (name(), name()).prop_map(|(partition, port)| RawEnd { partition, port })
}

fn memory() -> impl Strategy<Value = RawMemory> {
    let grant = (name(), any::<bool>());
    let grant = grant.prop_map(|(partition, write)| RawGrant { partition, write });
    (name(), number(), vec(grant, 0..3)).prop_map(|(name, size_bytes, grants)| RawMemory {
        name,
        size_bytes,
        grants,
    })
}

fn schedule() -> impl Strategy<Value = RawSchedule> {
    let name = prop_oneof![Just(defaults().schedule.name.clone()), name()];
    (name, number(), vec(window(), 0..4)).prop_map(|(name, major_frame_ns, windows)| RawSchedule {
        name,
        major_frame_ns,
        windows,
    })
}

fn window() -> impl Strategy<Value = RawWindow> {
    let hart = prop_oneof![Just(defaults().window.hart), number()];
    (hart, number(), vec(name(), 0..4)).prop_map(|(hart, duration_ns, partitions)| RawWindow {
        hart,
        duration_ns,
        partitions,
    })
}

fn rule() -> impl Strategy<Value = RawRule> {
    prop_oneof![
        (name(), name()).prop_map(|(from, to)| RawRule::NoFlow { from, to }),
        (name(), name(), name()).prop_map(|(from, to, via)| RawRule::AllFlowThrough {
            from,
            to,
            via
        }),
        (name(), number()).prop_map(|(channel, ns)| RawRule::MaxLatency { channel, ns }),
    ]
}
