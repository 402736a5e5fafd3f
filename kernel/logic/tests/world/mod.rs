//! A system for the kernel's decisions: tables and state as the designer links them, in one
//! piece of memory; a machine; and what the assembly does around the decisions.

mod design;
mod image;
mod machine;
mod places;

use std::cell::Cell;

use septum_abi::call::{CALLS, Call};
use septum_abi::state::{Activity, SAVED_ALL, SAVED_CALL};
use septum_kernel_logic::tables::{Header, Partition, PartitionTable};
use septum_kernel_logic::{
    Answer, Hardware, Resume, calls, end_wait, on_fault, prepare, resume, settle,
};

pub(crate) use design::{Channel, Design, End, GUARD, GUARD_BYTES, Member, cause_of};
use image::{DENIED, Image, NOW_WITHOUT_CLOCK};
pub(crate) use image::{entry, first_word, set, stack_top};
pub(crate) use machine::{Devices, Machine, PowerOff};
use places::Places;

/// Rounds after which no partition will ever execute an instruction.
const PATIENCE: u32 = 10_000;

/// The system, and what the hart is doing.
pub(crate) struct World {
    pub(crate) design: Design,
    pub(crate) places: Places,
    pub(crate) header: &'static Header,
    pub(crate) machine: Machine,
    /// State and memory: what changes.
    words: &'static [Cell<u64>],
    first: Vec<u64>,
    /// `a0` and `a1` of the running partition.
    live: [u64; 2],
}

/// A moment of a [`World`]: the words that are not as at first.
#[derive(Clone)]
pub(crate) struct Snapshot {
    words: Vec<(usize, u64)>,
    devices: Devices,
    live: [u64; 2],
}

impl World {
    /// The system before its first window. Its memory lives as long as the process.
    pub(crate) fn new(design: &Design) -> Self {
        let length = narrow(Places::new(design, 0).end / 8);
        let words: &'static [Cell<u64>] = vec![Cell::new(0); length + 1].leak();
        let words = &words[words.as_ptr().addr() / 8 % 2..][..length];
        let base = wide(words.as_ptr().expose_provenance());
        let places = Places::new(design, base);
        let image = Image::new(design, &places, base).words;
        for (place, word) in words.iter().zip(&image) {
            place.set(*word);
        }
        let [state, memory, tables] =
            [places.memory, places.memory_end, places.header].map(|it| narrow((it - base) / 8));
        let mut world = Self {
            design: design.clone(),
            header: header(&words[tables]),
            machine: Machine::new(&words[state..memory], places.memory),
            words: &words[..memory],
            first: image[..memory].to_vec(),
            live: [0; 2],
            places,
        };
        world.boot();
        world
    }

    /// The end of the boot: the first window begins like any other.
    fn boot(&mut self) {
        self.machine.mask_external();
        self.machine.set_timer(self.header, self.design.start);
        self.machine.finish_pad();
        self.schedule();
        self.take_traps();
    }

    /// What it is now.
    pub(crate) fn save(&self) -> Snapshot {
        let words = self.words.iter().zip(&self.first).enumerate();
        Snapshot {
            words: words
                .filter(|(_, (word, first))| word.get() != **first)
                .map(|(place, (word, _))| (place, word.get()))
                .collect(),
            devices: self.machine.get().clone(),
            live: self.live,
        }
    }

    /// Makes it what it was. What never changes is never written.
    pub(crate) fn restore(&mut self, snapshot: &Snapshot) {
        for (word, first) in self.words.iter().zip(&self.first) {
            if word.get() != *first {
                word.set(*first);
            }
        }
        for (place, value) in &snapshot.words {
            self.words[*place].set(*value);
        }
        self.machine.change().clone_from(&snapshot.devices);
        self.live = snapshot.live;
    }

