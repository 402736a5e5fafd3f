//! The properties of a shared memory.

use septum_core::spec::{RawGrant, RawMemory, RawSystem};

use super::field::{Field, List, Target, one_of};
use super::set_name;
use crate::ui::create::partition_names;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::share;
use crate::ui::unit::Unit;

fn get(system: &mut RawSystem, target: Target) -> Result<&mut RawMemory, String> {
    let Object::Memory(index) = target.object else {
        return Err("this is no memory".to_owned());
    };
    system
        .memories
        .get_mut(index)
        .ok_or_else(|| "the memory is gone".to_owned())
}

/// The properties of a shared memory.
#[must_use]
pub fn fields(system: &RawSystem, index: usize) -> Vec<Field> {
    let Some(it) = system.memories.get(index) else {
        return Vec::new();
    };
    let path = place::path(Object::Memory(index));
    let mut fields = vec![
        Field::text(path.field("name"), "name", &it.name, set_name).help("Unique in the system."),
        Field::number(
            path.field("size_bytes"),
            "size",
            Unit::Bytes,
            it.size_bytes,
            |system, target, text| {
                get(system, target)?.size_bytes = Unit::Bytes.read(text)?;
                Ok(())
            },
        )
        .help("Whole pages, at most 1 GiB."),
    ];
    let path = path.field("grants");
    fields.push(
        Field::head(path.clone(), "rights", it.grants.len(), List::Grants)
            .help("Who may use it: a adds a partition."),
    );
    for (at, grant) in it.grants.iter().enumerate() {
        let field = Field::text(
            path.index(at),
            "",
            write_grant(grant),
            |system, target, text| {
                let grant = read_grant(text)?;
                if let Some(own) = get(system, target)?.grants.get_mut(target.index) {
                    *own = grant;
                }
                Ok(())
            },
        );
        let field = field.completing_words(&grant_words(system));
        fields.push(
            field
                .help("A partition, then read, or write for both.")
                .element(List::Grants, at),
        );
    }
    fields
}

/// What completion offers for a right.
#[must_use]
pub fn grant_words(system: &RawSystem) -> Vec<&str> {
    let mut words = partition_names(system);
    words.extend(share::RIGHTS.map(|(word, _)| word));
    words
}

/// A right as partition and access.
#[must_use]
pub fn write_grant(grant: &RawGrant) -> String {
    format!("{} {}", grant.partition, share::word(grant.write))
}

/// Reads a partition and an access.
///
/// # Errors
/// A sentence that says what is expected.
pub fn read_grant(text: &str) -> Result<RawGrant, String> {
    let wrong = || "write a partition, then read or write".to_owned();
    let (partition, access) = text
        .trim()
        .rsplit_once(char::is_whitespace)
        .ok_or_else(wrong)?;
    Ok(RawGrant {
        partition: partition.trim().to_owned(),
        write: one_of(access, &share::RIGHTS).map_err(|_| wrong())?,
    })
}
