//! The writer: any serialisable value to its canonical text.

use serde::Serialize;
use serde_json::Value;

use super::{CanonicalError, DEPTH_MAX, INTEGER_MAX, is_key, is_nfc};

pub(super) fn write<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|_| CanonicalError::Unwritable)?;
    let mut text = Vec::new();
    write_value(&value, 0, &mut text)?;
    Ok(text)
}

fn write_value(value: &Value, depth: usize, text: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Null => text.extend_from_slice(b"null"),
        Value::Bool(flag) => text.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Number(number) => {
            let size = match (number.as_i64(), number.as_u64()) {
                (Some(signed), _) => signed.unsigned_abs(),
                (None, Some(size)) => size,
                (None, None) => return Err(CanonicalError::NumberForm),
            };
            if size > INTEGER_MAX {
                return Err(CanonicalError::NumberRange);
            }
            text.extend_from_slice(number.to_string().as_bytes());
        }
        Value::String(string) => write_string(string, text)?,
        Value::Array(_) | Value::Object(_) if depth == DEPTH_MAX => return Err(CanonicalError::TooDeep),
        Value::Array(array) => {
            text.push(b'[');
            for (position, element) in array.iter().enumerate() {
                if position > 0 {
                    text.push(b',');
                }
                write_value(element, depth + 1, text)?;
            }
            text.push(b']');
        }
        Value::Object(object) => {
            let mut pairs: Vec<_> = object.iter().collect();
            pairs.sort_by_key(|(key, _)| key.as_str());
            text.push(b'{');
            for (position, (key, element)) in pairs.into_iter().enumerate() {
                if !is_key(key) {
                    return Err(CanonicalError::KeyForm);
                }
                if position > 0 {
                    text.push(b',');
                }
                write_string(key, text)?;
                text.push(b':');
                write_value(element, depth + 1, text)?;
            }
            text.push(b'}');
        }
    }
    Ok(())
}

pub(super) fn write_string(string: &str, text: &mut Vec<u8>) -> Result<(), CanonicalError> {
    if !is_nfc(string) {
        return Err(CanonicalError::NotNfc);
    }
    text.push(b'"');
    for byte in string.bytes() {
        match byte {
            b'"' => text.extend_from_slice(b"\\\""),
            b'\\' => text.extend_from_slice(b"\\\\"),
            0x08 => text.extend_from_slice(b"\\b"),
            b'\t' => text.extend_from_slice(b"\\t"),
            b'\n' => text.extend_from_slice(b"\\n"),
            0x0c => text.extend_from_slice(b"\\f"),
            b'\r' => text.extend_from_slice(b"\\r"),
            0..=0x1f => text.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => text.push(byte),
        }
    }
    text.push(b'"');
    Ok(())
}
