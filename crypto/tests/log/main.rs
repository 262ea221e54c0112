//! The written formats of the log against `crypto/vectors/log_*.json`, against their definitions, and against
//! random and broken input.

mod act;
mod canonical;
mod draw;
mod entry;
mod key;
mod receipt;
mod signatures;
mod tree;

#[expect(dead_code, reason = "the cases here have no longer form")]
#[path = "../../../tests/support/drill.rs"]
mod drill;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::digest::Digest;
use serde::de::DeserializeOwned;

/// The vectors of one format.
fn vectors<T: DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/vectors/log_{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).expect("the vectors are part of the crate");
    serde_json::from_slice(&text).expect("the vectors have the shape that the test reads")
}

fn from_hex(text: &str) -> Vec<u8> {
    hex::decode(text).expect("vectors hold good hexadecimal digits")
}

fn from_base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("vectors hold good base64")
}

/// A digest that depends on nothing but `number`.
fn numbered(number: usize) -> Digest {
    Digest::of(&number.to_be_bytes())
}
