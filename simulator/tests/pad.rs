//! The pad of the windows: longer than any path of the kernel, not much longer than the
//! longest, and the same first instant for whoever begins a window.
//!
//! In each frame a worker does a deed at a moment that moves by one step: from so long before
//! the end of its window that the kernel is done with it, to the first instant of the next
//! one. What is measured at each end of a window is how long the kernel is busy before it
//! waits for the end of the pad.

use std::collections::BTreeSet;

use crate::common::asm::{EBREAK, NOP, add, addi, andi, beq, bne, j, li, srli, store};
use crate::common::program::{
    A0, A1, A7, S0, S1, S2, T0, call, exchange, is_interrupted, reads, receives, run_at, sends,
    wait_forever, writes,
};
use crate::common::story;
use crate::common::systems::{
    MS, build, channel, model, pmp_alone, queuing, system, uart_interrupt,
};
use septum_abi::address::{LOG_BUFFER, PROGRAM_BASE};
use septum_abi::call::{Call, NEVER, POLL};
use septum_abi::limits;
use septum_abi::pin::Pin;
use septum_abi::timing::pad_instructions;
use septum_core::health::RawHealthAction;
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawChannel, RawChannelKind, RawPartition, RawSystem};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::Simulation;

/// Frames in which everybody but the worker comes to where it stays.
const BOOT_FRAMES: u64 = 10;

/// What a line of the console has least and most of: 4 bytes that need an escape, or 13 that
/// do not.
const ESCAPED: [u8; 8] = [0; 8];
const PLAIN: [u8; 8] = *b"a text. ";

/// Nanoseconds of a tick; an instruction takes one nanosecond.
const TICK: u64 = 100;

/// How many partitions share each window, and how long messages are.
#[derive(Debug, Clone, Copy)]
struct Design {
    crowd: u64,
    message_bytes: u64,
    /// Instructions from one moment of a sweep to the next. The kernel is busy for at most
    /// one instruction less when the deed is one instruction earlier, so a sweep finds the
    /// longest path but for so many instructions.
    stride: u64,
    /// How much longer the worker's window is, for a restart in it.
    restore_ns: u64,
    /// Without an MMU, and with so many PMP entries.
    pmp_entries: Option<u64>,
}

impl Design {
    /// What is measured against.
    fn bound(self) -> u64 {
        pad_instructions(self.crowd, self.message_bytes)
    }

    fn pad_ns(self) -> u64 {
        (self.bound().div_ceil(TICK) + 1) * TICK
    }

    /// The worker wakes so long after the begin of its window: what is left of the deed
    /// before is over, and all lines of the longest text are printed.
    fn wake_ns(self) -> u64 {
        let line_ns = 10 * TICK + self.crowd * TICK / 2;
        2 * self.pad_ns() + 20 * TICK + 64 * line_ns
    }

    /// The wake, something before the deed, and the sweep take a pad each at most.
    fn window_ns(self) -> u64 {
        self.wake_ns() + 3 * self.pad_ns() + 20 * TICK + self.restore_ns
    }

    fn frame_ns(self) -> u64 {
        self.window_ns() + 3 * self.pad_ns()
    }

    /// Where programs lie: without an MMU each somewhere else.
    fn bases(self) -> impl Iterator<Item = u64> {
        let (first, step) = match self.pmp_entries {
            None => (PROGRAM_BASE, 0),
            Some(_) => (crate::common::RAM + 0x20_0000, 0x1_0000),
        };
        (0..).map(move |number| first + step * number)
    }
}

/// What the worker does at the moment that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Sends to somebody of the next window.
    Send,
    /// Sends to somebody more important of its own window, who takes the message at once.
    Wake,
    /// Takes a message that waits for it.
    Receive,
    /// Logs the longest text, then waits; the kernel prints the text a line at a time. The
    /// text repeats these bytes.
    Log([u8; 8]),
    /// Lets the UART interrupt it.
    Interrupt,
    /// Faults.
    Fault,
    /// Sends to somebody of the next window and takes a message that waits for it, in one call.
    Exchange,
    /// Writes a value.
    Write,
    /// Reads a value.
    Read,
    /// Waits; somebody less important is next, for whom a message of another window is copied.
    Yield,
    /// Waits; somebody less important is next, whose memory is being restored for ever.
    Restore,
    /// Begins anew, with the most ports: what is done last of it.
    Finish,
}

