//! The kernel and the reference, side by side: after every step all of both is compared.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use septum_abi::call::Call;
use septum_abi::state::Activity;
use septum_kernel_logic::tables::{Port, Queue, Window};

use crate::reference::{Action, Doing, Reference};
use crate::world::{Channel, Design, End, PowerOff, Snapshot, World, set, wide};

/// Both.
pub(crate) struct Twin {
    pub(crate) world: World,
    pub(crate) model: Reference,
    /// So many different messages of a channel; more than it holds.
    messages: u64,
}

/// A moment of both.
#[derive(Clone)]
pub(crate) struct Moment {
    world: Snapshot,
    pub(crate) model: Reference,
}

impl Twin {
    pub(crate) fn new(design: &Design, messages: u64) -> Self {
        let twin = Self {
            world: World::new(design),
            model: Reference::new(design),
            messages,
        };
        twin.compare();
        twin
    }

    pub(crate) fn save(&self) -> Moment {
        Moment {
            world: self.world.save(),
            model: self.model.clone(),
        }
    }

    pub(crate) fn restore(&mut self, moment: &Moment) {
        self.world.restore(&moment.world);
        self.model.clone_from(&moment.model);
    }

    /// Lets it happen to both. False: it would not end, or has switched the machine off.
    pub(crate) fn act(&mut self, action: &Action) -> bool {
        let message = self.compose(action);
        let mut model = self.model.clone();
        if !model.act(action, &message) {
            return false;
        }
        let world = &mut self.world;
        let result = catch_unwind(AssertUnwindSafe(|| happen(world, action)));
        let answer = match result {
            Ok(answer) => answer,
            Err(payload) => {
                if !model.off || !payload.is::<PowerOff>() {
                    eprintln!("in {action:?} of {:?}", self.model);
                    resume_unwind(payload);
                }
                self.model = model;
                return false;
            }
        };
        assert_eq!(
            answer.is_some(),
            model.at_once,
            "{action:?} of {:?}",
            self.model
        );
        assert!(!model.off, "{action:?} does not switch the machine off");
        let before = std::mem::replace(&mut self.model, model);
        if let Err(difference) = catch_unwind(AssertUnwindSafe(|| self.compare())) {
            eprintln!("after {action:?} of {before:?}");
            resume_unwind(difference);
        }
        true
    }

    /// Everything that decides about the future.
    pub(crate) fn key(&self) -> Vec<u64> {
        let mut key = self.model.key();
        for (channel, sent) in self.model.sent.iter().enumerate() {
            key.extend([sent % self.messages, self.position(channel)]);
        }
        key
    }

    /// The slot that a channel's next message goes to.
    fn position(&self, channel: usize) -> u64 {
        let (receiver, port) = self.model.receiver(channel);
        match self.world.table(receiver).port(port) {
            Some(Port::QueuingIn(queue, _)) => queue.state.write.get() & queue.slot_mask,
            _ => 0,
        }
    }

    /// Writes what is sent, if something is, where it is sent from.
    fn compose(&self, action: &Action) -> Vec<u8> {
        let Action::Call(number, [port, ..]) = *action else {
            return Vec::new();
        };
        let sends = [Call::Send, Call::Exchange]
            .map(Call::number)
            .contains(&number);
        match self.model.design.end(self.model.running, port) {
            Some(End::Out(channel)) if sends => {
                let tag = self.model.sent[channel];
                let bytes = self.model.design.channels[channel].bytes();
                let byte = |i| u8::try_from((tag + i) % self.messages).expect("messages fit");
                let message: Vec<u8> = (0..bytes).map(byte).collect();
                let buffer = self.world.buffer(self.model.running, port);
                self.world.machine.write(buffer, &message);
                message
            }
            _ => Vec::new(),
        }
    }

    /// Everything that both know.
    pub(crate) fn compare(&self) {
        self.compare_time();
        self.compare_interrupts();
        self.compare_faults();
        for index in 0..self.model.parts.len() {
            self.compare_partition(index);
            self.compare_answer(index);
        }
        for channel in 0..self.model.queues.len() {
            self.compare_channel(channel);
        }
    }

    fn compare_time(&self) {
        let (hart, model) = (self.world.header.state, &self.model);
        assert_eq!(self.world.time(), model.time);
        assert_eq!(self.world.running(), model.running);
        assert_eq!(self.world.machine.get().timer, model.timer());
        assert_eq!(hart.window_end.get(), model.end);
        let address = |window: &Window| wide(std::ptr::from_ref(window).addr());
        let windows = &self.world.places.windows;
        assert_eq!(address(hart.window.get()), windows[model.window]);
        assert_eq!(address(hart.frame_begin.get()), windows[model.next_frame]);
        assert_eq!(self.world.machine.get().overruns, 0);
        let ahead: Vec<usize> = model.ahead().collect();
        let order = hart.order.get();
        assert_eq!(order.before, set(&ahead));
        assert_eq!(order.members, set(model.order()));
    }

