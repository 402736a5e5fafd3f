//! Chunks on disk, in a file without a name.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

use super::chunk::Chunk;

/// Chunks that were read last and stay in memory.
const CACHED: usize = 8;

/// Where a chunk is in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    offset: u64,
    rows_bytes: usize,
    arena_bytes: usize,
}

/// The file, which is made when it is needed.
#[derive(Debug, Default)]
pub(super) struct Spill {
    file: Option<File>,
    bytes: u64,
    /// What was read last, with the numbers of the chunks, the latest at the end.
    cache: Mutex<Vec<(usize, Arc<Chunk>)>>,
}

impl Spill {
    /// Bytes of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes a chunk behind the others, in a file of so many bytes at most.
    pub(super) fn write(&mut self, chunk: &Chunk, most_bytes: u64) -> io::Result<Place> {
        let length = u64::try_from(chunk.bytes()).unwrap_or(u64::MAX);
        if self.bytes.saturating_add(length) > most_bytes {
            let reason = format!("its file has {} MiB already", self.bytes >> 20);
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, reason));
        }
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile().map_err(no_file)?,
        };
        let file = self.file.insert(file);
        let place = Place {
            offset: self.bytes,
            rows_bytes: chunk.rows.len(),
            arena_bytes: chunk.arena.len(),
        };
        let whole = [chunk.rows.as_slice(), &chunk.arena].concat();
        file.write_all_at(&whole, place.offset)?;
        self.bytes += length;
        Ok(place)
    }

    /// Reads the chunk with this number, unless it was read lately.
    pub(super) fn read(&self, number: usize, place: &Place) -> io::Result<Arc<Chunk>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let known = cache.iter().position(|(cached, _)| *cached == number);
        let chunk = match known {
            Some(position) => cache.remove(position).1,
            None => Arc::new(self.load(place)?),
        };
        if cache.len() == CACHED {
            cache.remove(0);
        }
        cache.push((number, Arc::clone(&chunk)));
        Ok(chunk)
    }

    fn load(&self, place: &Place) -> io::Result<Chunk> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let mut rows = vec![0; place.rows_bytes + place.arena_bytes];
        file.read_exact_at(&mut rows, place.offset)?;
        let arena = rows.split_off(place.rows_bytes);
        Ok(Chunk { rows, arena })
    }
}

/// Why there is no file, with the folder where it should be.
fn no_file(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    let reason = format!("no file in {}: {error}", folder.display());
    io::Error::new(error.kind(), reason)
}
