//! Writing a design: what is said, in which order, and with which words.
//!
//! Partitions become `let`s, so that nothing is nested more deeply than it must be: other
//! readers of Dhall take a time that is exponential in it. What equals the default of the
//! package is left out.

mod step;

use std::collections::BTreeSet;

use super::Written;
use super::defaults::{Defaults, defaults};
use super::layout::{Page, Tree};
use super::syntax::is_plain_label;
use crate::diagnostic::SpecPath;
use crate::places::Places;
use crate::spec::{
    FaultCause, RawChannel, RawChannelKind, RawDevice, RawDeviceKind, RawEnd, RawGrant, RawHealth,
    RawHealthAction, RawInterrupt, RawIsolation, RawMachine, RawMemory, RawMmu, RawPartition,
    RawPermissions, RawProgram, RawRange, RawRestart, RawRule, RawSchedule, RawSystem, RawWindow,
};

/// Writes a design as formatted, typed Dhall that reads back to the same design.
#[must_use]
pub fn write(raw: &RawSystem) -> Written {
    let root = SpecPath::default();
    let labels = labels(&raw.partitions);
    let mut page = Page::default();
    page.push("let Septum = ./septum/package.dhall\n\n");
    let path = root.field("partitions");
    for (index, (partition, label)) in raw.partitions.iter().zip(&labels).enumerate() {
        page.push(&format!("let {label} =\n      "));
        page.tree(&self::partition(partition, path.index(index)));
        page.push("\n\n");
    }
    page.push("in  ");
    page.tree(&system(raw, &labels, root));
    page.push("\n");
    let (text, positions) = page.finish();
    Written {
        text,
        places: Places::new(Vec::new(), positions),
    }
}

/// The name of each partition's `let`: its own where that is a name in Dhall and free.
fn labels(partitions: &[RawPartition]) -> Vec<String> {
    let names: BTreeSet<&str> = partitions.iter().map(|p| p.name.as_str()).collect();
    let mut taken = BTreeSet::from(["Septum".to_owned()]);
    let mut labels: Vec<String> = Vec::new();
    for (index, partition) in partitions.iter().enumerate() {
        let own = Some(partition.name.clone()).filter(|own| is_plain_label(own));
        let numbered = (index + 1..).map(|number| format!("partition-{number}"));
        // A name of this form may be taken by a partition that comes later.
        let numbered = numbered.filter(|label| !names.contains(label.as_str()));
        let mut candidates = own.into_iter().chain(numbered);
        labels.extend(candidates.find(|label| taken.insert(label.clone())));
    }
    labels
}

fn system(raw: &RawSystem, labels: &[String], path: SpecPath) -> Tree {
    let Defaults { system, .. } = defaults();
    let mut fields = Fields::new(&path);
    fields.unless(raw.format == system.format, "format", || {
        natural(raw.format)
    });
    fields.say("name", text(&raw.name));
    fields.unless(raw.seed == system.seed, "seed", || natural(raw.seed));
    fields.unless(raw.machine == system.machine, "machine", || {
        machine(&raw.machine, &system.machine, &path.field("machine"))
    });
    let partitions = labels.iter().map(Tree::atom).collect();
    fields.say(
        "partitions",
        Tree::list(partitions, "Septum.Partition.Type"),
    );
    fields.list("channels", &raw.channels, channel);
    fields.list("memories", &raw.memories, memory);
    let schedules = each(&raw.schedules, &path.field("schedules"), schedule);
    fields.say("schedules", Tree::list(schedules, "Septum.Schedule.Type"));
    fields.list("rules", &raw.rules, rule);
    Tree::record("Septum.System::", fields.said).at(path)
}

