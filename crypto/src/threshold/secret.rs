//! Secrets as text: what a custodian keeps on its own disk. Every copy made here is overwritten when dropped.

use std::io;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use crate::lock::SCALAR_BYTES;

/// 32 secret bytes as 64 lower-case hexadecimal digits.
pub(super) struct SecretText(pub(super) Zeroizing<[u8; SCALAR_BYTES]>);

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = Zeroizing::new([0; 2 * SCALAR_BYTES]);
        hex::encode_to_slice(self.0.as_ref(), digits.as_mut()).expect("two digits for each byte");
        serializer.serialize_str(std::str::from_utf8(digits.as_ref()).expect("digits are ASCII"))
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let mut bytes = Zeroizing::new([0; SCALAR_BYTES]);
        let is_lower_case = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        if !is_lower_case || hex::decode_to_slice(text.as_bytes(), bytes.as_mut()).is_err() {
            return Err(de::Error::custom("expected 64 lower-case hexadecimal digits"));
        }
        Ok(Self(bytes))
    }
}

/// The JSON of a value with secrets. Its length is counted first, so that no growing buffer leaves a copy behind.
pub(super) fn secret_json<T: Serialize>(value: &T) -> Zeroizing<String> {
    let mut length = Count(0);
    serde_json::to_writer(&mut length, value).expect("saved values are plain JSON");
    let mut text = Vec::with_capacity(length.0);
    serde_json::to_writer(&mut text, value).expect("saved values are plain JSON");
    Zeroizing::new(String::from_utf8(text).expect("JSON is UTF-8"))
}

struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
