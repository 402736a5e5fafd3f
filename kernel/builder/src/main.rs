//! `cargo kernel`: rebuilds the RISC-V programs into `assets/`.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Result;
use septum_kernel_builder::{
    manifest::{Manifest, sha256},
    program::{KERNEL, PARTITIONS, build, build_kernel},
    root, source,
    toolchain::Toolchain,
};

fn main() -> Result<()> {
    let root = root();
    let toolchain = Toolchain::find()?;
    let sources = source::hash(&root)?;
    let mut files = BTreeMap::new();
    store(
        &root,
        KERNEL.asset,
        &build_kernel(&toolchain, &root)?,
        &mut files,
    )?;
    for program in PARTITIONS {
        store(
            &root,
            program.asset,
            &build(&toolchain, &root, program)?,
            &mut files,
        )?;
    }
    let manifest = Manifest {
        sources,
        compiler: toolchain.version,
        files,
    };
    manifest.write(&root)
}

fn store(
    root: &Path,
    asset: &str,
    bytes: &[u8],
    files: &mut BTreeMap<String, String>,
) -> Result<()> {
    let hash = sha256(bytes);
    println!("assets/{asset}: {} bytes, SHA-256 {hash}", bytes.len());
    files.insert(asset.to_owned(), hash);
    Ok(fs::write(root.join("assets").join(asset), bytes)?)
}
