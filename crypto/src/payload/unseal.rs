//! Opening: single segments in any order, or the whole payload in order with all its checks.

use std::io::{self, Read};
use std::ops::Range;

use serde_json::Value;

use super::document::Track;
use super::head::HEAD_LENGTH_BYTES;
use super::segment::{Layout, SegmentCipher};
use super::{Head, PayloadError, PayloadKey};
use crate::envelope::Core;
use crate::label::EnvelopeKind;

/// Decrypts single segments, in any order.
pub struct Opener {
    cipher: SegmentCipher,
    layout: Layout,
}

impl Opener {
    /// An opener for `total_len` bytes of ciphertext behind `core`.
    pub fn new(core: &Core, key: &PayloadKey, total_len: u64) -> Result<Self, PayloadError> {
        key.check(core)?;
        Ok(Self { cipher: SegmentCipher::new(core.digest(), key), layout: Layout::of_ciphertext(total_len)? })
    }

    /// Where the segments lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The plaintext of one segment, from exactly the bytes of its [`Layout::range`].
    pub fn open(&self, index: u32, ciphertext: &[u8]) -> Result<Vec<u8>, PayloadError> {
        let range = self.layout.range(index).ok_or(PayloadError::Length("there is no such segment"))?;
        if ciphertext.len() as u64 != range.end - range.start {
            return Err(PayloadError::Length("a segment of another length"));
        }
        self.cipher.open(index, self.layout.is_last(index), ciphertext)
    }
}

/// Opens a payload segment by segment, in order, and checks all that its head says. Holds one segment.
pub struct Unsealer {
    opener: Opener,
    kind: EnvelopeKind,
    next: u32,
    opened: Option<(Head, Track)>,
    /// A failure is final: what follows it says nothing.
    is_broken: bool,
}

impl Unsealer {
    /// An unsealer for `total_len` bytes of ciphertext behind `core`.
    pub fn new(core: &Core, key: &PayloadKey, total_len: u64) -> Result<Self, PayloadError> {
        let opener = Opener::new(core, key, total_len)?;
        Ok(Self { opener, kind: core.context().envelope, next: 0, opened: None, is_broken: false })
    }

    /// The bytes of ciphertext to push next, counted from the end of the core; `None` when all were.
    pub fn next_range(&self) -> Option<Range<u64>> {
        self.opener.layout.range(self.next)
    }

    /// The head, known after the first segment.
    pub fn head(&self) -> Option<&Head> {
        self.opened.as_ref().map(|(head, _)| head)
    }

    /// Opens the next segment; after an error no other will do. `sink` is called with the index of a document and
    /// its next bytes; what it has got is only to be believed once [`Self::finish`] was reached.
    pub fn push(
        &mut self,
        ciphertext: &[u8],
        sink: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
    ) -> Result<(), PayloadError> {
        let result = self.step(ciphertext, sink);
        self.is_broken |= result.is_err();
        result
    }

    fn step(
        &mut self,
        ciphertext: &[u8],
        sink: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
    ) -> Result<(), PayloadError> {
        if self.is_broken {
            return Err(PayloadError::Length("the payload was refused already"));
        }
        let plaintext = self.opener.open(self.next, ciphertext)?;
        self.next += 1;
        let (track, mut rest) = match &mut self.opened {
            Some((_, track)) => (track, plaintext.as_slice()),
            empty @ None => {
                let (head, rest) = read_head(&plaintext, self.kind, self.opener.layout.plaintext_len())?;
                let track = Track::new(head.documents.clone())?;
                let (_, track) = empty.insert((head, track));
                (track, rest)
            }
        };
        while !rest.is_empty() {
            let Some((document, length)) = track.take(rest)? else {
                let is_zeros = rest.iter().all(|byte| *byte == 0);
                return if is_zeros { Ok(()) } else { Err(PayloadError::Padding) };
            };
            sink(document, &rest[..length])?;
            rest = &rest[length..];
        }
        Ok(())
    }

    /// The head, once every segment was pushed and every document was the one that it names.
    pub fn finish(self) -> Result<Head, PayloadError> {
        let is_all = self.next == self.opener.layout.segments() && !self.is_broken;
        match self.opened {
            Some((head, track)) if is_all && track.is_complete() => Ok(head),
            Some(_) | None => Err(PayloadError::Length("segments are missing")),
        }
    }
}

fn read_head(
    plaintext: &[u8],
    kind: EnvelopeKind,
    plaintext_len: u64,
) -> Result<(Head, &[u8]), PayloadError> {
    let (length, rest) =
        plaintext.split_first_chunk::<HEAD_LENGTH_BYTES>().ok_or(PayloadError::Head("too short"))?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| PayloadError::Head("too long"))?;
    let (text, rest) = rest.split_at_checked(length).ok_or(PayloadError::Head("longer than its payload"))?;
    let head = Head::parse(text, kind)?;
    if head.plaintext_len(text.len(), kind)? != plaintext_len {
        return Err(PayloadError::Length("the plaintext is not as long as its head makes it"));
    }
    Ok((head, rest))
}

/// Opens a whole payload from a reader that stands behind the core.
pub fn unseal<R: Read>(
    core: &Core,
    key: &PayloadKey,
    total_len: u64,
    mut ciphertext: R,
    sink: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
) -> Result<Head, PayloadError> {
    let mut unsealer = Unsealer::new(core, key, total_len)?;
    let mut segment = Vec::new();
    while let Some(range) = unsealer.next_range() {
        segment.clear();
        // A short read leaves a short segment, which is refused by its length.
        ciphertext.by_ref().take(range.end - range.start).read_to_end(&mut segment)?;
        unsealer.push(&segment, sink)?;
    }
    unsealer.finish()
}

/// Opens a statement (envelopes 3 and 4) from all its ciphertext.
pub fn open_statement(core: &Core, key: &PayloadKey, ciphertext: &[u8]) -> Result<Value, PayloadError> {
    let head = unseal(core, key, ciphertext.len() as u64, ciphertext, &mut |_, _| Ok(()))?;
    head.statement.ok_or(PayloadError::Head("not what this kind of envelope holds"))
}
