//! Objects: maps, structs, and the data of struct variants. Keys may come in any order and leave in theirs.

use std::ops::Range;

use serde::{Serialize, ser};

use super::{Writer, Written};
use crate::canonical::{CanonicalError, is_key};

pub(super) struct ObjectWriter<'a> {
    writer: &'a mut Writer,
    /// Where the first pair begins in the text.
    start: usize,
    pairs: Vec<Pair>,
}

/// Where one pair stands in the text, without the comma.
struct Pair {
    /// The key, without its quotes.
    key: Range<usize>,
    end: usize,
}

impl<'a> ObjectWriter<'a> {
    pub(super) fn begin(writer: &'a mut Writer) -> Result<Self, CanonicalError> {
        writer.open(b'{')?;
        let start = writer.text.len();
        Ok(Self { writer, start, pairs: Vec::new() })
    }

    /// Writes the key like any value: what is not a plain string then has no key's form.
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        if !self.pairs.is_empty() {
            self.writer.text.push(b',');
        }
        let start = self.writer.text.len();
        key.serialize(&mut *self.writer)?;
        let end = self.writer.text.len();
        let written = str::from_utf8(&self.writer.text[start..end]).ok();
        let key = written.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        if !key.is_some_and(is_key) {
            return Err(CanonicalError::KeyForm);
        }
        self.writer.text.push(b':');
        self.pairs.push(Pair { key: start + 1..end - 1, end });
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut *self.writer)?;
        // Serde asks for a value only after its key.
        let pair = self.pairs.last_mut().ok_or(CanonicalError::Unwritable)?;
        pair.end = self.writer.text.len();
        Ok(())
    }

    fn finish(mut self) -> Result<&'a mut Writer, CanonicalError> {
        self.sort()?;
        self.writer.close(b'}');
        Ok(self.writer)
    }

    /// Puts the pairs in the order of their keys; most of our types have them in order already.
    fn sort(&mut self) -> Written {
        let text = &self.writer.text;
        let key = |pair: &Pair| &text[pair.key.clone()];
        if self.pairs.is_sorted_by(|one, next| key(one) < key(next)) {
            return Ok(());
        }
        self.pairs.sort_by(|one, other| key(one).cmp(key(other)));
        if self.pairs.windows(2).any(|two| key(&two[0]) == key(&two[1])) {
            return Err(CanonicalError::KeyTwice);
        }
        let sorted: Vec<&[u8]> = self.pairs.iter().map(|pair| &text[pair.key.start - 1..pair.end]).collect();
        let sorted = sorted.join(&b',');
        self.writer.text.truncate(self.start);
        self.writer.text.extend_from_slice(&sorted);
        Ok(())
    }
}

impl ser::SerializeMap for ObjectWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.value(value)
    }

    fn end(self) -> Written {
        self.finish().map(|_| ())
    }
}

impl ser::SerializeStruct for ObjectWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.key(key)?;
        self.value(value)
    }

    fn end(self) -> Written {
        self.finish().map(|_| ())
    }
}

impl ser::SerializeStructVariant for ObjectWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.key(key)?;
        self.value(value)
    }

    fn end(self) -> Written {
        self.finish()?.close(b'}');
        Ok(())
    }
}
