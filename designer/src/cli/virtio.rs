//! What `septum run` plugs into virtio-mmio transports: `--virtio NAME=DEVICE`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, anyhow, ensure};

use septum_core::dhall::Evaluator;
use septum_core::scenario::Scenario;
use septum_simulator::device::{Block, Console, Entropy, VirtioDevice};
use septum_simulator::plug::Plug;

use super::design;

/// What a device is written as.
const DEVICES: &str =
    "write `console`, `console:SCENARIO`, `entropy`, `entropy:SEED` or `block:FILE`";

/// A disk is held in memory: no file may have more than this.
const MAX_DISK_BYTES: u64 = 1 << 30;

/// A device as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    transport: String,
    device: Device,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Device {
    /// With the scenario of its other end.
    Console(Option<PathBuf>),
    /// With its seed.
    Entropy(u64),
    /// On this file.
    Block(PathBuf),
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (transport, device) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` is not `NAME=DEVICE`"))?;
        Ok(Self {
            transport: transport.to_owned(),
            device: device.parse()?,
        })
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, detail) = match text.split_once(':') {
            Some((kind, detail)) => (kind, Some(detail)),
            None => (text, None),
        };
        match (kind, detail) {
            ("console", file) => Ok(Self::Console(file.map(PathBuf::from))),
            ("entropy", None) => Ok(Self::Entropy(0)),
            ("entropy", Some(seed)) => seed
                .parse()
                .map(Self::Entropy)
                .map_err(|_| format!("`{seed}` is no seed: write a number below 2^64")),
            ("block", Some(file)) => Ok(Self::Block(PathBuf::from(file))),
            ("block", None) => Err("a disk needs a file: write `block:FILE`".to_owned()),
            _ => Err(format!("there is no device `{kind}`: {DEVICES}")),
        }
    }
}

impl Wanted {
    /// The device, with the files that it is made from.
    ///
    /// # Errors
    /// When a file cannot be read or is not what the device needs; for a scenario that is
    /// [`design::NoScenario`].
    pub fn plug(&self, system: &Path, evaluator: &Evaluator) -> anyhow::Result<Plug> {
        let (device, scenario) = match &self.device {
            Device::Console(file) => (
                VirtioDevice::Console(Console::default()),
                typed(system, file.as_deref(), evaluator)?,
            ),
            Device::Entropy(seed) => (
                VirtioDevice::Entropy(Entropy::new(*seed)),
                Scenario::default(),
            ),
            Device::Block(file) => (VirtioDevice::Block(disk(file)?), Scenario::default()),
        };
        Ok(Plug {
            transport: self.transport.clone(),
            device,
            scenario,
        })
    }
}

/// What is typed on a console.
fn typed(
    system: &Path,
    file: Option<&Path>,
    evaluator: &Evaluator,
) -> Result<Scenario, design::NoScenario> {
    file.map_or(Ok(Scenario::default()), |file| {
        design::scenario(system, Some(file), evaluator)
    })
}

/// A disk with what is in a file, which is never written.
fn disk(path: &Path) -> anyhow::Result<Block> {
    let name = path.display();
    let bytes = contents(path).with_context(|| format!("the disk `{name}` cannot be read"))?;
    Block::new(bytes).map_err(|error| anyhow!("`{name}` is no disk: {error}"))
}

/// All bytes of a regular file that is not too large, whatever length it states.
fn contents(path: &Path) -> anyhow::Result<Vec<u8>> {
    ensure!(path.metadata()?.is_file(), "it is not a regular file");
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_DISK_BYTES + 1)
        .read_to_end(&mut bytes)?;
    let fits = u64::try_from(bytes.len())? <= MAX_DISK_BYTES;
    ensure!(fits, "it is larger than {} MiB", MAX_DISK_BYTES >> 20);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(text: &str) -> Device {
        let wanted: Wanted = format!("virtio0={text}").parse().unwrap();
        assert_eq!(wanted.transport, "virtio0");
        wanted.device
    }

    #[test]
    fn every_device_can_be_named() {
        assert_eq!(device("console"), Device::Console(None));
        let typed = Device::Console(Some("typed.dhall".into()));
        assert_eq!(device("console:typed.dhall"), typed);
        assert_eq!(device("entropy"), Device::Entropy(0));
        assert_eq!(device("entropy:7"), Device::Entropy(7));
        assert_eq!(device("block:a=b:c"), Device::Block("a=b:c".into()));
    }

    #[test]
    fn what_is_no_device_is_told_in_a_sentence() {
        let told = |text: &str| text.parse::<Wanted>().unwrap_err();
        assert_eq!(told("virtio0"), "`virtio0` is not `NAME=DEVICE`");
        assert_eq!(
            told("virtio0=disk"),
            format!("there is no device `disk`: {DEVICES}")
        );
        assert_eq!(
            told("virtio0=block"),
            "a disk needs a file: write `block:FILE`"
        );
        assert_eq!(
            told("virtio0=entropy:-1"),
            "`-1` is no seed: write a number below 2^64"
        );
    }
}
