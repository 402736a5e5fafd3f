//! The Dhall package and the starter systems, which are part of the program.

/// A file that is part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Path relative to the folder that it is written to.
    pub path: &'static str,
    /// Contents.
    pub bytes: &'static [u8],
}

/// A starter system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Name on the command line.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub title: &'static str,
    /// Its files; `system.dhall` is the first.
    pub files: &'static [File],
}

macro_rules! file {
    ($folder:literal, $path:literal) => {
        File {
            path: $path,
            bytes: include_bytes!(concat!("../../../templates/", $folder, "/", $path)),
        }
    };
}

macro_rules! files {
    ($folder:literal, $($path:literal),+ $(,)?) => {
        &[$(file!($folder, $path)),+]
    };
}

/// The folder, beside a system, that the package is written to.
pub const PACKAGE_FOLDER: &str = "septum";

/// The package: types, defaults, functions, machines.
pub const PACKAGE: &[File] = files!(
    "septum",
    "package.dhall",
    "Channel.dhall",
    "ChannelKind.dhall",
    "Device.dhall",
    "DeviceKind.dhall",
    "End.dhall",
    "Exchange.dhall",
    "Expectation.dhall",
    "Fault.dhall",
    "Grant.dhall",
    "Health.dhall",
    "HealthAction.dhall",
    "Injection.dhall",
    "Interrupt.dhall",
    "Isolation.dhall",
    "Machine.dhall",
    "Memory.dhall",
    "Mmu.dhall",
    "Occasion.dhall",
    "Partition.dhall",
    "Payload.dhall",
    "Permissions.dhall",
    "Program.dhall",
    "Range.dhall",
    "Rule.dhall",
    "Scenario.dhall",
    "Schedule.dhall",
    "Step.dhall",
    "System.dhall",
    "Touch.dhall",
    "Window.dhall",
    "functions.dhall",
    "machines/qemu-virt-pmp.dhall",
    "machines/qemu-virt.dhall",
    "units.dhall",
);

/// The driver of the starter system `sensor-pipeline`.
const UART_DRIVER: File = File {
    path: "programs/uart-driver.elf",
    bytes: include_bytes!("../../../assets/uart-driver.elf"),
};

/// The starter systems.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "ping-pong",
        title: "two partitions that send each other numbered messages",
        files: files!("ping-pong", "system.dhall"),
    },
    Template {
        name: "sensor-pipeline",
        title: "bytes from the UART through a driver, a filter and a logger",
        files: &[
            file!("sensor-pipeline", "system.dhall"),
            file!("sensor-pipeline", "scenario.dhall"),
            UART_DRIVER,
        ],
    },
    Template {
        name: "crash-course",
        title: "a partition writes where it must not; the others go on",
        files: files!("crash-course", "system.dhall"),
    },
];

/// The folder of the package that has a file for each machine.
const MACHINE_FOLDER: &str = "machines";

/// The machines of the package: name and file.
pub fn machines() -> impl Iterator<Item = (&'static str, &'static File)> {
    PACKAGE.iter().filter_map(|file| {
        let (folder, name) = file.path.split_once('/')?;
        let name = name.strip_suffix(".dhall")?;
        (folder == MACHINE_FOLDER).then_some((name, file))
    })
}

/// The file of the machine of this name.
#[must_use]
pub fn machine(name: &str) -> Option<&'static File> {
    let (_, file) = machines().find(|(known, _)| *known == name)?;
    Some(file)
}

/// The starter system of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