fn machine(raw: &RawMachine, qemu: &RawMachine, path: &SpecPath) -> Tree {
    let is_variant = raw.devices == qemu.devices;
    let standard = if is_variant {
        qemu
    } else {
        &defaults().machine
    };
    let mut fields = Fields::new(path);
    // Against the full schema only three fields have defaults; the others must be said.
    let same = |is_same: bool| is_same && is_variant;
    fields.unless(same(raw.name == standard.name), "name", || text(&raw.name));
    fields.unless(raw.harts == standard.harts, "harts", || natural(raw.harts));
    fields.unless(
        same(raw.timebase_hz == standard.timebase_hz),
        "timebase_hz",
        || natural(raw.timebase_hz),
    );
    fields.unless(
        raw.ns_per_instruction == standard.ns_per_instruction,
        "ns_per_instruction",
        || natural(raw.ns_per_instruction),
    );
    fields.unless(same(raw.ram == standard.ram), "ram", || {
        Tree::list(each(&raw.ram, &path.field("ram"), range), "Septum.Range")
    });
    fields.unless(is_variant, "devices", || {
        let devices = each(&raw.devices, &path.field("devices"), device);
        Tree::list(devices, "Septum.Device.Type")
    });
    fields.unless(
        same(raw.isolation == standard.isolation),
        "isolation",
        || isolation(raw.isolation, &path.field("isolation")),
    );
    fields.unless(raw.sstc == standard.sstc, "sstc", || boolean(raw.sstc));
    let head = if is_variant {
        "Septum.qemu-virt // "
    } else {
        "Septum.Machine::"
    };
    Tree::record(head, fields.said)
}

fn range(raw: &RawRange, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    fields.say("base", address(raw.base));
    fields.say("size_bytes", bytes(raw.size_bytes));
    Tree::record("", fields.said).at(path)
}

fn device(raw: &RawDevice, path: SpecPath) -> Tree {
    let Defaults { device, .. } = defaults();
    let mut fields = Fields::new(&path);
    fields.say("name", text(&raw.name));
    fields.say("kind", Tree::atom(device_kind(raw.kind)));
    fields.say("base", address(raw.base));
    fields.say("size_bytes", address(raw.size_bytes));
    fields.unless(raw.interrupts == device.interrupts, "interrupts", || {
        let sources = path.field("interrupts");
        let items = each(&raw.interrupts, &sources, |source, path| {
            natural(*source).at(path)
        });
        Tree::list(items, "Natural")
    });
    fields.unless(raw.dma == device.dma, "dma", || boolean(raw.dma));
    Tree::record("Septum.Device::", fields.said).at(path)
}

fn device_kind(kind: RawDeviceKind) -> &'static str {
    match kind {
        RawDeviceKind::Clint => "Septum.DeviceKind.Clint",
        RawDeviceKind::Plic => "Septum.DeviceKind.Plic",
        RawDeviceKind::Uart16550 => "Septum.DeviceKind.Uart16550",
        RawDeviceKind::TestFinisher => "Septum.DeviceKind.TestFinisher",
        RawDeviceKind::Rtc => "Septum.DeviceKind.Rtc",
        RawDeviceKind::VirtioMmio => "Septum.DeviceKind.VirtioMmio",
    }
}

fn isolation(raw: RawIsolation, path: &SpecPath) -> Tree {
    let mmu = match raw.mmu {
        RawMmu::Bare => "Septum.Mmu.Bare",
        RawMmu::Sv39 => "Septum.Mmu.Sv39",
    };
    let mut fields = Fields::new(path);
    fields.say("mmu", Tree::atom(mmu));
    fields.say("asid_bits", natural(raw.asid_bits));
    fields.say("pmp_entries", natural(raw.pmp_entries));
    fields.say("pmp_grain_bytes", natural(raw.pmp_grain_bytes));
    Tree::record("", fields.said)
}

fn partition(raw: &RawPartition, path: SpecPath) -> Tree {
    let Defaults { partition, .. } = defaults();
    let mut fields = Fields::new(&path);
    fields.say("name", text(&raw.name));
    fields.unless(raw.hart == partition.hart, "hart", || natural(raw.hart));
    fields.say("program", program(&raw.program, &path.field("program")));
    fields.unless(
        raw.stack_bytes == partition.stack_bytes,
        "stack_bytes",
        || bytes(raw.stack_bytes),
    );
    fields.unless(raw.log_bytes == partition.log_bytes, "log_bytes", || {
        bytes(raw.log_bytes)
    });
    fields.list("devices", &raw.devices, |name, path| text(name).at(path));
    fields.list("interrupts", &raw.interrupts, interrupt);
    fields.unless(
        raw.permissions == partition.permissions,
        "permissions",
        || {
            permissions(
                raw.permissions,
                partition.permissions,
                &path.field("permissions"),
            )
        },
    );
    fields.unless(
        raw.deadline_ns == partition.deadline_ns,
        "deadline_ns",
        || optional(raw.deadline_ns, time),
    );
    fields.unless(raw.health == partition.health, "health", || {
        health(&raw.health, &partition.health, &path.field("health"))
    });
    Tree::record("Septum.Partition::", fields.said).at(path)
}

