//! The player: one step after another.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use septum_abi::{
    call::{Call, NEVER, Status},
    limits::{LOG_MESSAGE_BYTES, MODEL_STEPS},
    model::{FOREVER, ModelStep, NO_TIMEOUT, Operation, Touch},
};
use septum_user::{Deadline, exit, now, places, raw_call, wait};

use crate::{memory, payload};

/// How often each step has been played; for a loop how often it has begun anew.
static PLAYED: [AtomicU64; MODEL_STEPS] = [const { AtomicU64::new(0) }; MODEL_STEPS];

/// The program. Errors of calls are not the model's business: the trace shows them.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "the name that the start code calls")]
extern "C" fn main() {
    let mut number = 0;
    while number < memory::step_count().min(MODEL_STEPS) {
        number = play(number, &memory::step(number));
    }
}

/// Plays one step: the number of the next one.
fn play(number: usize, step: &ModelStep) -> usize {
    let port = u64::from(step.port);
    match Operation::from_number(u64::from(step.operation)) {
        Some(Operation::Compute) => memory::compute(step.value),
        Some(Operation::Send) => send(number, step),
        Some(Operation::Receive) => receive(step),
        Some(Operation::Signal) => ignore(raw_call(Call::Signal, port, 0)),
        Some(Operation::Wait) => ignore(wait(step.value, after(step.other))),
        Some(Operation::Acknowledge) => ignore(raw_call(Call::Acknowledge, port, 0)),
        Some(Operation::Sleep) => ignore(wait(0, after(step.value))),
        Some(Operation::Log) => log(number, step),
        Some(Operation::Touch) => touch(step),
        Some(Operation::Loop) => return begin_loop(number, step),
        Some(Operation::End) => return step.other as usize,
        Some(Operation::Exit) | None => exit(),
    }
    number + 1
}

fn ignore<T>(_: T) {}

/// The deadline so many ticks from now.
fn after(ticks: u64) -> Deadline {
    match ticks {
        NO_TIMEOUT => Deadline::Never,
        0 => Deadline::Poll,
        ticks => match now() {
            Ok(now) => Deadline::At(now.saturating_add(ticks).min(NEVER - 1)),
            // Without the clock there is nothing to wait for.
            Err(_) => Deadline::Poll,
        },
    }
}

/// Counts one more time that the step is played.
fn count(number: usize) -> u64 {
    let Some(played) = PLAYED.get(number) else {
        return 0;
    };
    let count = played.load(Relaxed).wrapping_add(1);
    played.store(count, Relaxed);
    count
}

fn send(number: usize, step: &ModelStep) {
    let buffer = memory::port_buffer(step.port);
    let limit = memory::message_bytes(step.port);
    let length = payload::write(step, count(number), buffer, limit);
    ignore(raw_call(Call::Send, u64::from(step.port), length));
}

fn receive(step: &ModelStep) {
    let deadline = after(step.value).ticks();
    if let (Status::Ok, length) = raw_call(Call::Receive, u64::from(step.port), deadline) {
        payload::keep_received(memory::port_buffer(step.port), length);
    }
}

fn log(number: usize, step: &ModelStep) {
    let length = payload::write(step, count(number), places::log_buffer(), LOG_MESSAGE_BYTES);
    ignore(raw_call(Call::Log, length, 0));
}

fn touch(step: &ModelStep) {
    if let Some(how) = Touch::from_number(u64::from(step.payload)) {
        memory::touch(step.value, how);
    }
}

/// Into the loop, or behind its end when it has been played often enough; then it counts
/// from 0 again, for the loop around it.
fn begin_loop(number: usize, step: &ModelStep) -> usize {
    if step.value != FOREVER && count(number) > step.value {
        if let Some(played) = PLAYED.get(number) {
            played.store(0, Relaxed);
        }
        return step.other as usize + 1;
    }
    number + 1
}
