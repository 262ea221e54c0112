//! Documents as bytes go by: their roots, and whether they are those that a head names.

use super::{DocumentHead, PayloadError, SEGMENT_BYTES};
use crate::digest::{Digest, Hasher};
use crate::tree;

/// The size and the root of a document whose bytes arrive in any chunks: the RFC 6962 tree head over the SHA-256
/// digests of its segments of 1 MiB. An empty document has one empty segment.
#[derive(Default)]
pub struct DocumentHasher {
    segment: Hasher,
    filled: usize,
    digests: Vec<Digest>,
    size: u64,
}

impl DocumentHasher {
    /// A hasher that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.size += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.filled == SEGMENT_BYTES {
                self.digests.push(std::mem::take(&mut self.segment).finish());
                self.filled = 0;
            }
            let (now, later) = bytes.split_at(bytes.len().min(SEGMENT_BYTES - self.filled));
            self.segment.update(now);
            self.filled += now.len();
            bytes = later;
        }
    }

    /// Bytes seen so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of what was seen.
    pub fn finish(mut self) -> Digest {
        self.digests.push(self.segment.finish());
        tree::root_of_digests(&self.digests)
    }
}

/// Follows the documents of a head, one after another, through their bytes.
pub(super) struct Track {
    documents: Vec<DocumentHead>,
    at: usize,
    hasher: DocumentHasher,
}

impl Track {
    pub(super) fn new(documents: Vec<DocumentHead>) -> Result<Self, PayloadError> {
        let mut track = Self { documents, at: 0, hasher: DocumentHasher::new() };
        track.close_complete()?;
        Ok(track)
    }

    /// Takes what belongs to the current document off the front of `bytes`: its index and the length taken.
    /// `None` when all documents are complete.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Option<(usize, usize)>, PayloadError> {
        let at = self.at;
        let Some(document) = self.documents.get(at) else {
            return Ok(None);
        };
        let missing = usize::try_from(document.size - self.hasher.size()).unwrap_or(usize::MAX);
        let length = bytes.len().min(missing);
        self.hasher.update(&bytes[..length]);
        self.close_complete()?;
        Ok(Some((at, length)))
    }

    pub(super) fn is_complete(&self) -> bool {
        self.at == self.documents.len()
    }

    fn close_complete(&mut self) -> Result<(), PayloadError> {
        while self.documents.get(self.at).is_some_and(|document| document.size == self.hasher.size()) {
            let root = std::mem::take(&mut self.hasher).finish();
            if root != self.documents[self.at].root {
                return Err(PayloadError::Document(self.at));
            }
            self.at += 1;
        }
        Ok(())
    }
}
