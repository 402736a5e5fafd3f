//! Tables and the first state, written as the designer writes them.

use std::mem::offset_of;

use septum_abi::ABI_VERSION;
use septum_abi::call::Call;
use septum_abi::record::Field;
use septum_abi::state::{Activity, HartState, LogReaders, LogWriter, LogWriters, PartitionState};
use septum_abi::tables::{
    Header, MAGIC, NONE, OrderTable, PartitionTable, PmpTable, PortTable, QueueTable, RestoreTable,
    SampleTable, SourceTable, WindowTable, kind, slot_bytes,
};

use super::design::{GUARD, GUARD_BYTES, cause_of};
use super::{Channel, Design, End, Member, Places, narrow, wide};

/// [`PartitionTable::handlers`] of a call that is denied; of one that is not, its number.
pub(crate) const DENIED: u64 = 100;
/// Of `now` without the clock.
pub(crate) const NOW_WITHOUT_CLOCK: u64 = 101;

/// The words of the whole image.
pub(crate) struct Image<'a> {
    design: &'a Design,
    places: &'a Places,
    base: u64,
    pub(crate) words: Vec<u64>,
}

impl<'a> Image<'a> {
    /// The image of a system that lies at `base`.
    pub(crate) fn new(design: &'a Design, places: &'a Places, base: u64) -> Self {
        let mut image = Self {
            design,
            places,
            base,
            words: vec![0; narrow((places.end - base) / 8)],
        };
        image.put_state();
        image.put_header();
        for index in 0..design.partitions.len() {
            image.put_partition(index);
        }
        for index in 0..design.channels.len() {
            image.put_channel(index);
        }
        image.put_windows();
        image
    }

    fn put<T: Field>(&mut self, address: u64, record: &T) {
        let mut bytes = vec![0; T::SIZE_BYTES];
        record.write(&mut bytes);
        let begin = narrow((address - self.base) / 8);
        for (place, chunk) in self.words[begin..].iter_mut().zip(bytes.chunks(8)) {
            *place = u64::from_le_bytes(chunk.try_into().expect("records are words"));
        }
    }

    /// As if the last window of a frame were about to end at the start time.
    fn put_state(&mut self) {
        let places = self.places;
        let hart = HartState {
            window: places.windows[self.design.windows.len() - 1],
            window_end: self.design.start,
            order: places.orders[0],
            frame_begin: places.windows[0],
            failed: 0,
            failure_cause: 0,
            failure_pc: 0,
            failure_value: 0,
            dump: 0,
            reserved: 0,
        };
        self.put(places.hart, &hart);
        let idle = PartitionState {
            activity: Activity::Idle.number(),
            ..state(places.tables[0], 0, &Member::default())
        };
        self.put(places.idle, &idle);
        let tables = self.design.partitions.iter().zip(&places.tables);
        for (index, (member, table)) in tables.enumerate() {
            self.put(places.states[index], &state(*table, index, member));
        }
        let mut bytes = LogWriters::from_bytes(&[0; LogWriters::SIZE_BYTES]).expect("long enough");
        for (row, member) in bytes.rows.iter_mut().zip(&self.design.partitions) {
            row.bytes = member.log_bytes;
        }
        self.put(places.writers, &bytes);
    }

    fn put_header(&mut self) {
        let (design, places) = (self.design, self.places);
        let causes = std::array::from_fn(|mcause| small(cause_of(wide(mcause)).number()));
        let uart = if design.kernel_uart {
            0x1000_0000
        } else {
            NONE
        };
        let safe = places.windows.get(design.windows.len());
        let table = |index| places.tables.get(index).copied().unwrap_or(0);
        let header = Header {
            magic: MAGIC,
            abi_version: u64::from(ABI_VERSION),
            hart: 0,
            boot_stack: 0,
            state: places.hart,
            mtime: 0,
            mtimecmp: 0,
            finisher: NONE,
            uart,
            plic_priorities: 0,
            plic_enables: 0,
            plic_threshold: 0,
            plic_claim: 0,
            plic_words: 2,
            asid_mask: 0xffff,
            features: 0,
            start_ticks: design.start,
            safe: safe.copied().unwrap_or(0),
            reserved: [0; 2],
            faults: places.faults,
            source_count: 64,
            misa_mask: 0,
            misa_value: 0,
            causes,
            design: [0; 32],
            pmp_entries: 0,
            pmp: PmpTable::from_bytes(&[0; PmpTable::SIZE_BYTES]).expect("long enough"),
            partitions: std::array::from_fn(table),
            sources: std::array::from_fn(|number| self.source(wide(number))),
        };
        self.put(places.header, &header);
    }

