//! The heads that signers have seen (`heads.chain`): how the log grew from each to the next, and to the bundle's own.
//!
//! ```text
//! step = u64 size || 32-byte hash of each complete subtree over the leaves since the step before, from left to right
//! ```
//!
//! The hashes of a step are as many as its size and the one before it demand. The roots are not written: they follow, and
//! the last one, which must be that of the bundle's signed head, proves all of them.
//!
//! *Invariant*: of a head 40 bytes are kept, and at least as many were read.

use std::io::{self, BufReader, Read, Write};

use kaibiao_crypto::tree::Frontier;

use super::record::{array, first_or_end};
use super::{BundleError, HEADS};
use crate::base::Digest;

/// Bytes that are read at once.
const PIECE: usize = 1 << 16;

/// One step: the complete subtrees by which the log grew to `size` entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Growth {
    /// Entries.
    pub size: u64,
    /// Heads of the complete subtrees over the entries since the step before.
    pub subtrees: Vec<Digest>,
}

impl Growth {
    /// Writes the step.
    pub fn write(&self, sink: &mut impl Write) -> io::Result<()> {
        sink.write_all(&self.size.to_be_bytes())?;
        self.subtrees.iter().try_for_each(|hash| sink.write_all(hash.as_bytes()))
    }
}

/// The heads of a bundle, ascending; the last is that of the bundle itself, if they are honest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heads(Vec<(u64, Digest)>);

impl Heads {
    /// Reads all steps, at most so many. Errors: `bundle_record`, `bundle_too_large`.
    pub(super) fn read(source: impl Read, most: usize) -> Result<Self, BundleError> {
        let mut source = BufReader::with_capacity(PIECE, source);
        let (mut grown, mut heads) = (Frontier::default(), Vec::new());
        let fault = |number: usize| BundleError::Record { stream: HEADS, number: number as u64 };
        while step(&mut source, &mut grown).map_err(|_| fault(heads.len()))? {
            if heads.len() == most {
                return Err(BundleError::TooLarge(HEADS));
            }
            heads.push((grown.size(), grown.root()));
        }
        Ok(Self(heads))
    }

    /// The root of the head of this size, if it is one of them.
    pub fn root(&self, size: u64) -> Option<Digest> {
        let place = self.0.binary_search_by_key(&size, |(size, _)| *size).ok()?;
        Some(self.0[place].1)
    }

    /// The size and root to which all of them lead.
    pub fn last(&self) -> Option<(u64, Digest)> {
        self.0.last().copied()
    }
}

/// Grows by the next step; whether there was one.
fn step(source: &mut impl Read, grown: &mut Frontier) -> io::Result<bool> {
    let Some(size) = first_or_end(source)?.map(u64::from_be_bytes) else { return Ok(false) };
    let count = grown.subtrees_to(size);
    let hashes = (0..count).map(|_| array(source).map(Digest)).collect::<io::Result<Vec<_>>>()?;
    grown.grow(size, &hashes).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(true)
}
