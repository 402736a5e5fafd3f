//! What need not be said: the defaults of the package, read from the package itself.

use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

use super::evaluate::evaluate_closed;
use super::files::Embedded;
use super::project::read;
use crate::spec::{RawDevice, RawMachine, RawPartition, RawSchedule, RawSystem, RawWindow};

/// One of each noun, with nothing said that has a default, everything else empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Defaults {
    /// A system on the machine `qemu-virt`.
    pub system: RawSystem,
    /// A partition with a model without steps.
    pub partition: RawPartition,
    /// A schedule without windows.
    pub schedule: RawSchedule,
    /// A window without partitions.
    pub window: RawWindow,
    /// A device of no size.
    pub device: RawDevice,
    /// A machine without RAM and devices.
    pub machine: RawMachine,
}

const TEXT: &str = r#"
let Septum = ./septum/package.dhall

in  { system = Septum.System::{
      , name = ""
      , partitions = [] : List Septum.Partition.Type
      , schedules = [] : List Septum.Schedule.Type
      }
    , partition = Septum.Partition::{
      , name = ""
      , program = Septum.Program.Model ([] : List Septum.Step)
      }
    , schedule = Septum.Schedule::{
      , major_frame_ns = 0
      , windows = [] : List Septum.Window.Type
      }
    , window = Septum.Window::{ duration_ns = 0, partitions = [] : List Text }
    , device = Septum.Device::{
      , name = ""
      , kind = Septum.DeviceKind.Rtc
      , base = 0
      , size_bytes = 0
      }
    , machine = Septum.Machine::{
      , name = ""
      , timebase_hz = 0
      , ram = [] : List Septum.Range
      , devices = [] : List Septum.Device.Type
      , isolation = Septum.qemu-virt.isolation
      }
    }
"#;

/// The defaults of the package. Read once, in a few milliseconds.
#[must_use]
pub fn defaults() -> &'static Defaults {
    static DEFAULTS: OnceLock<Defaults> = OnceLock::new();
    DEFAULTS.get_or_init(|| evaluate().expect("the package is part of the program and tested"))
}

fn evaluate() -> Option<Defaults> {
    let name = "defaults.dhall";
    let files = Embedded {
        texts: &[(name, TEXT)],
    };
    let sources = read(&files, Path::new(name)).ok()?;
    serde_dhall::from_simple_value(evaluate_closed(&sources)?).ok()
}
