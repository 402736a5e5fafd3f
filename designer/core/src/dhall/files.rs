//! The files of a project: on disk, or part of the program.

use std::path::{Path, PathBuf};

use crate::codes::{Code, S0001, S0002, S0003, S0004, S0008, S0009};
use crate::folder::{self, Folder, Refusal};
use crate::templates::{PACKAGE, PACKAGE_FOLDER};

/// Larger files are not read.
pub(crate) const MAX_FILE_BYTES: u64 = 1 << 20;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// What kind of problem.
    pub(crate) code: Code,
    /// Half a sentence that begins with a verb: "is larger than 1 MiB".
    pub(crate) reason: String,
}

/// A file's identity and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The same for two names of one file.
    pub(crate) identity: PathBuf,
    /// The text.
    pub(crate) text: String,
}

/// The files of one project. Paths are relative to its folder and have no `..`.
pub(crate) trait Files {
    /// Reads a file.
    fn read(&self, path: &Path) -> Result<Contents, Unreadable>;
}

/// A project folder.
pub(crate) struct Disk(Folder);

impl Disk {
    /// The folder that a file lies in, and the file's name there.
    pub(crate) fn around(file: &Path) -> Result<(Self, PathBuf), Unreadable> {
        let file = file.canonicalize().map_err(Refusal::from)?;
        let name = file.file_name().map(PathBuf::from).unwrap_or_default();
        let folder = file.parent().unwrap_or(Path::new("/"));
        Ok((Self(Folder::at(folder)?), name))
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<Contents, Unreadable> {
        let identity = self.0.find(path)?;
        let text = read_text(&identity)?;
        Ok(Contents { identity, text })
    }
}

/// The package that is part of the program, in its folder, and further texts.
pub(crate) struct Embedded<'t> {
    /// Texts beside the package, by name.
    pub(crate) texts: &'t [(&'t str, &'t str)],
}

impl Files for Embedded<'_> {
    fn read(&self, path: &Path) -> Result<Contents, Unreadable> {
        let beside = self.texts.iter().find(|(name, _)| Path::new(name) == path);
        let text = match beside {
            Some((_, text)) => Some((*text).to_owned()),
            None => package_text(path).map(str::to_owned),
        };
        match text {
            Some(text) => Ok(Contents {
                identity: path.to_owned(),
                text,
            }),
            None => refuse(S0009, "does not exist"),
        }
    }
}

/// The text of a file of the package, by its path in a project.
pub(crate) fn package_text(path: &Path) -> Option<&'static str> {
    let path = path.strip_prefix(PACKAGE_FOLDER).ok()?;
    let file = PACKAGE.iter().find(|file| Path::new(file.path) == path)?;
    std::str::from_utf8(file.bytes).ok()
}

/// Reads a file as text, or says in half a sentence why not.
fn read_text(path: &Path) -> Result<String, Unreadable> {
    let bytes = folder::read(path, MAX_FILE_BYTES)?;
    let text = String::from_utf8(bytes).or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(S0003, &format!("is not text: byte {at} is not UTF-8"))
    })?;
    if text.trim().is_empty() {
        return refuse(S0004, "is empty");
    }
    Ok(text)
}

fn refuse<T>(code: Code, reason: &str) -> Result<T, Unreadable> {
    Err(Unreadable {
        code,
        reason: reason.to_owned(),
    })
}

impl From<Refusal> for Unreadable {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::Outside => S0008,
            Refusal::TooLarge(_) => S0002,
            _ => S0001,
        };
        Self {
            code,
            reason: refusal.to_string(),
        }
    }
}
