//! The block device (virtio 1.1, 5.2) on the bytes of a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

use super::Backend;

/// Bytes of a sector; a disk is whole sectors, whatever else it says (5.2.4).
pub const SECTOR_BYTES: usize = 512;

type Sector = [u8; SECTOR_BYTES];

/// Sectors that were written, by number, shared by all copies of a disk that have them alike.
type Track = BTreeMap<usize, Arc<Sector>>;

/// Sectors of a track.
const TRACK: usize = 64;

/// Writes may be asked to be lasting; here they always are (5.2.3).
const FEATURE_FLUSH: u64 = 1 << 9;

/// Type, a reserved word and the first sector (5.2.6).
const HEADER_BYTES: usize = 16;

/// Length of the disk's name (5.2.6.4).
const NAME_BYTES: usize = 20;
const NAME: &[u8; 6] = b"septum";

mod request {
    pub(super) const READ: u32 = 0;
    pub(super) const WRITE: u32 = 1;
    pub(super) const FLUSH: u32 = 4;
    pub(super) const NAME: u32 = 8;
}

/// How a request ended (5.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Done,
    Failed,
    Unsupported,
}

impl Status {
    fn byte(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Unsupported => 2,
        }
    }
}

/// The bytes are no disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it has {0} bytes, which is not a multiple of {SECTOR_BYTES}")]
pub struct NotSectors(usize);

/// A disk: what was in the file, and over it what was written since. The file stays as it is, and
/// a copy of a disk, of which time travel makes many, shares what is the same.
#[derive(Debug, Clone)]
pub struct Block {
    file: Arc<[u8]>,
    written: BTreeMap<usize, Arc<Track>>,
}

impl Block {
    /// A disk with these bytes on it.
    ///
    /// # Errors
    /// When they are not whole sectors.
    pub fn new(file: Vec<u8>) -> Result<Self, NotSectors> {
        if !file.len().is_multiple_of(SECTOR_BYTES) {
            return Err(NotSectors(file.len()));
        }
        Ok(Self {
            file: file.into(),
            written: BTreeMap::new(),
        })
    }

    fn sectors(&self) -> usize {
        self.file.len() / SECTOR_BYTES
    }

    /// The sectors of a request, if it is for whole ones that the disk has.
    fn range(&self, first: u64, length: usize) -> Option<std::ops::Range<usize>> {
        let first = usize::try_from(first).ok()?;
        let end = first.checked_add(length / SECTOR_BYTES)?;
        let fits = length.is_multiple_of(SECTOR_BYTES) && end <= self.sectors();
        fits.then_some(first..end)
    }

    fn sector(&self, index: usize) -> &[u8] {
        let start = index * SECTOR_BYTES;
        let track = self.written.get(&(index / TRACK));
        let written = track.and_then(|track| track.get(&index));
        let written = written.map(|sector| &sector[..]);
        written.unwrap_or(&self.file[start..start + SECTOR_BYTES])
    }

    fn read(&self, first: u64, data: &mut [u8]) -> Status {
        let Some(range) = self.range(first, data.len()) else {
            return Status::Failed;
        };
        for (index, bytes) in range.zip(data.chunks_exact_mut(SECTOR_BYTES)) {
            bytes.copy_from_slice(self.sector(index));
        }
        Status::Done
    }

    fn write(&mut self, first: u64, data: &[u8]) -> Status {
        let Some(range) = self.range(first, data.len()) else {
            return Status::Failed;
        };
        let (sectors, _) = data.as_chunks();
        for (index, sector) in range.zip(sectors) {
            let track = self.written.entry(index / TRACK).or_default();
            Arc::make_mut(track).insert(index, Arc::new(*sector));
        }
        Status::Done
    }

    fn serve(&mut self, header: Header, sent: &[u8], data: &mut [u8]) -> Status {
        match header.kind {
            request::READ => self.read(header.first, data),
            request::WRITE => self.write(header.first, sent),
            request::FLUSH => Status::Done,
            request::NAME => name(data),
            _ => Status::Unsupported,
        }
    }
}

/// Writes the disk's name.
fn name(data: &mut [u8]) -> Status {
    let Some(field) = data.get_mut(..NAME_BYTES) else {
        return Status::Failed;
    };
    field[..NAME.len()].copy_from_slice(NAME);
    Status::Done
}

/// What a request begins with.
#[derive(Debug, Clone, Copy)]
struct Header {
    kind: u32,
    first: u64,
}

