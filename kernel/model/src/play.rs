//! The player: one step after another.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use septum_abi::{
    call::{Call, NEVER, POLL},
    limits::{LOG_MESSAGE_BYTES, MODEL_STEPS},
    model::{FOREVER, ModelStep, NO_TIMEOUT, Operation, Touch},
};
use septum_user::{exit, now};

use crate::call::{call, has_come};
use crate::{draw, memory, moment, payload};

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
        Some(Operation::ComputeBetween) => memory::compute(drawn(number, step)),
        Some(Operation::Send | Operation::Write) => send(number, step),
        Some(Operation::Receive) => receive(step.port, deadline(step.value)),
        Some(Operation::Read) => receive(step.port, POLL),
        Some(Operation::Exchange) => exchange(number, step),
        Some(Operation::Signal) => demand(Call::Signal, port),
        Some(Operation::Wait) => wait(step.value, deadline(step.other)),
        Some(Operation::Acknowledge) => demand(Call::Acknowledge, port),
        Some(Operation::Sleep) => wait(0, deadline(step.value)),
        Some(Operation::SleepUntil) => sleep_until(step),
        Some(Operation::Log) => log(number, step),
        Some(Operation::Touch) => touch(step),
        Some(Operation::Illegal) => memory::illegal(),
        Some(Operation::Raise) => demand(Call::Raise, step.value),
        Some(Operation::Restart) => demand(Call::Restart, step.value),
        Some(Operation::Stop) => demand(Call::Stop, step.value),
        Some(Operation::SafeMode) => demand(Call::SafeMode, 0),
        Some(Operation::Loop) if is_over(number, step) => return step.other as usize,
        Some(Operation::IfByte) if !holds(step) => return step.other as usize,
        Some(Operation::Loop | Operation::IfByte) => {}
        Some(Operation::Else | Operation::End) => return step.other as usize,
        Some(Operation::Exit) | None => exit(),
    }
    number + 1
}

/// A call of one argument that comes back with nothing.
fn demand(what: Call, argument: u64) {
    let _ = call(what, [argument, 0, 0, 0]);
}

fn wait(mask: u64, deadline: u64) {
    let _ = call(Call::Wait, [mask, deadline, 0, 0]);
}

/// The deadline so many ticks from now.
fn deadline(ticks: u64) -> u64 {
    match ticks {
        NO_TIMEOUT => NEVER,
        0 => POLL,
        // Without the clock there is nothing to wait for.
        ticks => now().map_or(POLL, |now| moment::after(now, ticks)),
    }
}

fn sleep_until(step: &ModelStep) {
    if let Ok(now) = now() {
        wait(0, moment::next(now, step.value, step.other));
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

fn drawn(number: usize, step: &ModelStep) -> u64 {
    let source = draw::Source {
        seed: memory::seed(),
        partition: memory::partition(),
        step: number as u64,
        count: count(number),
    };
    draw::between(step.value, step.other, source)
}

/// Puts the payload into the port's buffer: its length.
fn fill(number: usize, step: &ModelStep) -> u64 {
    let limit = memory::message_bytes(step.port);
    payload::write(step, count(number), memory::port_buffer(step.port), limit)
}

fn send(number: usize, step: &ModelStep) {
    let length = fill(number, step);
    let _ = call(Call::Send, [u64::from(step.port), length, 0, 0]);
}

fn receive(port: u32, deadline: u64) {
    keep(port, call(Call::Receive, [u64::from(port), deadline, 0, 0]));
}

fn exchange(number: usize, step: &ModelStep) {
    let deadline = deadline(step.value);
    let length = fill(number, step);
    let [out, back] = [step.port, step.second_port].map(u64::from);
    let result = call(Call::Exchange, [out, length, back, deadline]);
    keep(step.second_port, result);
}

/// Keeps what a call has brought to a port: status and length.
fn keep(port: u32, (status, length): (u64, u64)) {
    if has_come(status) {
        payload::keep_received(memory::port_buffer(port), length);
    }
}

fn log(number: usize, step: &ModelStep) {
    let buffer = memory::log_buffer();
    let length = payload::write(step, count(number), buffer, LOG_MESSAGE_BYTES);
    demand(Call::Log, length);
}

fn touch(step: &ModelStep) {
    if let Some(how) = Touch::from_number(u64::from(step.payload)) {
        memory::touch(step.value, how);
    }
}

/// Whether the condition holds.
fn holds(step: &ModelStep) -> bool {
    payload::received_byte(step.value).is_some_and(|byte| u32::from(byte) == step.payload)
}

/// Whether the loop has been played often enough; then it counts from 0 again, for the loop
/// around it.
fn is_over(number: usize, step: &ModelStep) -> bool {
    if step.value == FOREVER || count(number) <= step.value {
        return false;
    }
    if let Some(played) = PLAYED.get(number) {
        played.store(0, Relaxed);
    }
    true
}
