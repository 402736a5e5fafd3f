//! Records: structures with stated offsets that encode themselves to bytes and back.

/// A type with a fixed little-endian encoding.
pub trait Field: Copy {
    /// Encoded length in bytes.
    const SIZE_BYTES: usize;

    /// Writes the encoding. `out` is exactly [`Field::SIZE_BYTES`] long.
    fn write(&self, out: &mut [u8]);

    /// Reads the encoding. `bytes` is exactly [`Field::SIZE_BYTES`] long.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! integer {
    ($($integer:ty),*) => {$(
        impl Field for $integer {
            const SIZE_BYTES: usize = size_of::<$integer>();

            fn write(&self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }

            fn read(bytes: &[u8]) -> Self {
                let mut raw = [0; size_of::<$integer>()];
                raw.copy_from_slice(bytes);
                Self::from_le_bytes(raw)
            }
        }
    )*};
}

integer!(u8, u16, u32, u64);

impl<T: Field, const N: usize> Field for [T; N] {
    const SIZE_BYTES: usize = T::SIZE_BYTES * N;

    fn write(&self, out: &mut [u8]) {
        for (item, place) in self.iter().zip(out.chunks_exact_mut(T::SIZE_BYTES)) {
            item.write(place);
        }
    }

    fn read(bytes: &[u8]) -> Self {
        core::array::from_fn(|i| T::read(&bytes[i * T::SIZE_BYTES..(i + 1) * T::SIZE_BYTES]))
    }
}

/// Declares a `repr(C)` structure with stated offsets and its encoding.
///
/// `struct Name [size] { field: type = offset, ... }`: the size and every offset are asserted
/// at compile time, so is that no byte is padding.
macro_rules! record {
    (
        $(#[$doc:meta])*
        pub struct $name:ident [$size:literal] {
            $($(#[$field_doc:meta])* pub $field:ident: $type:ty = $offset:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        const _: () = {
            assert!(size_of::<$name>() == $size);
            $(assert!(core::mem::offset_of!($name, $field) == $offset);)*
            // No padding: the fields alone fill the structure.
            assert!(0 $(+ <$type as $crate::record::Field>::SIZE_BYTES)* == $size);
        };

        impl $name {
            /// Length in bytes.
            pub const SIZE_BYTES: usize = $size;

            /// The record as it lies in the target's memory.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; $size] {
                let mut out = [0; $size];
                $crate::record::Field::write(self, &mut out);
                out
            }

            /// The record from the target's memory; `None` when `bytes` is too short.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.get(..$size).map(<Self as $crate::record::Field>::read)
            }
        }

        impl $crate::record::Field for $name {
            const SIZE_BYTES: usize = $size;

            fn write(&self, out: &mut [u8]) {
                $(
                    const { assert!($offset + <$type as $crate::record::Field>::SIZE_BYTES <= $size) };
                    $crate::record::Field::write(
                        &self.$field,
                        &mut out[$offset..$offset + <$type as $crate::record::Field>::SIZE_BYTES],
                    );
                )*
            }

            fn read(bytes: &[u8]) -> Self {
                Self {
                    $($field: $crate::record::Field::read(
                        &bytes[$offset..$offset + <$type as $crate::record::Field>::SIZE_BYTES],
                    ),)*
                }
            }
        }
    };
}

pub(crate) use record;
