//! The fields of labels and contexts: `u8 tag || u16 length || value`.

use super::{EnvelopeKind, LabelError, LotId};
use crate::digest::Digest;

/// Writes the fields 01 and 02, with which all contexts and most labels begin.
pub(super) fn put_fields(bytes: &mut Vec<u8>, tender: &Digest, lot: &LotId) {
    put(bytes, 1, tender.as_bytes());
    put(bytes, 2, lot.as_str().as_bytes());
}

/// Writes one field.
pub(super) fn put(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    let length = u16::try_from(value.len()).expect("every field is at most 32 bytes");
    bytes.push(tag);
    bytes.extend(length.to_be_bytes());
    bytes.extend(value);
}

/// The fields not yet read. All fields are required, so reading them by tag also enforces their order.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn value(&mut self, tag: u8) -> Result<&'a [u8], LabelError> {
        let [found, high, low, rest @ ..] = self.0 else {
            return Err(LabelError::Encoding("too short"));
        };
        if *found != tag {
            return Err(LabelError::Encoding("a tag is missing, unknown or out of order"));
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (value, rest) = rest.split_at_checked(length).ok_or(LabelError::Encoding("too short"))?;
        self.0 = rest;
        Ok(value)
    }

    pub(super) fn array<const N: usize>(&mut self, tag: u8) -> Result<[u8; N], LabelError> {
        self.value(tag)?.try_into().map_err(|_| LabelError::Encoding("a value of another length"))
    }

    pub(super) fn digest(&mut self, tag: u8) -> Result<Digest, LabelError> {
        self.array(tag).map(Digest)
    }

    pub(super) fn lot(&mut self) -> Result<LotId, LabelError> {
        std::str::from_utf8(self.value(2)?).map_err(|_| LabelError::Lot)?.parse()
    }

    pub(super) fn envelope(&mut self) -> Result<EnvelopeKind, LabelError> {
        let [number] = self.array(3)?;
        EnvelopeKind::from_number(number)
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn end(&self) -> Result<(), LabelError> {
        if self.0.is_empty() { Ok(()) } else { Err(LabelError::Encoding("bytes left over")) }
    }
}
