//! A machine made of vectors, for the kernel's decisions: time moves only when the test or
//! a wait moves it, and every address that is not memory of the tables is a failure.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::as_conversions, reason = "tests count in usize and u64")]

pub(crate) mod invariant;

use std::cell::Cell;
use std::collections::BTreeMap;

use septum_abi::call::{BUILT, Call};
use septum_abi::state::{FaultRing, HartState, LogReaders, LogWriters, PartitionState, QueueState};
use septum_abi::tables::{
    ChannelTable, Header, NONE, PartitionTable, PortTable, SourceTable, WindowTable, kind,
    slot_bytes,
};
use septum_kernel_logic::{Hardware, Kernel, Next, Physical, Request};

/// Where the log rings lie, 4096 bytes for each partition.
pub(crate) const RINGS: u64 = 0x10_0000;
/// Where the slots of the channels lie, 0x10_0000 bytes for each.
pub(crate) const SLOTS: u64 = 0x1000_0000;
/// Where the port buffers lie: 0x1000 for each port of the table.
pub(crate) const BUFFERS: u64 = 0x2000_0000;
/// Where the log buffers lie.
pub(crate) const LOG_BUFFERS: u64 = 0x3000_0000;

/// The machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mock {
    pub(crate) time: Cell<u64>,
    /// Ticks that each reading of the clock takes.
    pub(crate) tick: u64,
    pub(crate) timer: u64,
    pub(crate) external_masked: bool,
    /// Interrupt lines.
    pub(crate) raised: u64,
    /// Claimed and not completed.
    pub(crate) claimed: u64,
    pub(crate) enabled: [u32; 4],
    pub(crate) memory: BTreeMap<u64, u64>,
    pub(crate) satp: u64,
    pub(crate) uart_ready: bool,
    pub(crate) console: Vec<u8>,
    /// Interrupt lines that rise at a time, while the kernel waits.
    pub(crate) script: BTreeMap<u64, u64>,
}

impl Mock {
    fn urgent(&self) -> u64 {
        let enabled = u64::from(self.enabled[0]) | u64::from(self.enabled[1]) << 32;
        self.raised & enabled & !self.claimed
    }

    pub(crate) fn write(&mut self, address: u64, bytes: &[u8]) {
        for (i, chunk) in bytes.chunks(8).enumerate() {
            let mut word = [0xee; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.memory
                .insert(address + 8 * i as u64, u64::from_le_bytes(word));
        }
    }

    pub(crate) fn read(&self, address: u64, length: u64) -> Vec<u8> {
        (0..length)
            .map(|i| self.word((address + i) & !7).to_le_bytes()[(i & 7) as usize])
            .collect()
    }

    fn word(&self, address: u64) -> u64 {
        assert_eq!(address % 8, 0, "{address:x} is not aligned");
        self.memory.get(&address).copied().unwrap_or(0)
    }
}

impl Hardware for &mut Mock {
    fn now(&self) -> u64 {
        self.time.set(self.time.get() + self.tick);
        self.time.get()
    }

    fn set_timer(&mut self, at: u64) {
        self.timer = at;
    }

    fn mask_external(&mut self) {
        self.external_masked = true;
    }

    fn finish_pad(&mut self) {
        assert!(self.external_masked);
        self.external_masked = false;
        self.time.set(self.time.get().max(self.timer));
    }

    fn external_is_due(&self) -> bool {
        self.urgent() != 0
    }

    fn is_due(&self) -> bool {
        self.timer <= self.time.get() || (!self.external_masked && self.external_is_due())
    }

    fn wait(&mut self) {
        let next = self
            .script
            .keys()
            .next()
            .copied()
            .unwrap_or(u64::MAX)
            .min(self.timer);
        assert_ne!(next, u64::MAX, "waits for ever");
        self.time.set(self.time.get().max(next));
        if let Some(lines) = self.script.remove(&next) {
            self.raised |= lines;
        }
    }

    fn enable_sources(&mut self, word: usize, bits: u32) {
        self.enabled[word] = bits;
    }

    fn claim(&mut self) -> u64 {
        let urgent = self.urgent();
        if urgent == 0 {
            return 0;
        }
        self.claimed |= urgent & urgent.wrapping_neg();
        u64::from(urgent.trailing_zeros())
    }

    fn complete(&mut self, source: u64) {
        let enabled = self.enabled[(source / 32) as usize] >> (source % 32) & 1 != 0;
        assert!(enabled, "the PLIC ignores a completion of source {source}");
        assert_ne!(self.claimed & 1 << source, 0, "{source} was not claimed");
        self.claimed &= !(1 << source);
    }

    fn use_space(&mut self, satp: u64) {
        self.satp = satp;
    }

    fn load(&self, from: Physical) -> u64 {
        self.word(from.get())
    }

    fn store(&mut self, to: Physical, value: u64) {
        assert_eq!(to.get() % 8, 0);
        self.memory.insert(to.get(), value);
    }

    fn copy(&mut self, from: Physical, to: Physical, bytes: u64) {
        assert!(bytes <= 4096);
        let mut copied = self.read(from.get(), bytes);
        copied.resize(copied.len().next_multiple_of(8), 0);
        self.write(to.get(), &copied);
    }