impl Deed {
    /// The instructions; the last one but for an interrupt's is the deed.
    fn code(self, design: Design) -> Vec<u32> {
        match self {
            Self::Send => call(Call::Send.number(), [LATE, design.message_bytes]),
            Self::Wake => call(Call::Send.number(), [WAKE, design.message_bytes]),
            Self::Receive => call(Call::Receive.number(), [GIFT, POLL]),
            Self::Log(_) => call(Call::Log.number(), [256, 0]),
            Self::Interrupt => interrupt(),
            Self::Fault => vec![EBREAK],
            Self::Exchange => exchange([LATE, design.message_bytes], [GIFT, NEVER]),
            Self::Write => call(Call::Send.number(), [VALUE, design.message_bytes]),
            Self::Read => call(Call::Receive.number(), [VALUE, POLL]),
            // The wait for the next time.
            Self::Yield | Self::Restore => Vec::new(),
            Self::Finish => call(Call::Raise.number(), [0, 0]),
        }
    }

    /// The deed that ends with the same instruction, or a few later, and is told at once.
    fn told(self) -> Self {
        match self {
            Self::Send
            | Self::Interrupt
            | Self::Fault
            | Self::Exchange
            | Self::Yield
            | Self::Finish => self,
            _ => Self::Wake,
        }
    }

    /// Whether an event is the deed's.
    fn is(self, event: &Event) -> bool {
        let is_workers = event.partition.as_deref() == Some("worker");
        match (self, &event.kind) {
            (Self::Send | Self::Exchange, EventKind::Send { port, .. }) => port == "late",
            (Self::Wake, EventKind::Send { port, .. }) => port == "wake",
            (Self::Yield, EventKind::Block { .. }) | (Self::Finish, EventKind::RestartEnd) => {
                is_workers
            }
            (Self::Interrupt, EventKind::InterruptRaised { .. })
            | (Self::Fault, EventKind::Fault { .. }) => true,
            _ => false,
        }
    }

    /// For a deed that can be done once: from when to when it matters, in instructions
    /// before and after the end of the window.
    fn moments(self) -> Option<(u64, u64)> {
        match self {
            Self::Fault => Some((200, BEYOND)),
            // Who was chosen too late keeps its message for the next frame.
            Self::Yield => Some((120, BEYOND)),
            // Told when it is over.
            Self::Finish => Some((0, 1_500)),
            _ => None,
        }
    }

    /// When the worker begins with it, after the begin of its window.
    fn wake_ns(self, design: Design) -> u64 {
        match self {
            // Before somebody less important can run.
            Self::Yield => 0,
            _ => design.wake_ns(),
        }
    }
}

/// The worker's ports.
const LATE: u64 = 0;
const WAKE: u64 = 1;
const GIFT: u64 = 2;
const INTERRUPT: u64 = 3;
const VALUE: u64 = 3;

/// Enables the transmitter's interrupt, which comes at once, and ends it.
fn interrupt() -> Vec<u32> {
    let mut words = li(T0, crate::common::UART);
    words.extend([addi(A0, 0, 2), store(0, A0, T0, 1), store(0, 0, T0, 1)]);
    words.extend(call(Call::Acknowledge.number(), [INTERRUPT, 0]));
    words
}

/// Fills the log buffer.
fn text(bytes: [u8; 8]) -> Vec<u32> {
    let mut words = li(T0, LOG_BUFFER);
    words.extend(li(A0, u64::from_le_bytes(bytes)));
    words.extend((0..32).map(|word| store(3, A0, T0, 8 * word)));
    words
}

/// In each frame: waits for its time, sends something that somebody of the next window
/// takes, and after a delay does the deed. The delay is `delay` instructions at first and
/// `stride` more each time.
fn worker(design: Design, deed: Deed, first_wake_ns: u64, delay: u64, stride: i32) -> Vec<u32> {
    let mut words = Vec::new();
    if let Deed::Log(bytes) = deed {
        words.extend(text(bytes));
    }
    words.extend(li(S0, delay));
    words.extend(li(S1, first_wake_ns / TICK));
    words.extend(li(S2, design.frame_ns() / TICK));
    if deed == Deed::Exchange {
        // So that a gift is there when it wants to take one.
        words.extend(call(Call::Send.number(), [LATE, design.message_bytes]));
    }
    let begin = words.len();
    words.extend([
        addi(A0, 0, 0),
        addi(A1, S1, 0),
        addi(A7, 0, 0),
        crate::common::asm::ECALL,
    ]);
    if !matches!(deed, Deed::Send | Deed::Exchange) {
        words.extend(call(Call::Send.number(), [LATE, design.message_bytes]));
    }
    words.extend([
        srli(T0, S0, 1),
        addi(T0, T0, 1),
        addi(T0, T0, -1),
        bne(T0, 0, -4),
    ]);
    words.extend([andi(T0, S0, 1), beq(T0, 0, 8), NOP]);
    words.extend(deed.code(design));
    words.extend([addi(S0, S0, stride), add(S1, S1, S2)]);
    let back = i32::try_from(4 * (words.len() - begin)).expect("a short program");
    words.push(j(-back));
    words
}