    fn source(&self, number: u64) -> SourceTable {
        let owner = self.design.place(End::Interrupt(number));
        let (receiver, port) = owner.map_or((0, 0), |(index, port)| {
            (self.places.states[index], 1 << port)
        });
        SourceTable { receiver, port }
    }

    fn put_partition(&mut self, index: usize) {
        let (member, places) = (&self.design.partitions[index], self.places);
        let table = PartitionTable {
            handlers: handlers(member),
            state: places.states[index],
            hart: places.header,
            satp: wide(index) + 1,
            space: 0,
            entry: entry(index),
            stack_top: stack_top(index),
            index: wide(index),
            clock: u64::from(member.clock),
            incoming: self.bits(member, |kind| {
                matches!(
                    kind,
                    kind::QUEUING_IN | kind::SIGNAL_IN | kind::INTERRUPT | kind::SAMPLING_IN
                )
            }),
            queues: self.bits(member, |kind| kind == kind::QUEUING_IN),
            log_buffer: places.log_buffers[index],
            log_ring: places.log_rings[index],
            log_bytes: member.log_bytes,
            actions: std::array::from_fn(|cause| {
                member.actions.get(cause).map_or(0, |it| small(it.number()))
            }),
            guard: GUARD,
            guard_bytes: GUARD_BYTES,
            restart_limit: member.restart_limit.unwrap_or(NONE),
            backoff_ticks: member.backoff,
            deadline_ticks: member.deadline.unwrap_or(NONE),
            restore: places.restores[index].first().copied().unwrap_or(0),
            pmp: places.header + wide(offset_of!(Header, pmp)),
            hart_state: places.hart,
            status_off: 0,
            log_writer: places.writers
                + wide(offset_of!(LogWriters, rows) + index * LogWriter::SIZE_BYTES),
            log_read: places.readers + wide(offset_of!(LogReaders, read) + 8 * index),
            log_progress: places.readers + wide(offset_of!(LogReaders, progress) + 8 * index),
            reserved: [0; 8],
            ports: std::array::from_fn(|port| self.port(index, port)),
        };
        self.put(places.tables[index], &table);
        self.put_memory(index);
    }

    /// The parts of a partition's memory and their copies.
    fn put_memory(&mut self, index: usize) {
        let (member, places) = (&self.design.partitions[index], self.places);
        for (part, &(bytes, copied)) in member.memory.iter().enumerate() {
            let (to, from) = (places.restored[index][part], places.pristine[index][part]);
            for offset in (0..bytes).step_by(8).filter(|_| copied) {
                let word = first_word(index, part, offset);
                self.put(to + offset, &word);
                self.put(from + offset, &word);
            }
            let next = places.restores[index].get(part + 1);
            let row = RestoreTable {
                to,
                from: if copied { from } else { 0 },
                bytes,
                next: next.copied().unwrap_or(0),
            };
            self.put(places.restores[index][part], &row);
        }
    }

    fn kind(&self, end: End) -> u64 {
        let (channel, is_out) = match end {
            End::Interrupt(_) => return kind::INTERRUPT,
            End::Out(channel) => (channel, true),
            End::In(channel) => (channel, false),
        };
        match (self.design.channels[channel], is_out) {
            (Channel::Queuing { .. }, true) => kind::QUEUING_OUT,
            (Channel::Queuing { .. }, false) => kind::QUEUING_IN,
            (Channel::Sampling { .. }, true) => kind::SAMPLING_OUT,
            (Channel::Sampling { .. }, false) => kind::SAMPLING_IN,
            (Channel::Signal, true) => kind::SIGNAL_OUT,
            (Channel::Signal, false) => kind::SIGNAL_IN,
        }
    }

    fn bits(&self, member: &Member, wanted: impl Fn(u64) -> bool) -> u64 {
        let numbered = (0u64..).zip(&member.ports);
        numbered
            .filter(|(_, end)| wanted(self.kind(**end)))
            .fold(0, |bits, (number, _)| bits | 1 << number)
    }

    fn port(&self, partition: usize, number: usize) -> PortTable {
        let Some(&end) = self.design.partitions[partition].ports.get(number) else {
            return PortTable {
                kind: kind::ABSENT,
                parts: [0; 3],
            };
        };
        let buffer = self.places.buffers[partition][number];
        let kind = self.kind(end);
        let parts = match (kind, end) {
            (_, End::Interrupt(source)) => [source, 0, 0],
            (kind::SIGNAL_IN, _) => [0; 3],
            (kind::SIGNAL_OUT, End::Out(channel)) => {
                let (receiver, port) = self.receiver(channel);
                let bit = self.receiver_bit(channel);
                [self.places.states[receiver], 1 << port, bit]
            }
            (_, End::Out(channel) | End::In(channel)) => {
                [self.places.channel_tables[channel], buffer, 0]
            }
        };
        PortTable { kind, parts }
    }