    fn print(&mut self, line: &[u8]) -> u64 {
        if self.uart_ready {
            self.console.extend_from_slice(line);
        }
        u64::from(self.uart_ready)
    }

    fn broken() -> ! {
        panic!("an index outside a table");
    }
}

/// Tables, state and machine.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) header: Header,
    pub(crate) partitions: Vec<PartitionTable>,
    pub(crate) ports: Vec<PortTable>,
    pub(crate) channels: Vec<ChannelTable>,
    pub(crate) windows: Vec<WindowTable>,
    pub(crate) order: Vec<u64>,
    pub(crate) sources: Vec<SourceTable>,
    pub(crate) hart: HartState,
    pub(crate) states: Vec<PartitionState>,
    pub(crate) queues: Vec<QueueState>,
    pub(crate) writers: LogWriters,
    pub(crate) readers: LogReaders,
    pub(crate) faults: FaultRing,
    pub(crate) machine: Mock,
}

/// What is behind a port.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behind {
    Out(usize),
    In(usize),
    SignalOut(usize),
    SignalIn(usize),
    Interrupt(u64),
}

/// A design: ports of each partition, channels (message bytes and depth, 0 for signals), and
/// windows (duration, partitions).
#[derive(Debug, Clone, Default)]
pub(crate) struct Design {
    pub(crate) ports: Vec<Vec<Behind>>,
    pub(crate) channels: Vec<(u64, u64)>,
    pub(crate) windows: Vec<(u64, Vec<u64>)>,
    pub(crate) log_bytes: u64,
    pub(crate) kernel_uart: bool,
    pub(crate) start: u64,
    pub(crate) pad: u64,
}

fn zeroed<const N: usize, T>(read: impl Fn(&[u8]) -> Option<T>) -> T {
    read(&[0; N]).expect("long enough")
}

impl World {
    /// The tables that the designer would make.
    pub(crate) fn new(design: &Design) -> Self {
        let mut world = Self {
            header: zeroed::<{ Header::SIZE_BYTES }, _>(Header::from_bytes),
            partitions: Vec::new(),
            ports: Vec::new(),
            channels: design.channels.iter().zip(0..).map(channel).collect(),
            windows: Vec::new(),
            order: Vec::new(),
            sources: vec![
                SourceTable {
                    partition: NONE,
                    port: 0
                };
                64
            ],
            // Not zero: the kernel relies on nothing.
            hart: HartState::from_bytes(&[0xaa; HartState::SIZE_BYTES]).expect("long enough"),
            states: vec![
                PartitionState::from_bytes(&[0xaa; 320]).expect("long enough");
                design.ports.len()
            ],
            queues: vec![
                QueueState {
                    write: 77,
                    read: 99
                };
                design.channels.len()
            ],
            writers: LogWriters::from_bytes(&[0xaa; LogWriters::SIZE_BYTES]).expect("long enough"),
            readers: LogReaders::from_bytes(&[0xaa; LogReaders::SIZE_BYTES]).expect("long enough"),
            faults: FaultRing::from_bytes(&[0xaa; FaultRing::SIZE_BYTES]).expect("long enough"),
            machine: Mock {
                uart_ready: true,
                ..Mock::default()
            },
        };
        world.fill(design);
        world
    }

    fn fill(&mut self, design: &Design) {
        for (index, ports) in (0..).zip(&design.ports) {
            self.add_partition(index, ports, design.log_bytes);
        }
        for (duration, partitions) in &design.windows {
            self.add_window(*duration, partitions);
        }
        let header = &mut self.header;
        header.uart = if design.kernel_uart {
            0x1000_0000
        } else {
            NONE
        };
        header.plic_words = 3;
        header.start_ticks = design.start;
        header.pad_ticks = design.pad;
        header.partition_count = self.partitions.len() as u64;
        header.window_count = self.windows.len() as u64;
        header.log_rings = RINGS;
    }

    fn add_partition(&mut self, index: u64, ports: &[Behind], log_bytes: u64) {
        let first = self.ports.len() as u64;
        let (mut incoming, mut queues) = (0, 0);
        for (number, behind) in (0..).zip(ports) {
            let buffer = BUFFERS + 0x1000 * (first + number);
            let (kind, subject) = self.add_port(index, number, *behind);
            self.ports.push(PortTable {
                kind,
                subject,
                buffer,
            });
            let is_in = [kind::QUEUING_IN, kind::SIGNAL_IN, kind::INTERRUPT].contains(&kind);
            incoming |= u64::from(is_in) << number;
            queues |= u64::from(kind == kind::QUEUING_IN) << number;
        }
        self.partitions.push(PartitionTable {
            entry: 0x1000 * (index + 1),
            stack_top: 0x8000 + index,
            satp: index + 1,
            calls: BUILT,
            clock: 1,
            ports_first: first,
            ports_count: ports.len() as u64,
            incoming,
            queues,
            log_buffer: LOG_BUFFERS + 0x1000 * index,
            log_offset: 0x1000 * index,
            log_bytes,
        });
    }

