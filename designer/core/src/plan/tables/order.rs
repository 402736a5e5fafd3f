//! The windows, and in each the order of its partitions.

use std::iter;

use septum_abi::tables::{OrderTable, WindowTable};

use super::Inputs;
use crate::plan::ports::wide;
use crate::plan::schedule;
use crate::system::Window;

/// The windows of all schedules, and the orders that they refer to.
pub(super) fn tables(inputs: &Inputs<'_>) -> (Vec<WindowTable>, Vec<OrderTable>) {
    let mut windows = Vec::new();
    let mut orders = Vec::new();
    for schedule in &inputs.system.schedules {
        let first = windows.len();
        for (position, window) in schedule.windows.iter().enumerate() {
            let number = first + position;
            let is_last = position + 1 == schedule.windows.len();
            windows.push(table(inputs, number, window, is_last));
            orders.extend(order(inputs, inputs.places.orders[number], window));
        }
    }
    (windows, orders)
}

fn table(inputs: &Inputs<'_>, number: usize, window: &Window, is_last: bool) -> WindowTable {
    let places = inputs.places;
    let following = std::mem::offset_of!(WindowTable, following);
    WindowTable {
        next: match is_last {
            true => inputs.state.frame_begin(),
            false => places.window(number) + wide(following),
        },
        duration_ticks: window.duration_ticks,
        pad_ticks: schedule::pad_ticks(inputs.system),
        order: places.orders[number],
        enables: schedule::enables(inputs.system, &window.partitions),
        following: places.window(if is_last { number } else { number + 1 }),
        reserved: 0,
    }
}

/// The partitions of a window as a set.
fn set(window: &Window) -> u64 {
    let partitions = window.partitions.iter();
    partitions.fold(0, |set, partition| set | 1 << partition.get())
}

/// The partitions of a window, most important first, and the idle hart.
fn order(inputs: &Inputs<'_>, first: u64, window: &Window) -> Vec<OrderTable> {
    let partitions = window.partitions.iter().map(|partition| {
        let index = partition.get();
        (inputs.state.partition(index), 1 << index)
    });
    let rows = partitions.chain(iter::once((inputs.state.idle, 0)));
    let last = window.partitions.len();
    let mut before = 0;
    rows.enumerate()
        .map(|(position, (state, bit))| {
            let row = OrderTable {
                state,
                before,
                next: first + wide((position + 1).min(last) * OrderTable::SIZE_BYTES),
                members: set(window),
            };
            before |= bit;
            row
        })
        .collect()
}
