//! Where commands print, whatever becomes of the reader.

use std::io::{self, ErrorKind, Write};

/// An output. A reader that goes away is no error: what it did not want to read is dropped.
#[derive(Debug)]
pub struct Output<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> Output<W> {
    /// Prints to a writer.
    pub const fn new(inner: W) -> Self {
        Self {
            inner,
            closed: false,
        }
    }

    /// Whether the reader has gone away, so that nothing need be printed any more.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// What it prints to.
    pub fn into_inner(self) -> W {
        self.inner
    }

    /// Does something with the writer, unless the reader has gone away.
    fn attempt<T>(
        &mut self,
        dropped: T,
        action: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.closed {
            return Ok(dropped);
        }
        match action(&mut self.inner) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            // Repeated by whoever called, and no reason to give up.
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => Err(io::Error::new(
                error.kind(),
                format!("cannot print: {error}"),
            )),
            good => good,
        }
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(bytes.len(), |inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), W::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails.
    struct Failing(usize, ErrorKind);

    impl Write for Failing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            match taken {
                0 => Err(self.1.into()),
                _ => Ok(taken),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let mut out = Output::new(Failing(3, ErrorKind::BrokenPipe));
        out.write_all(b"abc").unwrap();
        assert!(!out.is_closed());
        out.write_all(b"defghi").unwrap();
        out.flush().unwrap();
        assert!(out.is_closed());
    }

    #[test]
    fn every_other_failure_is_one() {
        let mut out = Output::new(Failing(3, ErrorKind::StorageFull));
        let error = out.write_all(b"abcd").unwrap_err();
        assert_eq!(error.to_string(), "cannot print: no storage space");
        assert!(!out.is_closed());
    }
}
