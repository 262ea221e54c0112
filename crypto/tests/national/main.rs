//! The national algorithms against `crypto/vectors/national.json`, the examples of the standards, OpenSSL, what
//! `sm-crypto-v2` signed and encrypted, and hostile bytes.

mod hostile;
mod openssl;
mod peer;
mod vectors;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A file of vectors.
fn file(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    let text = std::fs::read_to_string(path).expect("the vectors are committed");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value[name].as_array().expect("a list");
    assert!(!items.is_empty(), "{name}: a list of vectors that checks nothing");
    items
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is not text in {value}"))
}

fn hex_bytes(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(text(value, name)).expect("hexadecimal digits")
}

fn array<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    hex_bytes(value, name).try_into().expect("the length of the format")
}

fn base64_bytes(value: &Value, name: &str) -> Vec<u8> {
    STANDARD.decode(text(value, name)).expect("base64")
}

fn parsed<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> T {
    serde_json::from_value(value[name].clone()).unwrap_or_else(|error| panic!("{name}: {error} in {value}"))
}
