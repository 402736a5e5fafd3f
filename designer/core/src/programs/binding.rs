//! Comparing the ports that a program declares with the ports that the design gives it.

use super::pin::{Pin, PinDirection, PinKind};
use crate::diagnostic::counted;

/// A port as the design has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DesignPort {
    /// The port's name.
    pub name: String,
    /// What is behind it.
    pub kind: PinKind,
    /// Which way, seen from the partition.
    pub direction: PinDirection,
    /// The channel's largest message or value in bytes, the memory's length; 0 for a signal or
    /// an interrupt.
    pub message_bytes: u32,
}

/// A disagreement between a program and the design. Each is a sentence that continues
/// "the program `x` ...".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindingProblem {
    /// Declared by the program, absent from the design.
    #[error(
        "declares the {} `{name}`, which the design does not {}",
        kind.described(*direction),
        kind.verb()
    )]
    NotInDesign {
        /// The port's name.
        name: String,
        /// What the program takes it for.
        kind: PinKind,
        /// Which way.
        direction: PinDirection,
    },
    /// Connected by the design, unknown to the program.
    #[error(
        "does not declare the {} `{name}`, which the design {}s",
        kind.described(*direction),
        kind.verb()
    )]
    NotInProgram {
        /// The port's name.
        name: String,
        /// What the design has.
        kind: PinKind,
        /// Which way.
        direction: PinDirection,
    },
    /// The same name, but something else.
    #[error(
        "declares `{name}` as {}, the design {}s it as {}",
        program_kind.described(*program_direction),
        design_kind.verb(),
        design_kind.described(*design_direction)
    )]
    OtherKind {
        /// The port's name.
        name: String,
        /// What the program takes it for.
        program_kind: PinKind,
        /// Which way in the program.
        program_direction: PinDirection,
        /// What the design has.
        design_kind: PinKind,
        /// Which way in the design.
        design_direction: PinDirection,
    },
    /// A sender that sends more than the channel carries, or a receiver that takes less.
    #[error(
        "{} messages of up to {} at the {direction} port `{name}`, the design's channel {} {}",
        match direction { PinDirection::Out => "sends", PinDirection::In => "takes" },
        counted(u64::from(*program_bytes), "byte"),
        match direction { PinDirection::Out => "takes up to", PinDirection::In => "brings up to" },
        counted(u64::from(*design_bytes), "byte")
    )]
    OtherSize {
        /// The port's name.
        name: String,
        /// Which way.
        direction: PinDirection,
        /// The program's size in bytes.
        program_bytes: u32,
        /// The channel's size in bytes.
        design_bytes: u32,
    },
    /// A memory that is too small for the program.
    #[error(
        "needs {} of the memory `{name}`, which has {}",
        counted(u64::from(*program_bytes), "byte"),
        counted(u64::from(*design_bytes), "byte")
    )]
    SmallMemory {
        /// The memory's name.
        name: String,
        /// What the program needs in bytes.
        program_bytes: u32,
        /// The memory's length in bytes.
        design_bytes: u32,
    },
}

impl BindingProblem {
    /// The name of the port.
    #[must_use]
    pub fn port(&self) -> &str {
        match self {
            Self::NotInDesign { name, .. }
            | Self::NotInProgram { name, .. }
            | Self::OtherKind { name, .. }
            | Self::OtherSize { name, .. }
            | Self::SmallMemory { name, .. } => name,
        }
    }
}

/// All disagreements: first of the program's ports in the program's order, then of the
/// design's in the design's.
#[must_use]
pub fn compare(pins: &[Pin], ports: &[DesignPort]) -> Vec<BindingProblem> {
    let of_pins =
        pins.iter().filter_map(
            |pin| match ports.iter().find(|port| port.name == pin.name) {
                Some(port) => disagreement(pin, port),
                None => Some(BindingProblem::NotInDesign {
                    name: pin.name.clone(),
                    kind: pin.kind,
                    direction: pin.direction,
                }),
            },
        );
    let unknown = ports
        .iter()
        .filter(|port| pins.iter().all(|pin| pin.name != port.name));
    let of_ports = unknown.map(|port| BindingProblem::NotInProgram {
        name: port.name.clone(),
        kind: port.kind,
        direction: port.direction,
    });
    of_pins.chain(of_ports).collect()
}

/// What a program's port and the design's port of the same name disagree about.
fn disagreement(pin: &Pin, port: &DesignPort) -> Option<BindingProblem> {
    if (pin.kind, pin.direction) != (port.kind, port.direction) {
        return Some(BindingProblem::OtherKind {
            name: pin.name.clone(),
            program_kind: pin.kind,
            program_direction: pin.direction,
            design_kind: port.kind,
            design_direction: port.direction,
        });
    }
    if pin.kind == PinKind::Memory {
        let is_small = pin.message_bytes > port.message_bytes;
        return is_small.then(|| BindingProblem::SmallMemory {
            name: pin.name.clone(),
            program_bytes: pin.message_bytes,
            design_bytes: port.message_bytes,
        });
    }
    let fits = match pin.direction {
        PinDirection::In => pin.message_bytes >= port.message_bytes,
        PinDirection::Out => pin.message_bytes <= port.message_bytes,
    };
    (!fits).then(|| BindingProblem::OtherSize {
        name: pin.name.clone(),
        direction: pin.direction,
        program_bytes: pin.message_bytes,
        design_bytes: port.message_bytes,
    })
}