fn program(raw: &RawProgram, path: &SpecPath) -> Tree {
    match raw {
        RawProgram::Elf(file) => Tree::call("Septum.Program.Elf", vec![text(file)]),
        RawProgram::Model(steps) => {
            let steps = Tree::list(each(steps, path, step::step), "Septum.Step");
            Tree::call("Septum.Program.Model", vec![steps])
        }
    }
}

fn interrupt(raw: &RawInterrupt, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    fields.say("port", text(&raw.port));
    fields.say("device", text(&raw.device));
    fields.say("source", natural(raw.source));
    Tree::record("", fields.said).at(path)
}

fn permissions(raw: RawPermissions, standard: RawPermissions, path: &SpecPath) -> Tree {
    let mut fields = Fields::new(path);
    let rights = [
        ("log", raw.log, standard.log),
        ("clock", raw.clock, standard.clock),
        ("manage", raw.manage, standard.manage),
        ("safe_mode", raw.safe_mode, standard.safe_mode),
    ];
    for (name, value, standard) in rights {
        fields.unless(value == standard, name, || boolean(value));
    }
    Tree::record("Septum.Permissions::", fields.said)
}

fn health(raw: &RawHealth, standard: &RawHealth, path: &SpecPath) -> Tree {
    let mut fields = Fields::new(path);
    for cause in FaultCause::ALL {
        let action = raw.action(cause);
        fields.unless(action == standard.action(cause), cause.field(), || {
            Tree::atom(health_action(action))
        });
    }
    fields.unless(raw.restart == standard.restart, "restart", || {
        restart(raw.restart, &path.field("restart"))
    });
    Tree::record("Septum.Health::", fields.said)
}

fn health_action(action: RawHealthAction) -> &'static str {
    match action {
        RawHealthAction::Ignore => "Septum.HealthAction.Ignore",
        RawHealthAction::Halt => "Septum.HealthAction.Halt",
        RawHealthAction::Restart => "Septum.HealthAction.Restart",
        RawHealthAction::SafeMode => "Septum.HealthAction.SafeMode",
        RawHealthAction::PowerOff => "Septum.HealthAction.PowerOff",
    }
}

fn restart(raw: RawRestart, path: &SpecPath) -> Tree {
    let mut fields = Fields::new(path);
    fields.say("limit", optional(raw.limit, natural));
    fields.say("backoff_ns", time(raw.backoff_ns));
    Tree::record("", fields.said)
}

fn channel(raw: &RawChannel, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    fields.say("name", text(&raw.name));
    fields.say("kind", channel_kind(raw.kind, &path.field("kind")));
    fields.say("from", end(&raw.from, &path.field("from")));
    fields.say("to", end(&raw.to, &path.field("to")));
    Tree::record("Septum.Channel::", fields.said).at(path)
}

fn channel_kind(raw: RawChannelKind, path: &SpecPath) -> Tree {
    match raw {
        RawChannelKind::Queuing {
            message_bytes,
            depth,
        } => {
            let depth = natural(depth).at(path.field("depth"));
            let message_bytes = natural(message_bytes).at(path.field("message_bytes"));
            Tree::call("Septum.queuing", vec![depth, message_bytes])
        }
        RawChannelKind::Sampling {
            message_bytes,
            validity_ns,
        } => {
            let mut fields = Fields::new(path);
            fields.say("message_bytes", natural(message_bytes));
            fields.say("validity_ns", time(validity_ns));
            let record = Tree::record("", fields.said);
            Tree::call("Septum.ChannelKind.Sampling", vec![record])
        }
        RawChannelKind::Signal => Tree::atom("Septum.ChannelKind.Signal"),
    }
}

fn end(raw: &RawEnd, path: &SpecPath) -> Tree {
    let partition = text(&raw.partition).at(path.field("partition"));
    let port = text(&raw.port).at(path.field("port"));
    Tree::call("Septum.end", vec![partition, port])
}

fn memory(raw: &RawMemory, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    fields.say("name", text(&raw.name));
    fields.say("size_bytes", bytes(raw.size_bytes));
    let grants = each(&raw.grants, &path.field("grants"), grant);
    fields.say("grants", Tree::list(grants, "Septum.Grant"));
    Tree::record("Septum.Memory::", fields.said).at(path)
}

fn grant(raw: &RawGrant, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    fields.say("partition", text(&raw.partition));
    fields.say("write", boolean(raw.write));
    Tree::record("", fields.said).at(path)
}

