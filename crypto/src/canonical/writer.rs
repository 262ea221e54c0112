//! The writer: any serialisable value straight to its canonical text.
//!
//! *Invariant*: nothing is coerced. What has no canonical text is refused, where a general writer would turn a NaN
//! into null, keep the last of two equal keys, or round an integer.

mod array;
mod object;

use std::fmt::Display;

use serde::{Serialize, Serializer, ser};

use super::{CanonicalError, DEPTH_MAX, INTEGER_MAX, is_key, is_nfc};
use array::ArrayWriter;
use object::ObjectWriter;

type Written = Result<(), CanonicalError>;

pub(super) fn write<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let mut writer = Writer { text: Vec::with_capacity(256), depth: 0 };
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

/// The text so far and how many arrays and objects are open.
struct Writer {
    text: Vec<u8>,
    depth: usize,
}

impl Writer {
    fn open(&mut self, bracket: u8) -> Written {
        if self.depth == DEPTH_MAX {
            return Err(CanonicalError::TooDeep);
        }
        self.depth += 1;
        self.text.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        self.text.push(bracket);
    }

    /// `{"variant":` of an enum's variant that holds data; the caller writes the data and closes the object.
    fn open_variant(&mut self, variant: &str) -> Written {
        if !is_key(variant) {
            return Err(CanonicalError::KeyForm);
        }
        self.open(b'{')?;
        self.string(variant)?;
        self.text.push(b':');
        Ok(())
    }

    fn word(&mut self, word: &str) -> Written {
        self.text.extend_from_slice(word.as_bytes());
        Ok(())
    }

    fn integer(&mut self, value: i128) -> Written {
        if value.unsigned_abs() > u128::from(INTEGER_MAX) {
            return Err(CanonicalError::NumberRange);
        }
        self.word(&value.to_string())
    }

    fn string(&mut self, string: &str) -> Written {
        if !is_nfc(string) {
            return Err(CanonicalError::NotNfc);
        }
        self.text.push(b'"');
        let mut rest = string.as_bytes();
        while let Some(place) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            self.text.extend_from_slice(&rest[..place]);
            match rest[place] {
                b'"' => self.text.extend_from_slice(b"\\\""),
                b'\\' => self.text.extend_from_slice(b"\\\\"),
                0x08 => self.text.extend_from_slice(b"\\b"),
                b'\t' => self.text.extend_from_slice(b"\\t"),
                b'\n' => self.text.extend_from_slice(b"\\n"),
                0x0c => self.text.extend_from_slice(b"\\f"),
                b'\r' => self.text.extend_from_slice(b"\\r"),
                control => self.text.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
            }
            rest = &rest[place + 1..];
        }
        self.text.extend_from_slice(rest);
        self.text.push(b'"');
        Ok(())
    }
}

impl ser::Error for CanonicalError {
    fn custom<T: Display>(_: T) -> Self {
        Self::Unwritable
    }
}

macro_rules! integers {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method(self, value: $kind) -> Written {
            self.integer(i128::from(value))
        })*
    };
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = ArrayWriter<'a>;
    type SerializeTuple = ArrayWriter<'a>;
    type SerializeTupleStruct = ArrayWriter<'a>;
    type SerializeTupleVariant = ArrayWriter<'a>;
    type SerializeMap = ObjectWriter<'a>;
    type SerializeStruct = ObjectWriter<'a>;
    type SerializeStructVariant = ObjectWriter<'a>;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_u128(self, value: u128) -> Written {
        self.integer(i128::try_from(value).map_err(|_| CanonicalError::NumberRange)?)
    }

    fn serialize_bool(self, value: bool) -> Written {
        self.word(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, _: f32) -> Written {
        Err(CanonicalError::NumberForm)
    }

    fn serialize_f64(self, _: f64) -> Written {
        Err(CanonicalError::NumberForm)
    }

    fn serialize_char(self, value: char) -> Written {
        self.string(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.string(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(CanonicalError::Unwritable)
    }

    fn serialize_none(self) -> Written {
        self.word("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.word("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.word("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        self.open_variant(variant)?;
        value.serialize(&mut *self)?;
        self.close(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ArrayWriter<'a>, CanonicalError> {
        ArrayWriter::begin(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<ArrayWriter<'a>, CanonicalError> {
        ArrayWriter::begin(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ArrayWriter<'a>, CanonicalError> {
        ArrayWriter::begin(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ArrayWriter<'a>, CanonicalError> {
        self.open_variant(variant)?;
        ArrayWriter::begin(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<ObjectWriter<'a>, CanonicalError> {
        ObjectWriter::begin(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<ObjectWriter<'a>, CanonicalError> {
        ObjectWriter::begin(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ObjectWriter<'a>, CanonicalError> {
        self.open_variant(variant)?;
        ObjectWriter::begin(self)
    }
}
