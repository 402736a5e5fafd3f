//! Skeletons of programs for partitions, with all that they link: part of this program, so that
//! nothing else is needed to write one.

use septum_abi::pin::NAME_BYTES;

use crate::templates::File;

/// In a skeleton's text: the name of the partition.
const NAME: &str = "{{name}}";

/// A skeleton in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skeleton {
    /// Name on the command line.
    pub language: &'static str,
    /// What it is, in a sentence.
    pub title: &'static str,
    /// The command that builds it, in its folder.
    pub command: &'static str,
    /// Its own files, which have the partition's name in them.
    own: &'static [File],
    /// What it links.
    linked: &'static [&'static [File]],
}

macro_rules! files {
    ($from:literal => $to:literal; $($path:literal),+ $(,)?) => {
        &[$(File {
            path: concat!($to, $path),
            bytes: include_bytes!(concat!("../../../", $from, $path)),
        }),+]
    };
}

const LINKER_SCRIPT: &[File] = files!("kernel/user/" => "septum/"; "partition.ld");

/// The skeletons.
pub const SKELETONS: &[Skeleton] = &[
    Skeleton {
        language: "rust",
        title: "with the crate septum-user",
        command: "sh build.sh",
        own: files!(
            "templates/program-rust/" => "";
            "README.md", ".cargo/config.toml", "Cargo.toml", "build.sh", "gitignore",
            "septum/abi/Cargo.toml", "septum/user/Cargo.toml", "src/main.rs",
        ),
        linked: &[
            LINKER_SCRIPT,
            files!(
                "kernel/abi/src/" => "septum/abi/src/";
                "address.rs", "call.rs", "console.rs", "health.rs", "lib.rs", "limits.rs", "linked.rs", "machine.rs", "model.rs",
                "pin.rs", "places.rs", "record.rs", "state.rs", "tables.rs", "timing.rs",
            ),
            files!(
                "kernel/user/src/" => "septum/user/src/";
                "call.rs", "lib.rs", "log.rs", "memory.rs", "places.rs", "port.rs", "queuing.rs", "rings.rs", "sampling.rs", "shared_memory.rs", "signal.rs", "start.rs",
            ),
        ],
    },
    Skeleton {
        language: "c",
        title: "with septum.h",
        command: "make",
        own: files!("templates/program-c/" => ""; "README.md", "Makefile", "gitignore", "main.c"),
        linked: &[
            LINKER_SCRIPT,
            files!("kernel/user/include/" => "septum/"; "septum.h", "septum-rings.h", "start.S"),
        ],
    },
];

/// The skeleton in this language.
#[must_use]
pub fn find(language: &str) -> Option<&'static Skeleton> {
    SKELETONS.iter().find(|it| it.language == language)
}

impl Skeleton {
    /// The files of a program of this name, by their paths in its folder.
    ///
    /// # Errors
    /// Why this is no name for a program: a sentence.
    pub fn files(&self, name: &str) -> Result<Vec<(String, Vec<u8>)>, String> {
        check_name(name)?;
        let own = self.own.iter().map(|file| {
            let text = String::from_utf8_lossy(file.bytes).replace(NAME, name);
            let path = file.path.replace("gitignore", ".gitignore");
            (path, text.into_bytes())
        });
        let linked = self.linked.iter().copied().flatten();
        let linked = linked.map(|file| (file.path.to_owned(), file.bytes.to_vec()));
        Ok(own.chain(linked).collect())
    }
}

/// Names go into files, manifests and scripts.
fn check_name(name: &str) -> Result<(), String> {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    if begins && name.chars().all(plain) && name.len() <= NAME_BYTES {
        return Ok(());
    }
    Err(format!(
        "`{}` is not a name for a program: use 1 to {NAME_BYTES} letters, digits, `_` and `-`, \
         beginning with a letter",
        name.escape_debug()
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn paths(language: &str) -> BTreeSet<String> {
        let files = find(language).unwrap().files("blink").unwrap();
        files.into_iter().map(|(path, _)| path).collect()
    }

    /// The names of the files in a folder of the repository.
    fn names(folder: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(folder);
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn all_that_a_program_links_is_in_its_folder() {
        let links = [
            ("rust", "kernel/abi/src", "septum/abi/src"),
            ("rust", "kernel/user/src", "septum/user/src"),
            ("c", "kernel/user/include", "septum"),
        ];
        for (language, from, to) in links {
            let paths = paths(language);
            for name in names(from) {
                let path = format!("{to}/{name}");
                assert!(paths.contains(&path), "{language}: no {path}");
            }
        }
    }

    #[test]
    fn the_name_stands_wherever_it_belongs() {
        for skeleton in SKELETONS {
            let files = skeleton.files("blink").unwrap();
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            assert!(files.iter().all(|(_, bytes)| !text(bytes).contains(NAME)));
            let (path, readme) = &files[0];
            assert_eq!(path, "README.md");
            let command = format!("\n\n    {}\n\n", skeleton.command);
            assert!(text(readme).contains(&command), "{}", skeleton.language);
            assert!(text(readme).contains("\"blink/blink.elf\""));
        }
    }

    #[test]
    fn names_that_would_break_a_file_are_refused() {
        let skeleton = find("c").unwrap();
        for name in [
            "", "1st", "-x", "a b", "a/b", "..", "a.b", "ä", "$(x)", "a\nb",
        ] {
            let why = skeleton.files(name).unwrap_err();
            assert!(why.contains("is not a name for a program"), "{why}");
        }
        assert!(skeleton.files(&"a".repeat(NAME_BYTES)).is_ok());
        assert!(skeleton.files(&"a".repeat(NAME_BYTES + 1)).is_err());
    }
}