impl Header {
    fn parse(bytes: &[u8; HEADER_BYTES]) -> Self {
        let [a, b, c, d, _, _, _, _, first @ ..] = *bytes;
        Self {
            kind: u32::from_le_bytes([a, b, c, d]),
            first: u64::from_le_bytes(first),
        }
    }
}

impl Backend for Block {
    fn id(&self) -> u32 {
        2
    }

    fn features(&self) -> u64 {
        FEATURE_FLUSH
    }

    fn queues(&self) -> usize {
        1
    }

    /// The number of sectors (5.2.4); the fields behind it need features that are not offered.
    fn config(&self, offset: u64) -> u8 {
        let sectors = u64::try_from(self.sectors()).unwrap_or(u64::MAX);
        let byte = usize::try_from(offset).ok();
        let byte = byte.and_then(|offset| sectors.to_le_bytes().get(offset).copied());
        byte.unwrap_or(0)
    }

    /// Always as many bytes as there is room, of which the last is the status.
    fn answer(&mut self, _queue: usize, request: &[u8], room: usize) -> Option<Vec<u8>> {
        let (header, sent) = request.split_first_chunk()?;
        let mut data = vec![0; room.checked_sub(1)?];
        let status = self.serve(Header::parse(header), sent, &mut data);
        data.push(status.byte());
        Some(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sectors, of ones and of twos.
    fn disk() -> Block {
        let sectors = [[1; SECTOR_BYTES], [2; SECTOR_BYTES]];
        Block::new(sectors.concat()).unwrap()
    }

    fn asked(kind: u32, first: u64, data: &[u8]) -> Vec<u8> {
        let words = [u64::from(kind).to_le_bytes(), first.to_le_bytes()];
        [&words.concat(), data].concat()
    }

    #[test]
    fn sectors_come_from_the_file_and_from_what_was_written() {
        let mut disk = disk();
        let before = disk.clone();
        let write = asked(request::WRITE, 1, &[7; SECTOR_BYTES]);
        assert_eq!(disk.answer(0, &write, 1), Some(vec![0]));
        let read = asked(request::READ, 0, &[]);
        let expected = |second| [&[1; SECTOR_BYTES][..], &[second; SECTOR_BYTES], &[0]].concat();
        let room = 2 * SECTOR_BYTES + 1;
        assert_eq!(disk.answer(0, &read, room), Some(expected(7)));
        assert_eq!(before.clone().answer(0, &read, room), Some(expected(2)));
    }

    #[test]
    fn requests_beyond_the_disk_or_of_parts_of_sectors_fail() {
        let mut disk = disk();
        for first in [1, 2, u64::MAX / 512, u64::MAX] {
            let read = asked(request::READ, first, &[]);
            let answer = disk.answer(0, &read, 2 * SECTOR_BYTES + 1).unwrap();
            assert_eq!(answer.last(), Some(&1), "{first}");
            let write = asked(request::WRITE, first, &[0; 2 * SECTOR_BYTES]);
            assert_eq!(disk.answer(0, &write, 1), Some(vec![1]), "{first}");
        }
        let part = asked(request::WRITE, 0, &[0; 100]);
        assert_eq!(disk.answer(0, &part, 1), Some(vec![1]));
        let read = asked(request::READ, 0, &[]);
        assert_eq!(disk.answer(0, &read, 101).unwrap()[100], 1);
    }

    #[test]
    fn the_capacity_is_in_the_configuration() {
        let bytes: Vec<u8> = (0..10).map(|offset| disk().config(offset)).collect();
        assert_eq!(bytes, [2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(disk().config(u64::MAX), 0);
    }

    #[test]
    fn flush_name_and_what_is_unknown() {
        let mut disk = disk();
        let flush = asked(request::FLUSH, 0, &[]);
        assert_eq!(disk.answer(0, &flush, 1), Some(vec![0]));
        let named = disk.answer(0, &asked(request::NAME, 0, &[]), 21).unwrap();
        assert_eq!(&named[..7], b"septum\0");
        let short = disk.answer(0, &asked(request::NAME, 0, &[]), 20).unwrap();
        assert_eq!(short.last(), Some(&1));
        assert_eq!(disk.answer(0, &asked(99, 0, &[]), 1), Some(vec![2]));
    }

    #[test]
    fn a_request_without_header_or_status_is_none() {
        assert_eq!(disk().answer(0, &[0; 15], 1), None);
        assert_eq!(disk().answer(0, &asked(request::READ, 0, &[]), 0), None);
    }

    #[test]
    fn a_disk_is_whole_sectors() {
        let error = Block::new(vec![0; 513]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it has 513 bytes, which is not a multiple of 512"
        );
        assert!(Block::new(Vec::new()).is_ok());
    }
}
