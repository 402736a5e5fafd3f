//! Stale assets cannot land: the manifest, the sources and the files agree.

use septum_kernel_builder::{
    manifest::{Manifest, sha256},
    root, source,
};

#[test]
fn assets_were_made_from_these_sources() {
    let manifest = Manifest::read(&root()).unwrap();
    let sources = source::hash(&root()).unwrap();
    assert_eq!(
        manifest.sources, sources,
        "stale assets: run `cargo kernel`"
    );
}

#[test]
fn files_are_those_of_the_manifest() {
    let manifest = Manifest::read(&root()).unwrap();
    assert_eq!(manifest.files.len(), 3);
    for (file, hash) in &manifest.files {
        let bytes = std::fs::read(root().join("assets").join(file)).unwrap();
        assert_eq!(
            *hash,
            sha256(&bytes),
            "{file} is not the one of the manifest"
        );
    }
}