    fn compare_interrupts(&self) {
        let devices = self.world.machine.get();
        assert_eq!(devices.raised, self.model.raised);
        assert_eq!(devices.claimed, self.model.claimed());
        assert_eq!(devices.enabled, self.model.enabled());
    }

    fn compare_faults(&self) {
        let ring = self.world.header.faults;
        assert_eq!(ring.written.get(), wide(self.model.faults.len()));
        if let Some(last) = self.model.faults.last() {
            let record = &ring.records[(self.model.faults.len() - 1) % 64];
            assert_eq!(record.partition.get(), wide(last.partition));
            assert_eq!(record.health.get(), last.cause.number());
            assert_eq!(record.value.get(), last.value);
            assert_eq!(record.time.get(), last.time);
            assert_eq!(record.action.get(), last.action.number());
        }
    }

    fn compare_partition(&self, index: usize) {
        let (state, part) = (self.world.state(index), &self.model.parts[index]);
        let (activity, mask) = match part.doing {
            Doing::Ready if part.released => (Activity::Released, 0),
            Doing::Ready if part.due.is_some() => (Activity::Due, 0),
            Doing::Ready => (Activity::Ready, 0),
            Doing::Waiting { mask, .. } => (Activity::Waiting, mask),
            Doing::Receiving { port, .. } => (Activity::Receiving, 1 << port),
            Doing::Exited => (Activity::Exited, 0),
            Doing::Halted => (Activity::Halted, 0),
            Doing::Restarting { .. } => (Activity::Restarting, 0),
        };
        assert_eq!(state.activity.get(), activity.number(), "of {index}");
        assert_eq!(state.mask.get(), mask, "of {index}");
        let pending = self.model.pending(index);
        assert_eq!(state.pending.get(), pending, "of {index}");
        let is_woken = pending & mask != 0;
        let time = if is_woken { 0 } else { part.doing.time() };
        assert_eq!(state.ready_at.get(), time, "of {index}");
        assert_eq!(state.claimed.get(), part.claimed, "of {index}");
        assert_eq!(state.restarts.get(), part.restarts, "of {index}");
        assert_eq!(state.faults.get(), part.faults, "of {index}");
        if activity == Activity::Due {
            assert_eq!(Some(state.due.get()), part.due, "of {index}");
        }
    }

    /// What it finds when it goes on.
    fn compare_answer(&self, index: usize) {
        let part = &self.model.parts[index];
        if part.doing == Doing::Ready {
            assert_eq!(self.world.answer(index), part.answer, "of {index}");
        }
        for (&port, bytes) in &part.buffers {
            let found = self
                .world
                .machine
                .read(self.world.buffer(index, port), wide(bytes.len()));
            assert_eq!(found, *bytes, "in port {port} of {index}");
        }
    }

    fn compare_channel(&self, channel: usize) {
        let machine = &self.world.machine;
        let (receiver, port) = self.model.receiver(channel);
        match self.world.table(receiver).port(port) {
            Some(Port::QueuingIn(queue, _)) => {
                self.compare_awaited(channel, queue);
                let numbers = queue.state.read.get()..queue.state.write.get();
                let found = numbers.map(|number| {
                    let slot = queue.slots.get() + (number & queue.slot_mask) * queue.slot_bytes;
                    machine.read(slot + 8, machine.word(slot).get())
                });
                assert!(
                    found.eq(self.model.queues[channel].iter().cloned()),
                    "{channel}"
                );
            }
            Some(Port::SamplingIn(sample, _)) => {
                let written = sample.state.written.get() != 0;
                let found = written.then(|| {
                    let value = machine.read(sample.value.get(), sample.state.length.get());
                    (value, sample.state.time.get())
                });
                assert_eq!(found, self.model.samples[channel]);
            }
            _ => assert_eq!(self.model.design.channels[channel], Channel::Signal),
        }
    }

    /// Whether the queue is empty and its receiver is in `receive` for it. Where no window has
    /// both ends nobody asks.
    fn compare_awaited(&self, channel: usize, queue: &Queue) {
        let (receiver, port) = self.model.receiver(channel);
        let receives = matches!(
            self.model.parts[receiver].doing,
            Doing::Receiving { port: its, .. } if its == port
        );
        if self.model.design.share_a_window(channel) {
            let awaited = receives && self.model.queues[channel].is_empty();
            assert_eq!(queue.state.awaited.get(), u64::from(awaited), "{channel}");
        }
    }
}

/// Lets it happen to a system. What a call gets at once, if its caller goes on at once.
pub(crate) fn happen(world: &mut World, action: &Action) -> Option<(u64, u64)> {
    match *action {
        Action::Call(number, arguments) => return world.raw_call(number, &arguments),
        Action::Fault(cause, value) => world.fault(cause, value),
        Action::Compute(ticks) => world.run_until(world.time() + ticks),
        Action::Raise(lines) => world.raise(lines),
        Action::RaiseIn(ticks, lines) => {
            let devices = &mut *world.machine.change();
            *devices.script.entry(devices.time + ticks).or_default() ^= lines;
        }
    }
    None
}