    fn add_port(&mut self, partition: u64, number: u64, behind: Behind) -> (u64, u64) {
        match behind {
            Behind::Out(channel) => (kind::QUEUING_OUT, self.sends(channel, partition, number)),
            Behind::In(channel) => (kind::QUEUING_IN, self.receives(channel, partition, number)),
            Behind::SignalOut(channel) => {
                (kind::SIGNAL_OUT, self.sends(channel, partition, number))
            }
            Behind::SignalIn(channel) => {
                (kind::SIGNAL_IN, self.receives(channel, partition, number))
            }
            Behind::Interrupt(source) => {
                self.sources[source as usize] = SourceTable {
                    partition,
                    port: number,
                };
                (kind::INTERRUPT, source)
            }
        }
    }

    fn sends(&mut self, channel: usize, sender: u64, sender_port: u64) -> u64 {
        let table = &mut self.channels[channel];
        (table.sender, table.sender_port) = (sender, sender_port);
        channel as u64
    }

    fn receives(&mut self, channel: usize, receiver: u64, receiver_port: u64) -> u64 {
        let table = &mut self.channels[channel];
        (table.receiver, table.receiver_port) = (receiver, receiver_port);
        channel as u64
    }

    fn add_window(&mut self, duration_ticks: u64, partitions: &[u64]) {
        let start_ticks = self
            .windows
            .iter()
            .map(|window| window.duration_ticks)
            .sum();
        let mut enables = [0; 4];
        for (number, source) in self.sources.iter().enumerate() {
            if partitions.contains(&source.partition) {
                enables[number / 32] |= 1 << (number % 32);
            }
        }
        self.windows.push(WindowTable {
            start_ticks,
            duration_ticks,
            order_first: self.order.len() as u64,
            order_count: partitions.len() as u64,
            enables,
            members: partitions.iter().map(|index| 1 << index).sum(),
        });
        self.order.extend_from_slice(partitions);
    }

    /// The kernel for one trap.
    pub(crate) fn kernel(&mut self) -> Kernel<'_, &mut Mock> {
        Kernel {
            header: &self.header,
            partitions: &self.partitions,
            ports: &self.ports,
            channels: &self.channels,
            windows: &self.windows,
            order: &self.order,
            sources: &self.sources,
            hart: &mut self.hart,
            states: &mut self.states,
            queues: &mut self.queues,
            writers: &mut self.writers,
            readers: &mut self.readers,
            faults: &mut self.faults,
            hardware: &mut self.machine,
        }
    }

    /// What the assembly does to leave the kernel: the partition that runs.
    fn leave(&mut self) -> usize {
        let resume = self.kernel().resume();
        if resume.timer_after_pad != 0 {
            let mut machine = &mut self.machine;
            machine.finish_pad();
            machine.set_timer(resume.timer_after_pad);
        }
        assert!(!self.machine.external_masked);
        assert_eq!(self.hart.current, resume.partition);
        resume.partition as usize
    }

    pub(crate) fn boot(&mut self) -> usize {
        self.kernel().boot();
        self.leave()
    }

    /// The running partition makes a call: who runs then.
    pub(crate) fn call(&mut self, call: Call, first: u64, second: u64) -> usize {
        self.raw_call(call.number(), first, second)
    }

    pub(crate) fn raw_call(&mut self, number: u64, first: u64, second: u64) -> usize {
        let current = self.hart.current as usize;
        self.states[current].pc += 4;
        let next = self.kernel().on_call(Request {
            number,
            arguments: [first, second],
        });
        match next {
            Next::Same => current,
            Next::Chosen => self.leave(),
        }
    }

    pub(crate) fn fault(&mut self, cause: u64, value: u64) -> usize {
        self.kernel().on_fault(cause, value);
        self.leave()
    }

    /// Lets the running partition compute until the next interrupt: who runs then.
    pub(crate) fn interrupt(&mut self) -> usize {
        let mut machine = &mut self.machine;
        while !machine.is_due() {
            machine.wait();
        }
        self.kernel().on_interrupt();
        self.leave()
    }

    /// Status and value that a partition finds.
    pub(crate) fn answer(&self, partition: usize) -> (u64, u64) {
        let registers = &self.states[partition].registers;
        (registers[9], registers[10])
    }

    pub(crate) fn time(&self) -> u64 {
        self.machine.time.get()
    }

    /// Address of a port's buffer.
    pub(crate) fn buffer(&self, partition: usize, port: u64) -> u64 {
        self.ports[(self.partitions[partition].ports_first + port) as usize].buffer
    }
}

fn channel((&(message_bytes, depth), index): (&(u64, u64), u64)) -> ChannelTable {
    ChannelTable {
        kind: if depth == 0 {
            kind::SIGNAL
        } else {
            kind::QUEUING
        },
        sender: NONE,
        sender_port: NONE,
        receiver: NONE,
        receiver_port: NONE,
        message_bytes,
        depth,
        slot_bytes: slot_bytes(message_bytes),
        slots: SLOTS + 0x10_0000 * index,
    }
}
