//! What steps want of ports, and what ports are.

use crate::check::ports::Behind;
use crate::spec::{PortRole, RawChannelKind};

/// What a step wants, in words.
pub(super) const fn name(role: PortRole) -> &'static str {
    match role {
        PortRole::QueuingOut => "the sending end of a queuing channel",
        PortRole::QueuingIn => "the receiving end of a queuing channel",
        PortRole::SamplingOut => "the sending end of a sampling channel",
        PortRole::SamplingIn => "the receiving end of a sampling channel",
        PortRole::SignalOut => "the sending end of a signal channel",
        PortRole::Interrupt => "an interrupt",
        PortRole::Incoming => "the receiving end of a queuing or signal channel, or an interrupt",
    }
}

/// Whether a port is what is wanted; its channel's kind, if it has a channel.
pub(super) const fn fits(role: PortRole, behind: Behind, kind: Option<RawChannelKind>) -> bool {
    let queuing = matches!(kind, Some(RawChannelKind::Queuing { .. }));
    let sampling = matches!(kind, Some(RawChannelKind::Sampling { .. }));
    let signal = matches!(kind, Some(RawChannelKind::Signal));
    match (role, behind) {
        (PortRole::QueuingOut, Behind::Out(_)) | (PortRole::QueuingIn, Behind::In(_)) => queuing,
        (PortRole::SamplingOut, Behind::Out(_)) | (PortRole::SamplingIn, Behind::In(_)) => sampling,
        (PortRole::SignalOut, Behind::Out(_)) => signal,
        // A sampling channel has a value at any time: there is nothing to wait for.
        (PortRole::Incoming, Behind::In(_)) => queuing || signal,
        (PortRole::Interrupt | PortRole::Incoming, Behind::Interrupt(_)) => true,
        _ => false,
    }
}

/// What a port is, in words, and the steps that it is for.
pub(super) fn what(behind: Behind, kind: Option<RawChannelKind>) -> (&'static str, &'static str) {
    match (behind, kind) {
        (Behind::Interrupt(_), _) => ("an interrupt", "Wait or Acknowledge"),
        (Behind::Out(_), Some(RawChannelKind::Sampling { .. })) => {
            ("the sending end of a sampling channel", "Write")
        }
        (Behind::Out(_), Some(RawChannelKind::Signal)) => {
            ("the sending end of a signal channel", "Signal")
        }
        (Behind::Out(_), _) => ("the sending end of a queuing channel", "Send"),
        (Behind::In(_), Some(RawChannelKind::Sampling { .. })) => {
            ("the receiving end of a sampling channel", "Read")
        }
        (Behind::In(_), Some(RawChannelKind::Signal)) => {
            ("the receiving end of a signal channel", "Wait")
        }
        (Behind::In(_), _) => ("the receiving end of a queuing channel", "Receive"),
    }
}
