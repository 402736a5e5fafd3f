//! Writing the steps of a model.

use super::{Fields, address, each, natural, optional, text, time};
use crate::dhall::layout::Tree;
use crate::diagnostic::SpecPath;
use crate::spec::{RawPayload, RawStep, RawTouch};

/// A step as an alternative of the package's `Step`.
pub(super) fn step(raw: &RawStep, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    for (name, tree) in said(raw, &path) {
        fields.say(name, tree);
    }
    let alternative = alternative(raw);
    if fields.said.is_empty() {
        return Tree::atom(alternative).at(path);
    }
    Tree::call(alternative, vec![Tree::record("", fields.said)]).at(path)
}

fn alternative(raw: &RawStep) -> &'static str {
    match raw {
        RawStep::Compute { .. } => "Septum.Step.Compute",
        RawStep::ComputeBetween { .. } => "Septum.Step.ComputeBetween",
        RawStep::Send { .. } => "Septum.Step.Send",
        RawStep::Receive { .. } => "Septum.Step.Receive",
        RawStep::Exchange { .. } => "Septum.Step.Exchange",
        RawStep::Write { .. } => "Septum.Step.Write",
        RawStep::Read { .. } => "Septum.Step.Read",
        RawStep::Signal { .. } => "Septum.Step.Signal",
        RawStep::Wait { .. } => "Septum.Step.Wait",
        RawStep::Acknowledge { .. } => "Septum.Step.Acknowledge",
        RawStep::Sleep { .. } => "Septum.Step.Sleep",
        RawStep::SleepUntil { .. } => "Septum.Step.SleepUntil",
        RawStep::Log { .. } => "Septum.Step.Log",
        RawStep::Touch { .. } => "Septum.Step.Touch",
        RawStep::Illegal => "Septum.Step.Illegal",
        RawStep::Raise { .. } => "Septum.Step.Raise",
        RawStep::Restart { .. } => "Septum.Step.Restart",
        RawStep::Stop { .. } => "Septum.Step.Stop",
        RawStep::SafeMode => "Septum.Step.SafeMode",
        RawStep::Loop { .. } => "Septum.Step.Loop",
        RawStep::IfByte { .. } => "Septum.Step.IfByte",
        RawStep::Else => "Septum.Step.Else",
        RawStep::End => "Septum.Step.End",
        RawStep::Exit => "Septum.Step.Exit",
    }
}

/// The fields of a step; none for one that is a mere word.
fn said(raw: &RawStep, path: &SpecPath) -> Vec<(&'static str, Tree)> {
    match raw {
        RawStep::Compute { ns } | RawStep::Sleep { ns } => vec![("ns", time(*ns))],
        RawStep::ComputeBetween { least_ns, most_ns } => {
            vec![("least_ns", time(*least_ns)), ("most_ns", time(*most_ns))]
        }
        RawStep::Send { port, message } | RawStep::Write { port, message } => {
            vec![("port", text(port)), ("message", payload(message))]
        }
        RawStep::Receive { port, timeout_ns } => {
            vec![("port", text(port)), ("timeout_ns", timeout(*timeout_ns))]
        }
        RawStep::Exchange {
            send,
            message,
            receive,
            timeout_ns,
        } => vec![
            ("send", text(send)),
            ("message", payload(message)),
            ("receive", text(receive)),
            ("timeout_ns", timeout(*timeout_ns)),
        ],
        RawStep::Read { port } | RawStep::Signal { port } | RawStep::Acknowledge { port } => {
            vec![("port", text(port))]
        }
        RawStep::Wait { ports, timeout_ns } => {
            let name = |name: &String, path| text(name).at(path);
            let names = Tree::list(each(ports, &path.field("ports"), name), "Text");
            vec![("ports", names), ("timeout_ns", timeout(*timeout_ns))]
        }
        RawStep::SleepUntil {
            period_ns,
            offset_ns,
        } => vec![
            ("period_ns", time(*period_ns)),
            ("offset_ns", time(*offset_ns)),
        ],
        RawStep::Log { message } => vec![("message", payload(message))],
        RawStep::Touch {
            address: at,
            access,
        } => {
            let access = Tree::atom(touch(*access));
            vec![("address", address(*at)), ("access", access)]
        }
        RawStep::Raise { code } => vec![("code", natural(*code))],
        RawStep::Restart { partition } | RawStep::Stop { partition } => {
            vec![("partition", text(partition))]
        }
        RawStep::Loop { times } => vec![("times", optional(*times, natural))],
        RawStep::IfByte { offset, equals } => {
            vec![("offset", natural(*offset)), ("equals", natural(*equals))]
        }
        RawStep::Illegal | RawStep::SafeMode | RawStep::Else | RawStep::End | RawStep::Exit => {
            Vec::new()
        }
    }
}

fn timeout(ns: Option<u64>) -> Tree {
    optional(ns, time)
}

fn payload(raw: &RawPayload) -> Tree {
    match raw {
        RawPayload::Text(said) => Tree::call("Septum.Payload.Text", vec![text(said)]),
        RawPayload::Numbered(said) => Tree::call("Septum.Payload.Numbered", vec![text(said)]),
        RawPayload::Received => Tree::atom("Septum.Payload.Received"),
    }
}

fn touch(raw: RawTouch) -> &'static str {
    match raw {
        RawTouch::Read => "Septum.Touch.Read",
        RawTouch::Write => "Septum.Touch.Write",
        RawTouch::Execute => "Septum.Touch.Execute",
    }
}
