//! Where the partition's memory lies, as the designer filled it in after compilation: the one
//! way to know it on machines with an MMU and without.

use septum_abi::places::Places;

#[used]
#[allow(unsafe_code, reason = "the section that the designer fills in")]
#[unsafe(link_section = ".septum.places")]
static PLACES: Places = Places::UNBOUND;

macro_rules! place {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name() -> u64 {
            // SAFETY: a valid reference; volatile, because the compiler knows only the value
            // from before the designer's.
            #[allow(unsafe_code, reason = "a constant that is patched after compilation")]
            unsafe {
                (&raw const PLACES.$name).read_volatile()
            }
        }
    )*};
}

place! {
    /// Address of the text of the next `log` call; 0 without the right to log.
    log_buffer,
    /// Address of the baked model; 0 for a program of its own.
    model,
    /// Address of the writing sides of the log rings; 0 for who does not drain them.
    log_writers,
    /// Address of the reading sides of the log rings; 0 for who does not drain them.
    log_readers,
    /// Address of the first log ring; 0 for who does not drain them.
    log_rings,
}
