//! The properties of a schedule and of its windows.

use septum_core::spec::{RawSchedule, RawSystem, RawWindow};

use super::field::{Field, Target, names};
use super::set_name;
use crate::ui::create::partition_names;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::unit::{self, Unit};

fn get(system: &mut RawSystem, target: Target) -> Result<&mut RawSchedule, String> {
    let (Object::Schedule(index)
    | Object::Window {
        schedule: index, ..
    }) = target.object
    else {
        return Err("this is no schedule".to_owned());
    };
    system
        .schedules
        .get_mut(index)
        .ok_or_else(|| "the schedule is gone".to_owned())
}

fn window_mut(system: &mut RawSystem, target: Target) -> Result<&mut RawWindow, String> {
    let Object::Window { index, .. } = target.object else {
        return Err("this is no window".to_owned());
    };
    let windows = &mut get(system, target)?.windows;
    windows
        .get_mut(index)
        .ok_or_else(|| "the window is gone".to_owned())
}

/// The properties of a schedule.
#[must_use]
pub fn fields(system: &RawSystem, index: usize) -> Vec<Field> {
    let Some(it) = system.schedules.get(index) else {
        return Vec::new();
    };
    let path = place::path(Object::Schedule(index));
    let mut fields = vec![
        Field::text(path.field("name"), "name", &it.name, set_name).help("Unique in the system."),
        Field::number(
            path.field("major_frame_ns"),
            "major frame",
            Unit::Nanoseconds,
            it.major_frame_ns,
            |system, target, text| {
                get(system, target)?.major_frame_ns = Unit::Nanoseconds.read(text)?;
                Ok(())
            },
        )
        .help("Length of the cycle; the windows of each hart add up to it."),
    ];
    for (at, window) in it.windows.iter().enumerate() {
        let object = Object::Window {
            schedule: index,
            index: at,
        };
        let value = format!(
            "{} {}",
            unit::time(window.duration_ns),
            window.partitions.join(", ")
        );
        fields.push(
            Field::link(place::path(object), "window", value, object).help("Enter opens it."),
        );
    }
    fields
}

/// The properties of a window.
#[must_use]
pub fn window(system: &RawSystem, schedule: usize, index: usize) -> Vec<Field> {
    let it = system
        .schedules
        .get(schedule)
        .and_then(|it| it.windows.get(index));
    let Some(it) = it else { return Vec::new() };
    let path = place::path(Object::Window { schedule, index });
    vec![
        Field::text(
            path.field("partitions"),
            "partitions",
            it.partitions.join(", "),
            |system, target, text| {
                window_mut(system, target)?.partitions = names(text);
                Ok(())
            },
        )
        .completing_words(&partition_names(system))
        .help("Most important first, separated by commas; the first ready one runs."),
        Field::number(
            path.field("duration_ns"),
            "duration",
            Unit::Nanoseconds,
            it.duration_ns,
            |system, target, text| {
                window_mut(system, target)?.duration_ns = Unit::Nanoseconds.read(text)?;
                Ok(())
            },
        )
        .help("The windows of a hart add up to the major frame."),
        Field::number(
            path.field("hart"),
            "hart",
            Unit::Count,
            it.hart,
            |system, target, text| {
                window_mut(system, target)?.hart = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("The hart whose time it is."),
    ]
}