/// Takes every message of port 0, and after each does what follows.
fn taker(then: &[u32]) -> Vec<u32> {
    let mut words = call(Call::Receive.number(), [0, NEVER]);
    words.extend(then);
    let back = i32::try_from(4 * words.len()).expect("a short program");
    words.push(j(-back));
    words
}

/// A design with its programs.
struct Built {
    raw: RawSystem,
    programs: Programs,
}

/// What a deed needs that the others do not.
#[derive(Default)]
struct Extra {
    worker: Vec<Pin>,
    heir: Vec<Pin>,
    /// Program and ports of somebody who is less important than the worker in its window.
    junior: Option<(Vec<u32>, Vec<Pin>)>,
    channels: Vec<RawChannel>,
}

impl Extra {
    fn of(deed: Deed, message_bytes: u64) -> Self {
        let size = u32::try_from(message_bytes).expect("a size");
        let value = |from, to| vec![channel("value", sampling(message_bytes), from, to)];
        match deed {
            Deed::Interrupt => Self {
                worker: vec![is_interrupted("irq")],
                ..Self::default()
            },
            Deed::Write => Self {
                worker: vec![writes("value", size)],
                heir: vec![reads("value", size)],
                channels: value("worker.value", "heir.value"),
                ..Self::default()
            },
            Deed::Read => Self {
                worker: vec![reads("value", size)],
                heir: vec![writes("value", size)],
                channels: value("heir.value", "worker.value"),
                ..Self::default()
            },
            Deed::Yield => Self {
                heir: vec![sends("inbox", size)],
                junior: Some((taker(&[]), vec![receives("inbox", size)])),
                channels: vec![channel(
                    "inbox",
                    queuing(message_bytes, 2),
                    "heir.inbox",
                    "junior.inbox",
                )],
                ..Self::default()
            },
            Deed::Restore => Self {
                junior: Some((call(Call::Raise.number(), [0, 0]), Vec::new())),
                ..Self::default()
            },
            Deed::Finish => Self::of_many_ports(),
            _ => Self::default(),
        }
    }

    /// The worker has the most ports, and each is one that a restart drains.
    fn of_many_ports() -> Self {
        let names: Vec<String> = (0..limits::PORTS - 3).map(|n| format!("q{n}")).collect();
        let end = |partition: &str, port: &str| format!("{partition}.{port}");
        let channels = names.iter().map(|name| {
            let (from, to) = (end("junior", name), end("worker", name));
            channel(name, queuing(8, 1), &from, &to)
        });
        Self {
            worker: names.iter().map(|name| receives(name, 8)).collect(),
            junior: Some((
                wait_forever(),
                names.iter().map(|name| sends(name, 8)).collect(),
            )),
            channels: channels.collect(),
            ..Self::default()
        }
    }
}

