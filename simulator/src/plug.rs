//! What a run finds behind its virtio-mmio transports.

use septum_core::scenario::Scenario;
use septum_core::spec::RawDeviceKind;
use septum_core::system::Machine;
use thiserror::Error;

use crate::device::VirtioDevice;

/// A device to put behind a transport.
#[derive(Debug, Clone)]
pub struct Plug {
    /// Name of the transport in the machine description.
    pub transport: String,
    /// The device.
    pub device: VirtioDevice,
    /// What the other end of a console types: its `uart`.
    pub scenario: Scenario,
}

/// There is no place for a device.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlugError {
    /// Nothing has this name, or something else has it.
    #[error(
        "the machine has no virtio-mmio transport `{name}`; {}",
        known(transports)
    )]
    NoTransport {
        /// The name.
        name: String,
        /// What there is.
        transports: Vec<String>,
    },
    /// Something is there.
    #[error("there is a device behind `{name}` already")]
    Taken {
        /// The transport.
        name: String,
    },
}

fn known(transports: &[String]) -> String {
    match transports {
        [] => "it has none".to_owned(),
        all => format!("it has `{}`", all.join("`, `")),
    }
}

/// Position of a transport in the machine description.
///
/// # Errors
/// When the machine has none of this name.
pub fn transport(machine: &Machine, name: &str) -> Result<usize, PlugError> {
    let devices = machine.devices.iter().enumerate();
    let transports = devices.filter(|(_, device)| device.kind == RawDeviceKind::VirtioMmio);
    let found = transports.clone().find(|(_, device)| device.name == name);
    found
        .map(|(index, _)| index)
        .ok_or_else(|| PlugError::NoTransport {
            name: name.to_owned(),
            transports: transports.map(|(_, device)| device.name.clone()).collect(),
        })
}