    /// A partition's state.
    pub(crate) fn state(&self, partition: usize) -> &'static Partition {
        self.table(partition).state
    }

    /// A partition's constants.
    pub(crate) fn table(&self, partition: usize) -> &'static PartitionTable {
        self.header.partitions[partition].expect("a partition")
    }

    /// The running partition.
    pub(crate) fn running(&self) -> usize {
        let state = self.header.state.order.get().state;
        assert_ne!(state.activity.get(), Activity::Idle.number(), "one runs");
        narrow(state.table.index)
    }

    pub(crate) fn time(&self) -> u64 {
        self.machine.get().time
    }

    /// Address of a port's buffer.
    pub(crate) fn buffer(&self, partition: usize, port: u64) -> u64 {
        self.places.buffers[partition][narrow(port)]
    }

    /// `a0` and `a1` of a partition.
    pub(crate) fn answer(&self, partition: usize) -> (u64, u64) {
        if partition == self.running() {
            return (self.live[0], self.live[1]);
        }
        let registers = &self.state(partition).registers;
        (registers[9].get(), registers[10].get())
    }

    /// The running partition makes a call: what it gets at once, if it goes on at once.
    pub(crate) fn call(&mut self, call: Call, arguments: &[u64]) -> Option<(u64, u64)> {
        self.raw_call(call.number(), arguments)
    }

    /// Any number in `a7`; arguments that are not given are 0.
    pub(crate) fn raw_call(&mut self, number: u64, arguments: &[u64]) -> Option<(u64, u64)> {
        let state = self.state(self.running());
        let mut all = [0; 4];
        all[..arguments.len()].copy_from_slice(arguments);
        let answer = self.carry_out(state, number, all);
        let next = self.machine.get().pc + 4;
        self.machine.change().pc = next;
        let at_once = answer.status >> 63 == 0;
        if at_once {
            self.live = [answer.status, answer.value];
        } else {
            state.pc.set(next);
            state.saved.set(SAVED_CALL);
            self.schedule();
        }
        self.take_traps();
        at_once.then_some((answer.status, answer.value))
    }

    fn carry_out(&self, state: &'static Partition, number: u64, arguments: [u64; 4]) -> Answer {
        let (machine, table) = (&self.machine, state.table);
        let handler = match number < CALLS {
            true => table.handlers[narrow(number)],
            false => DENIED,
        };
        let [a0, a1, a2, a3] = arguments;
        match (handler, Call::from_number(handler)) {
            (NOW_WITHOUT_CLOCK, _) => calls::now_without_clock(),
            (DENIED, _) => calls::denied(machine, state, number),
            (_, Some(Call::Wait)) => calls::wait(machine, state, table, a0, a1),
            (_, Some(Call::Send)) => self.send(state, a0, a1),
            (_, Some(Call::Receive)) => self.receive(state, a0, a1),
            (_, Some(Call::Exchange)) => self.exchange(state, [a0, a1], [a2, a3]),
            (_, Some(Call::Signal)) => calls::signal(machine, state, table, a0),
            (_, Some(Call::Acknowledge)) => calls::acknowledge(machine, state, table, a0),
            (_, Some(Call::Now)) => calls::now(machine, table),
            (_, Some(Call::Log)) => calls::log(machine, table, a0),
            (_, Some(Call::Raise)) => calls::raise(machine, state, a0),
            (_, Some(Call::Exit)) => calls::exit(state),
            (_, Some(Call::Restart)) => calls::restart(machine, state, table, a0),
            (_, Some(Call::Stop)) => calls::stop(state, table, a0),
            (_, Some(Call::SafeMode)) => calls::safe_mode(table),
            (_, None) => unreachable!("no handler {handler}"),
        }
    }

    fn send(&self, state: &'static Partition, port: u64, length: u64) -> Answer {
        let (machine, table) = (&self.machine, state.table);
        calls::send(machine, state, table, port, length)
            .unwrap_or_else(|port| calls::send_otherwise(machine, state, table, port, length))
    }

    fn receive(&self, state: &'static Partition, port: u64, deadline: u64) -> Answer {
        let (machine, table) = (&self.machine, state.table);
        calls::receive(machine, state, table, port, deadline)
            .unwrap_or_else(|| calls::receive_otherwise(machine, table, port))
    }

    fn exchange(&self, state: &'static Partition, out: [u64; 2], into: [u64; 2]) -> Answer {
        let (machine, table) = (&self.machine, state.table);
        let receive = || self.receive(state, into[0], into[1]);
        calls::exchange(machine, state, table, out, into).unwrap_or_else(|| {
            let send = || self.send(state, out[0], out[1]);
            calls::exchange_in_parts(state, table, into, send, receive)
        })
    }

    /// The running partition causes an exception.
    pub(crate) fn fault(&mut self, cause: u64, value: u64) {
        let state = self.save_all();
        on_fault(&self.machine, state, cause, value);
        self.schedule();
        self.take_traps();
    }

    /// Whoever runs computes, until `time`.
    pub(crate) fn run_until(&mut self, time: u64) {
        while self.time() < time {
            let next = self.machine.get().next_event().min(time);
            self.machine.change().advance(next);
            self.take_traps();
        }
    }

    /// A device changes its lines.
    pub(crate) fn raise(&mut self, lines: u64) {
        self.machine.change().raised ^= lines;
        self.take_traps();
    }

    /// Interrupts, until an instruction of a partition can be executed.
    fn take_traps(&mut self) {
        for _ in 0..PATIENCE {
            if !self.machine.is_due() {
                return;
            }
            self.save_all();
            self.schedule();
        }
        panic!("interrupts come for ever");
    }

    fn save_all(&mut self) -> &'static Partition {
        let state = self.state(self.running());
        state.registers[9].set(self.live[0]);
        state.registers[10].set(self.live[1]);
        state.pc.set(self.machine.get().pc);
        state.saved.set(SAVED_ALL);
        state
    }

    /// From the kernel back to a partition.
    fn schedule(&mut self) {
        for _ in 0..PATIENCE {
            let next = resume(&self.machine, self.header);
            let ready = next.state.activity.get() == Activity::Ready.number();
            let timer_after_pad = match ready || end_wait(next.state) {
                true => Some(next.timer_after_pad),
                false => prepare(&self.machine, next),
            };
            match timer_after_pad {
                Some(timer_after_pad) => {
                    let state = next.state;
                    return self.leave(Resume {
                        state,
                        timer_after_pad,
                    });
                }
                None => settle(&self.machine, self.header),
            }
        }
        panic!("nobody runs any more");
    }

    fn leave(&mut self, next: Resume) {
        let devices = &mut *self.machine.change();
        if next.timer_after_pad != 0 {
            assert!(devices.external_masked, "a pad that can be woken");
            devices.finish_pad();
            devices.timer = next.timer_after_pad;
        }
        assert!(!devices.external_masked, "nothing wakes it");
        devices.pc = next.state.pc.get();
        self.live = [9, 10].map(|register| next.state.registers[register].get());
        let order = self.header.state.order.get();
        assert!(std::ptr::eq(order.state, next.state));
        let activity = Activity::from_number(next.state.activity.get());
        assert!(matches!(activity, Some(Activity::Ready | Activity::Due)));
    }
}

/// The head of the tables that begin at a word.
#[allow(unsafe_code, reason = "tables refer to each other by address")]
fn header(word: &'static Cell<u64>) -> &'static Header {
    let address = std::ptr::from_ref(word).expose_provenance();
    // SAFETY: `Image` wrote the words from here on as a `Header`, and where it has an address a
    // record of the type that it refers to, 16-byte aligned, in words of the same vector, which
    // is leaked. All access is through cells, but to what never changes after `Image` wrote it:
    // `World::restore` writes only what differs.
    unsafe { &*std::ptr::with_exposed_provenance(address) }
}

pub(crate) fn wide(number: usize) -> u64 {
    u64::try_from(number).expect("64 bits are enough")
}

pub(crate) fn narrow(number: u64) -> usize {
    usize::try_from(number).expect("tests run on 64 bits")
}