impl Built {
    fn new(design: Design, deed: Deed, worker_code: &[u32]) -> Self {
        let mut programs = Programs::new();
        let size = u32::try_from(design.message_bytes).expect("a size");
        let mut extra = Extra::of(deed, design.message_bytes);
        let mut bases = design.bases();
        let mut add = |name: &str, code: &[u32], own: &[Pin], pins: &[Pin]| {
            let mut partition = model(name, Vec::new());
            let base = bases.next().expect("there is room");
            let pins = [own, pins].concat();
            run_at(base, &mut partition, &mut programs, code, &pins);
            partition
        };
        let own = [
            sends("late", size),
            sends("wake", size),
            receives("gift", size),
        ];
        let mut worker = add("worker", worker_code, &own, &extra.worker);
        if deed == Deed::Interrupt {
            worker.devices.push("uart".to_owned());
            worker.interrupts.push(uart_interrupt("irq"));
        }
        let mut then = call(Call::Send.number(), [1, design.message_bytes]);
        if matches!(deed, Deed::Yield | Deed::Read) {
            then.extend(call(Call::Send.number(), [2, design.message_bytes]));
        }
        let own = [receives("late", size), sends("gift", size)];
        let mut heir = add("heir", &taker(&then), &own, &extra.heir);
        if design.pmp_entries == Some(16) {
            // Each takes an entry.
            let devices = ["rtc", "uart", "virtio0", "virtio2", "virtio4", "virtio6"];
            heir.devices = devices.map(str::to_owned).to_vec();
        }
        let peer = add("peer", &taker(&[]), &[receives("wake", size)], &[]);
        let junior = extra.junior.take();
        let junior = junior.map(|(code, pins)| add("junior", &code, &pins, &[]));
        let idlers = design.crowd - if junior.is_some() { 2 } else { 1 };
        let idlers = (0..idlers).map(|n| add(&format!("idle{n}"), &wait_forever(), &[], &[]));
        let mut partitions: Vec<RawPartition> = idlers.collect();
        partitions.extend([peer, worker]);
        partitions.extend(junior);
        partitions.push(heir);
        for partition in &mut partitions {
            watch(partition, design);
        }
        Self {
            raw: laid_out(design, partitions, extra.channels),
            programs,
        }
    }
}

/// Gives it a deadline that it never misses, but that is looked at whenever it begins to run,
/// and lets it begin anew after each error that it raises.
fn watch(partition: &mut RawPartition, design: Design) {
    partition.deadline_ns = Some(100 * design.frame_ns());
    partition.health.application_error = RawHealthAction::Restart;
    partition.health.restart.limit = None;
    if design.pmp_entries.is_some() {
        // The programs know only where a log buffer is with an MMU.
        partition.permissions.log = false;
        partition.log_bytes = 0;
    }
}

/// The worker's window, where it comes last but for a junior, then the heir's.
fn laid_out(design: Design, partitions: Vec<RawPartition>, more: Vec<RawChannel>) -> RawSystem {
    let names: Vec<String> = partitions.iter().map(|p| p.name.clone()).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    let heir = names.pop().expect("the heir is the last");
    let idle = names.iter().filter(|name| name.starts_with("idle"));
    let mut heirs: Vec<&str> = idle.copied().collect();
    heirs.push(heir);
    // The last of those who do nothing is in the heir's window only.
    let surplus = names.len() - usize::try_from(design.crowd).expect("a count");
    names.drain(heirs.len() - 1 - surplus..heirs.len() - 1);
    let mut channels = channels(design.message_bytes);
    channels.extend(more);
    let heirs_ns = design.frame_ns() - design.window_ns();
    let mut raw = system(
        partitions,
        channels,
        &[(design.window_ns(), &names), (heirs_ns, &heirs)],
    );
    if let Some(pmp_entries) = design.pmp_entries {
        raw.machine.isolation = pmp_alone(pmp_entries, 4);
    }
    raw
}

fn sampling(message_bytes: u64) -> RawChannelKind {
    RawChannelKind::Sampling {
        message_bytes,
        validity_ns: MS,
    }
}

/// The channels of every deed.
fn channels(message_bytes: u64) -> Vec<RawChannel> {
    let kind = queuing(message_bytes, 2);
    vec![
        channel("late", kind, "worker.late", "heir.late"),
        channel("wake", kind, "worker.wake", "peer.wake"),
        channel("gift", kind, "heir.gift", "worker.gift"),
    ]
}

/// A run that is looked at where windows end.
struct Run {
    raw: RawSystem,
    events: Vec<Event>,
    simulation: Simulation,
    plan: Plan,
    design: Design,
    /// Begin of the next frame.
    begin_ns: u64,
    /// The longest time from the end of a window to the wait for the end of the next pad.
    longest_ns: u64,
    /// End of the pad of a window that nobody has begun so far.
    pad_over_ns: Option<u64>,
    /// From the ends of pads to the first user instructions.
    first_instants_ns: BTreeSet<u64>,
}

