//! A design in the making: partitions whose programs lie apart, so that an address tells whose
//! it is.

use anyhow::anyhow;
use septum_abi::address::PROGRAM_BASE;
use septum_abi::pin::Pin;
use septum_core::check::check;
use septum_core::dhall::defaults;
use septum_core::diagnostic::{Diagnostic, Severity};
use septum_core::image::{self, Image};
use septum_core::places::Places;
use septum_core::plan::{Plan, plan};
use septum_core::programs::Programs;
use septum_core::spec::{
    RawChannel, RawChannelKind, RawEnd, RawPartition, RawProgram, RawStep, RawSystem, RawWindow,
};
use septum_guest::program::run_at;

/// From one program to the next.
const PROGRAM_BYTES: u64 = 0x1_0000;

/// The program that an address belongs to, by its number among the programs of a [`Draft`].
pub(super) fn program_at(pc: u64) -> Option<u64> {
    let offset = pc.checked_sub(PROGRAM_BASE)?;
    (offset < 64 * PROGRAM_BYTES).then_some(offset / PROGRAM_BYTES)
}

/// A design that is not finished.
pub(in crate::cli::bench) struct Draft {
    pub(super) raw: RawSystem,
    programs: Programs,
    /// Where the next program lies.
    base: u64,
}

/// What boots.
pub(in crate::cli::bench) struct Built {
    pub(in crate::cli::bench) plan: Plan,
    pub(in crate::cli::bench) image: Image,
}

impl Draft {
    /// Nothing but a machine like QEMU `virt`.
    pub(super) fn new() -> Self {
        let mut raw = defaults().system.clone();
        raw.name = "bench".to_owned();
        raw.schedules = vec![defaults().schedule.clone()];
        Self {
            raw,
            programs: Programs::new(),
            base: PROGRAM_BASE,
        }
    }

    /// A partition that may read the clock and plays these steps.
    pub(super) fn model(&mut self, name: &str, steps: Vec<RawStep>) -> &mut RawPartition {
        let mut partition = defaults().partition.clone();
        partition.name = name.to_owned();
        partition.program = RawProgram::Model(steps);
        partition.permissions.clock = true;
        self.raw.partitions.push(partition);
        self.raw.partitions.last_mut().expect("it was just added")
    }

    /// A partition that may read the clock and executes this.
    pub(super) fn program(&mut self, name: &str, code: &[u32], pins: &[Pin]) -> &mut RawPartition {
        self.model(name, Vec::new());
        let partition = self.raw.partitions.last_mut().expect("it was just added");
        run_at(self.base, partition, &mut self.programs, code, pins);
        self.base += PROGRAM_BYTES;
        partition
    }

    /// Another program for a partition that executes one.
    pub(super) fn replace(&mut self, partition: u64, code: &[u32], pins: &[Pin]) {
        let base = PROGRAM_BASE + PROGRAM_BYTES * partition;
        let position = usize::try_from(partition).unwrap_or(usize::MAX);
        let partition = &mut self.raw.partitions[position];
        run_at(base, partition, &mut self.programs, code, pins);
    }

    /// A channel between ports of the same name.
    pub(super) fn channel(&mut self, port: &str, kind: RawChannelKind, from: &str, to: &str) {
        let end = |partition: &str| RawEnd {
            partition: partition.to_owned(),
            port: port.to_owned(),
        };
        self.raw.channels.push(RawChannel {
            name: port.to_owned(),
            kind,
            from: end(from),
            to: end(to),
        });
    }

    /// A window at the end of the frame; the most important partition first.
    pub(super) fn window(&mut self, duration_ns: u64, partitions: &[&str]) {
        let mut window: RawWindow = defaults().window.clone();
        window.duration_ns = duration_ns;
        window.partitions = partitions.iter().map(|name| (*name).to_owned()).collect();
        let schedule = &mut self.raw.schedules[0];
        schedule.major_frame_ns += duration_ns;
        schedule.windows.push(window);
    }

    /// Checks, plans and builds.
    ///
    /// # Errors
    /// The first finding, for a design that this version does not build.
    pub(in crate::cli::bench) fn build(&self) -> anyhow::Result<Built> {
        let checked = check(&self.raw, &self.programs, &Places::default());
        let system = checked.system.ok_or_else(|| why(&checked.diagnostics))?;
        let plan = plan(&system).map_err(|diagnostics| why(&diagnostics))?;
        let image = image::build(&plan);
        Ok(Built { plan, image })
    }
}

/// The first error.
fn why(diagnostics: &[Diagnostic]) -> anyhow::Error {
    let mut errors = diagnostics.iter();
    let error = errors.find(|diagnostic| diagnostic.severity == Severity::Error);
    anyhow!(error.map_or_else(String::new, |error| error.message.clone()))
}
