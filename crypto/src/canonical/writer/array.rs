//! Arrays: sequences, tuples, and the data of tuple variants.

use serde::{Serialize, ser};

use super::{Writer, Written};
use crate::canonical::CanonicalError;

pub(super) struct ArrayWriter<'a> {
    writer: &'a mut Writer,
    is_empty: bool,
}

impl<'a> ArrayWriter<'a> {
    pub(super) fn begin(writer: &'a mut Writer) -> Result<Self, CanonicalError> {
        writer.open(b'[')?;
        Ok(Self { writer, is_empty: true })
    }

    fn element<T: Serialize + ?Sized>(&mut self, element: &T) -> Written {
        if !self.is_empty {
            self.writer.text.push(b',');
        }
        self.is_empty = false;
        element.serialize(&mut *self.writer)
    }

    fn finish(self) -> &'a mut Writer {
        self.writer.close(b']');
        self.writer
    }
}

impl ser::SerializeSeq for ArrayWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Written {
        self.element(element)
    }

    fn end(self) -> Written {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeTuple for ArrayWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Written {
        self.element(element)
    }

    fn end(self) -> Written {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeTupleStruct for ArrayWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, element: &T) -> Written {
        self.element(element)
    }

    fn end(self) -> Written {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeTupleVariant for ArrayWriter<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, element: &T) -> Written {
        self.element(element)
    }

    fn end(self) -> Written {
        self.finish().close(b'}');
        Ok(())
    }
}