impl Run {
    fn new(design: Design, deed: Deed, start_ns: u64, delay: u64, stride: u64) -> Self {
        let stride = i32::try_from(stride).expect("a small step");
        let begin_ns = start_ns + BOOT_FRAMES * design.frame_ns();
        let first_wake_ns = begin_ns + deed.wake_ns(design);
        let code = worker(design, deed, first_wake_ns, delay, stride);
        let built = Built::new(design, deed, &code);
        let (plan, image) = build(&built.raw, &built.programs);
        assert_eq!(plan.start_ticks() * TICK, start_ns);
        assert_eq!(plan.pad_ticks() * TICK, design.pad_ns());
        let simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
        let mut run = Self {
            raw: built.raw,
            events: Vec::new(),
            simulation,
            plan,
            design,
            begin_ns: start_ns,
            longest_ns: 0,
            pad_over_ns: None,
            first_instants_ns: BTreeSet::new(),
        };
        for _ in 0..BOOT_FRAMES {
            run.frame();
        }
        run
    }

    /// Up to the end of the worker's window and on until the kernel waits; then on to the
    /// end of the frame. Its events.
    fn frame(&mut self) -> Vec<Event> {
        self.cross(self.begin_ns + self.design.window_ns());
        self.begin_ns += self.design.frame_ns();
        self.cross(self.begin_ns);
        let events = self.simulation.drain_events();
        self.look_at(&events);
        self.events.extend_from_slice(&events);
        events
    }

    fn cross(&mut self, end_ns: u64) {
        self.simulation.run_until(end_ns).expect("the engine holds");
        loop {
            let now_ns = self.simulation.time_ns();
            self.simulation
                .run_until(now_ns + 1)
                .expect("the engine holds");
            if self.simulation.machine().is_asleep() {
                self.longest_ns = self.longest_ns.max(now_ns + 1 - end_ns);
                return;
            }
        }
    }

    fn look_at(&mut self, events: &[Event]) {
        for event in events {
            match &event.kind {
                EventKind::Log { status, .. } => assert_eq!(status, "ok"),
                EventKind::Window { .. } => {
                    self.pad_over_ns = Some(event.time_ns + self.design.pad_ns());
                }
                EventKind::Dispatch => {
                    let over_ns = self.pad_over_ns.take();
                    let after_ns = over_ns.map(|over_ns| event.time_ns - over_ns);
                    // Somebody who becomes ready later does not begin the window.
                    let begins = after_ns.filter(|after_ns| *after_ns < TICK);
                    self.first_instants_ns.extend(begins);
                }
                _ => {}
            }
        }
    }
}

/// When boot is over, which does not depend on when the worker does something.
fn start_ns(design: Design, deed: Deed) -> u64 {
    let built = Built::new(design, deed, &worker(design, deed, 0, 0, 0));
    TICK * build(&built.raw, &built.programs).0.start_ticks()
}

/// The delay with which the deed is done as the last instruction of the window.
fn last_instant(design: Design, deed: Deed, start_ns: u64) -> u64 {
    // A call ends with the same instruction whatever it is, and what a `receive` brings is
    // told later.
    let told = deed.told();
    let mut run = Run::new(design, told, start_ns, 0, 0);
    let end_ns = run.begin_ns + design.window_ns();
    let events = run.frame();
    let done = events.iter().rfind(|event| told.is(event));
    end_ns - done.expect("it is done").time_ns
}

/// What a sweep found.
#[derive(Debug, Clone, Default)]
struct Found {
    longest_ns: u64,
    first_instants_ns: BTreeSet<u64>,
}

impl Found {
    fn add(&mut self, run: &Run) {
        story::check(&run.raw, &run.plan, &run.events);
        self.longest_ns = self.longest_ns.max(run.longest_ns);
        self.first_instants_ns.extend(&run.first_instants_ns);
    }
}

const DEEDS: [Deed; 11] = [
    Deed::Send,
    Deed::Wake,
    Deed::Receive,
    Deed::Log(PLAIN),
    Deed::Interrupt,
    Deed::Fault,
    Deed::Exchange,
    Deed::Write,
    Deed::Read,
    Deed::Yield,
    Deed::Restore,
];

/// Instructions from one moment to the next where each needs a run of its own.
const FAULT_STRIDE: usize = 11;

/// Instructions after the end of the window up to which a sweep goes.
const BEYOND: u64 = 60;

