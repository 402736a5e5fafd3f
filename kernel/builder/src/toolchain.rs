//! The compiler for `riscv64imac-unknown-none-elf`: the installed target where there is one,
//! else Debian's `rustc-web` with the library's sources (`rust-web-src`).

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::program::Program;

/// The target of every RISC-V program.
pub const TARGET: &str = "riscv64imac-unknown-none-elf";

/// Debian's compiler, and where its package of sources lies.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library/core/src/lib.rs";

/// A compiler that can build for [`TARGET`].
#[derive(Debug, Clone)]
pub struct Toolchain {
    rustc: PathBuf,
    linker: PathBuf,
    /// Whether `core` is compiled too, for lack of a prebuilt one.
    build_core: bool,
    /// First line of `rustc --version`.
    pub version: String,
}

impl Toolchain {
    /// Finds a compiler.
    ///
    /// # Errors
    /// When there is neither the installed target nor Debian's packages; says what to install.
    pub fn find() -> Result<Self> {
        let own = PathBuf::from(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let sysroot = PathBuf::from(output(Command::new(&own).args(["--print", "sysroot"]))?);
        let libraries = sysroot.join("lib/rustlib");
        let build_core = !libraries.join(TARGET).is_dir();
        ensure!(
            !build_core || Path::new(DEBIAN_SOURCES).is_file(),
            "no compiler for {TARGET}: either `rustup target add {TARGET}`, or on Debian \
             `apt-get install rustc-web rust-web-src`"
        );
        let rustc = if build_core { DEBIAN_RUSTC.into() } else { own };
        let host = output(Command::new(&rustc).args(["--print", "host-tuple"]))?;
        let version = output(Command::new(&rustc).arg("--version"))?;
        Ok(Self {
            linker: libraries.join(host).join("bin/rust-lld"),
            rustc,
            build_core,
            version,
        })
    }

    /// The linker that comes with Rust.
    #[must_use]
    pub fn linker(&self) -> &Path {
        &self.linker
    }

    /// Builds a program: the path of its ELF. `link_arguments` come after the program's own.
    ///
    /// # Errors
    /// When the build fails; the compiler's messages are on standard error.
    pub fn build(
        &self,
        root: &Path,
        program: &Program,
        link_arguments: &[&str],
    ) -> Result<PathBuf> {
        let folder = root.join("target/riscv");
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .current_dir(root)
            .args(["rustc", "--quiet", "--locked", "--profile", "kernel"])
            .args(["--target", TARGET, "--package", program.package])
            .env("CARGO_TARGET_DIR", &folder)
            .env("RUSTC", &self.rustc)
            .env(
                "CARGO_TARGET_RISCV64IMAC_UNKNOWN_NONE_ELF_LINKER",
                &self.linker,
            )
            .env("CARGO_ENCODED_RUSTFLAGS", flags(root).join("\u{1f}"));
        if self.build_core {
            command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=core");
        }
        command.args([
            "--",
            &format!(
                "-Clink-arg=-T{}",
                root.join(program.linker_script).display()
            ),
        ]);
        command.args(
            link_arguments
                .iter()
                .map(|argument| format!("-Clink-arg={argument}")),
        );
        let status = command.status().context("cargo")?;
        ensure!(status.success(), "{}: the build failed", program.package);
        Ok(folder.join(TARGET).join("kernel").join(program.package))
    }
}

/// The same bytes from any folder, and no code that needs relocation.
fn flags(root: &Path) -> Vec<String> {
    vec![
        format!("--remap-path-prefix={}=/septum", root.display()),
        "-Crelocation-model=static".to_owned(),
        // A jump table holds absolute addresses, and the kernel runs anywhere.
        "-Cjump-tables=no".to_owned(),
        // A call within 1 MiB is one instruction.
        "-Ctarget-feature=+relax".to_owned(),
    ]
}

fn output(command: &mut Command) -> Result<String> {
    let result = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(result.status.success(), "{command:?} failed");
    Ok(String::from_utf8(result.stdout)?.trim().to_owned())
}