    fn receiver(&self, channel: usize) -> (usize, u64) {
        self.design.place(End::In(channel)).expect("a receiver")
    }

    /// 0 if no window has both ends.
    fn receiver_bit(&self, channel: usize) -> u64 {
        match self.design.share_a_window(channel) {
            true => 1 << self.receiver(channel).0,
            false => 0,
        }
    }

    fn put_channel(&mut self, index: usize) {
        let places = self.places;
        let (state, slots) = (places.channel_states[index], places.slots[index]);
        let address = places.channel_tables[index];
        match self.design.channels[index] {
            Channel::Queuing { bytes, depth } => {
                let (receiver, port) = self.receiver(index);
                let table = QueueTable {
                    state,
                    message_bytes: bytes,
                    depth,
                    slot_mask: depth.next_power_of_two() - 1,
                    slot_bytes: slot_bytes(bytes),
                    slots,
                    receiver: places.states[receiver],
                    receiver_port: 1 << port,
                    receiver_bit: self.receiver_bit(index),
                    receiver_buffer: places.buffers[receiver][narrow(port)],
                };
                self.put(address, &table);
            }
            Channel::Sampling { bytes, validity } => {
                let table = SampleTable {
                    state,
                    message_bytes: bytes,
                    validity_ticks: validity,
                    value: slots,
                };
                self.put(address, &table);
            }
            Channel::Signal => {}
        }
    }

    fn put_windows(&mut self) {
        let (design, places) = (self.design, self.places);
        let frame_begin = places.hart + wide(offset_of!(HartState, frame_begin));
        for (number, (duration, order)) in design.all_windows().enumerate() {
            let address = places.windows[number];
            let is_last = number + 1 == design.windows.len() || number + 1 == places.windows.len();
            let window = WindowTable {
                next: match is_last {
                    true => frame_begin,
                    false => address + wide(offset_of!(WindowTable, following)),
                },
                duration_ticks: *duration,
                pad_ticks: design.pad,
                order: places.orders[number],
                enables: self.enables(order),
                following: places.windows[if is_last { number } else { number + 1 }],
                reserved: 0,
            };
            self.put(address, &window);
            self.put_order(places.orders[number], order);
        }
    }

    fn enables(&self, order: &[usize]) -> [u32; 4] {
        let mut enables = [0; 4];
        for member in order.iter().map(|&index| &self.design.partitions[index]) {
            for end in &member.ports {
                if let End::Interrupt(source) = end {
                    enables[narrow(source / 32)] |= 1 << (source % 32);
                }
            }
        }
        enables
    }

    fn put_order(&mut self, first: u64, order: &[usize]) {
        let place = |position: usize| first + wide(position.min(order.len()) * 32);
        for (position, &index) in order.iter().enumerate() {
            let row = OrderTable {
                state: self.places.states[index],
                before: set(&order[..position]),
                next: place(position + 1),
                members: set(order),
            };
            self.put(place(position), &row);
        }
        let idle = OrderTable {
            state: self.places.idle,
            before: set(order),
            next: place(order.len()),
            members: set(order),
        };
        self.put(place(order.len()), &idle);
    }
}

fn state(table: u64, index: usize, member: &Member) -> PartitionState {
    let released = match member.deadline {
        Some(_) => Activity::Released.number(),
        None => Activity::Ready.number(),
    };
    PartitionState {
        activity: released,
        released,
        ..PartitionState::ready(table, entry(index), stack_top(index))
    }
}

/// First instruction of a partition.
pub(crate) fn entry(index: usize) -> u64 {
    0x1_0000 * (wide(index) + 1)
}

/// Stack pointer of a partition at its first instruction.
pub(crate) fn stack_top(index: usize) -> u64 {
    0x9000 + 16 * wide(index)
}

/// What a part of a partition's memory holds at first, where it is not zeros.
pub(crate) fn first_word(index: usize, part: usize, offset: u64) -> u64 {
    (wide(index) << 48) | (wide(part) << 32) | (offset + 1)
}

fn handlers(member: &Member) -> [u64; 16] {
    std::array::from_fn(|number| match Call::from_number(wide(number)) {
        Some(call) if member.denied.contains(&call) => DENIED,
        Some(Call::Now) if !member.clock => NOW_WITHOUT_CLOCK,
        Some(call) => call.number(),
        None => DENIED,
    })
}

/// Partitions as a set.
pub(crate) fn set(partitions: &[usize]) -> u64 {
    partitions.iter().fold(0, |set, index| set | 1 << index)
}

fn small(number: u64) -> u8 {
    u8::try_from(number).expect("a small number")
}
