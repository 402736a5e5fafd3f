//! The names that a design has.

use septum_core::plan::Plan;

use super::field::Field;

/// Names that an expression may compare with; any other one is a mistake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Partitions.
    pub partitions: Vec<String>,
    /// Channels.
    pub channels: Vec<String>,
    /// Ports of all partitions.
    pub ports: Vec<String>,
    /// Devices of the machine.
    pub devices: Vec<String>,
}

impl Names {
    /// Those of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let system = &plan.system;
        let partitions = system.partitions.iter().map(|it| it.name.clone());
        let channels = system.channels.iter().map(|it| it.name.clone());
        let planned = plan.partitions.iter();
        let ports = planned.flat_map(|it| it.ports.iter().map(|port| port.name.clone()));
        let devices = system.machine.devices.iter().map(|it| it.name.clone());
        let mut names = Self {
            partitions: partitions.collect(),
            channels: channels.collect(),
            ports: ports.collect(),
            devices: devices.collect(),
        };
        names.ports.sort();
        names.ports.dedup();
        names
    }

    /// Those that a field can have; `None` for a field that is no name.
    pub(super) fn known(&self, field: Field) -> Option<&[String]> {
        match field {
            Field::Partition => Some(&self.partitions),
            Field::Channel => Some(&self.channels),
            Field::Port => Some(&self.ports),
            Field::Device => Some(&self.devices),
            _ => None,
        }
    }
}