fn schedule(raw: &RawSchedule, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    let is_default = raw.name == defaults().schedule.name;
    fields.unless(is_default, "name", || text(&raw.name));
    fields.say("major_frame_ns", time(raw.major_frame_ns));
    let windows = each(&raw.windows, &path.field("windows"), window);
    fields.say("windows", Tree::list(windows, "Septum.Window.Type"));
    Tree::record("Septum.Schedule::", fields.said).at(path)
}

fn window(raw: &RawWindow, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    fields.unless(raw.hart == defaults().window.hart, "hart", || {
        natural(raw.hart)
    });
    fields.say("duration_ns", time(raw.duration_ns));
    let names = each(&raw.partitions, &path.field("partitions"), |name, path| {
        text(name).at(path)
    });
    fields.say("partitions", Tree::list(names, "Text"));
    Tree::record("Septum.Window::", fields.said).at(path)
}

fn rule(raw: &RawRule, path: SpecPath) -> Tree {
    let mut fields = Fields::new(&path);
    let constructor = match raw {
        RawRule::NoFlow { from, to } => {
            fields.say("from", text(from));
            fields.say("to", text(to));
            "Septum.Rule.NoFlow"
        }
        RawRule::AllFlowThrough { from, to, via } => {
            fields.say("from", text(from));
            fields.say("to", text(to));
            fields.say("via", text(via));
            "Septum.Rule.AllFlowThrough"
        }
        RawRule::MaxLatency { channel, ns } => {
            fields.say("channel", text(channel));
            fields.say("ns", time(*ns));
            "Septum.Rule.MaxLatency"
        }
    };
    Tree::call(constructor, vec![Tree::record("", fields.said)]).at(path)
}

/// The fields of a record that are said, each at its path.
struct Fields<'p> {
    path: &'p SpecPath,
    said: Vec<(&'static str, Tree)>,
}

impl<'p> Fields<'p> {
    fn new(path: &'p SpecPath) -> Self {
        Self {
            path,
            said: Vec::new(),
        }
    }

    fn say(&mut self, name: &'static str, tree: Tree) {
        self.said.push((name, tree.at(self.path.field(name))));
    }

    /// Says a field unless it has its default.
    fn unless(&mut self, is_default: bool, name: &'static str, tree: impl FnOnce() -> Tree) {
        if !is_default {
            self.say(name, tree());
        }
    }

    /// Says a list unless it is empty, which is its default.
    fn list<T>(&mut self, name: &'static str, items: &[T], write: impl Fn(&T, SpecPath) -> Tree) {
        let path = self.path.field(name);
        self.unless(items.is_empty(), name, || {
            Tree::list(each(items, &path, write), "")
        });
    }
}

fn each<T>(items: &[T], path: &SpecPath, write: impl Fn(&T, SpecPath) -> Tree) -> Vec<Tree> {
    let numbered = items.iter().enumerate();
    numbered
        .map(|(index, item)| write(item, path.index(index)))
        .collect()
}

fn natural(value: u64) -> Tree {
    Tree::atom(value.to_string())
}

fn address(value: u64) -> Tree {
    Tree::atom(format!("{value:#x}"))
}

fn boolean(value: bool) -> Tree {
    Tree::atom(if value { "True" } else { "False" })
}

fn time(ns: u64) -> Tree {
    match ns {
        0 => natural(0),
        _ if ns.is_multiple_of(1_000_000) => Tree::call("Septum.ms", vec![natural(ns / 1_000_000)]),
        _ if ns.is_multiple_of(1_000) => Tree::call("Septum.us", vec![natural(ns / 1_000)]),
        _ => natural(ns),
    }
}

fn bytes(size: u64) -> Tree {
    match size {
        0 => natural(0),
        _ if size.is_multiple_of(1 << 20) => Tree::call("Septum.MiB", vec![natural(size >> 20)]),
        _ if size.is_multiple_of(1 << 10) => Tree::call("Septum.KiB", vec![natural(size >> 10)]),
        _ => natural(size),
    }
}

fn optional(value: Option<u64>, write: impl Fn(u64) -> Tree) -> Tree {
    match value {
        None => Tree::atom("None Natural"),
        Some(value) => Tree::call("Some", vec![write(value)]),
    }
}

fn text(value: &str) -> Tree {
    let mut literal = String::from("\"");
    for character in value.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '$' => literal.push_str("\\$"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if u32::from(c) < 0x20 => literal.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    Tree::atom(literal)
}