/// The deed at moments from a bound before the end of the window to a little after it.
fn sweep(design: Design, deed: Deed) -> Found {
    let start_ns = start_ns(design, deed);
    let last = last_instant(design, deed, start_ns);
    let first = last - design.bound();
    let moments = (design.bound() + BEYOND) / design.stride;
    let mut found = Found::default();
    if let Some((before, after)) = deed.moments() {
        // Afterwards not all is as before: a run for each moment.
        for moment in (last - before..last + after).step_by(FAULT_STRIDE) {
            let mut run = Run::new(design, deed, start_ns, moment, 0);
            // In the first one the heir sends what somebody takes in the second.
            run.frame();
            run.frame();
            found.add(&run);
        }
        return found;
    }
    let mut run = Run::new(design, deed, start_ns, first, design.stride);
    for _ in 0..=moments {
        run.frame();
    }
    found.add(&run);
    found
}

const SMALL: Design = Design {
    crowd: 4,
    message_bytes: 8,
    stride: 1,
    restore_ns: 0,
    pmp_entries: None,
};
const WIDE: Design = Design {
    crowd: 4,
    message_bytes: 4096,
    stride: 29,
    restore_ns: 0,
    pmp_entries: None,
};
const CROWDED: Design = Design {
    crowd: 62,
    message_bytes: 8,
    stride: 29,
    restore_ns: 0,
    pmp_entries: None,
};
const WIDE_AND_CROWDED: Design = Design {
    crowd: 62,
    message_bytes: 4096,
    stride: 61,
    restore_ns: 0,
    pmp_entries: None,
};

/// The bound holds for every deed: the instructions of the longest one.
fn longest_of_all(design: Design, more: &[Deed]) -> u64 {
    let mut longest = 0;
    for deed in DEEDS.iter().chain(more).copied() {
        let found = sweep(design, deed);
        println!(
            "{design:?} {deed:?}: {} of {}",
            found.longest_ns,
            design.bound()
        );
        assert!(
            found.longest_ns + design.stride <= design.bound(),
            "{deed:?}"
        );
        assert_eq!(found.first_instants_ns, BTreeSet::from([FIRST_INSTANT_NS]));
        longest = longest.max(found.longest_ns);
    }
    longest
}

/// And it is at most a quarter more than that.
fn is_close(bound: u64, longest: u64) {
    assert!(4 * bound <= 5 * longest, "{bound} and {longest}");
}

/// From the end of the pad to the first user instruction: the way out of the kernel, which
/// is always equally long.
const FIRST_INSTANT_NS: u64 = 49;

#[test]
fn the_pad_covers_the_kernel_with_few_partitions_and_small_messages() {
    // A restart with the most ports is longer.
    longest_of_all(SMALL, &[Deed::Log(ESCAPED)]);
}

#[test]
fn the_pad_covers_the_restart_of_a_partition_with_the_most_ports() {
    let design = Design {
        restore_ns: 400_000,
        ..SMALL
    };
    let found = sweep(design, Deed::Finish);
    println!("{design:?}: {} of {}", found.longest_ns, design.bound());
    let stride = u64::try_from(FAULT_STRIDE).expect("a small step");
    assert!(found.longest_ns + stride <= design.bound());
    is_close(design.bound(), found.longest_ns);
}

#[test]
fn the_pad_covers_the_switch_of_the_most_pmp_entries() {
    // Whom an exchange wakes or who is chosen late is switched to, then somebody of the next window.
    for (deed, switches) in [(Deed::Exchange, 2), (Deed::Restore, 1), (Deed::Yield, 2)] {
        let longest = |pmp_entries| {
            let design = Design {
                pmp_entries,
                ..SMALL
            };
            sweep(design, deed).longest_ns
        };
        let [paged, fewer, most] = [None, Some(8), Some(16)].map(longest);
        println!("{deed:?}: {paged}, {fewer}, {most} of {}", SMALL.bound());
        assert!(paged < fewer && fewer < most && most <= paged + switches * SWITCH);
    }
}

/// How many instructions more than with an MMU a switch takes at most, as the bound has them.
const SWITCH: u64 = 42;

#[test]
fn the_pad_covers_the_kernel_with_the_largest_messages() {
    is_close(WIDE.bound(), longest_of_all(WIDE, &[]));
}

#[test]
fn the_pad_covers_the_kernel_with_the_most_partitions() {
    is_close(CROWDED.bound(), longest_of_all(CROWDED, &[]));
}

#[test]
fn the_pad_covers_the_kernel_with_the_most_of_both() {
    is_close(
        WIDE_AND_CROWDED.bound(),
        longest_of_all(WIDE_AND_CROWDED, &[]),
    );
}
