//! Canonical JSON: vectors, round trips, and what a general writer would coerce.

use std::collections::{BTreeMap, HashMap};

use kaibiao_crypto::canonical::{CanonicalError, digest_of, parse, to_vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{from_hex, vectors};

#[derive(Deserialize)]
struct Vectors {
    good: Vec<Good>,
    bad: Vec<Bad>,
    written: Vec<Written>,
    unwritable: Vec<Unwritable>,
}

#[derive(Deserialize)]
struct Good {
    text: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Bad {
    name: String,
    hex: String,
    code: String,
}

#[derive(Deserialize)]
struct Written {
    json: String,
    canonical: String,
}

#[derive(Deserialize)]
struct Unwritable {
    json: String,
    code: String,
}

#[test]
fn canonical_texts_are_read_and_come_out_the_same() {
    for case in vectors::<Vectors>("canonical").good {
        let value = parse(case.text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", case.text));
        assert_eq!(value, serde_json::from_str::<Value>(&case.text).expect("canonical JSON is JSON"));
        assert_eq!(to_vec(&value).expect("it has a text"), case.text.as_bytes());
        assert_eq!(digest_of(&value).expect("it has a text").to_string(), case.sha256);
    }
}

#[test]
fn every_other_text_is_refused() {
    for case in vectors::<Vectors>("canonical").bad {
        let refused = parse(&from_hex(&case.hex)).expect_err(&case.name);
        assert_eq!(refused.code(), case.code, "{}", case.name);
    }
}

#[test]
fn values_get_their_one_text_or_none() {
    let vectors: Vectors = vectors("canonical");
    for case in vectors.written {
        let value: Value = serde_json::from_str(&case.json).expect("plain JSON");
        assert_eq!(to_vec(&value).expect("it has a text"), case.canonical.as_bytes());
    }
    for case in vectors.unwritable {
        let value: Value = serde_json::from_str(&case.json).expect("plain JSON");
        assert_eq!(to_vec(&value).expect_err(&case.json).code(), case.code, "{}", case.json);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Plain,
    One(u8),
    Two(u8, char),
    Named { z: Option<i64>, a: () },
}

#[derive(Serialize)]
struct Twice {
    a: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[test]
fn types_are_written_like_serde_json_with_sorted_keys() {
    let shapes = [Shape::Plain, Shape::One(1), Shape::Two(2, 'é'), Shape::Named { z: None, a: () }];
    let text = to_vec(&shapes).expect("all of these have a text");
    assert_eq!(text, r#"["plain",{"one":1},{"two":[2,"é"]},{"named":{"a":null,"z":null}}]"#.as_bytes());
    let map = HashMap::from([("b", (1_i8, true)), ("a", (i8::MIN, false))]);
    assert_eq!(to_vec(&map).expect("it has a text"), br#"{"a":[-128,false],"b":[1,true]}"#);
}

#[test]
fn nothing_is_coerced() {
    assert_eq!(to_vec(&f64::NAN), Err(CanonicalError::NumberForm));
    assert_eq!(to_vec(&1.0_f32), Err(CanonicalError::NumberForm));
    assert_eq!(to_vec(&u128::MAX), Err(CanonicalError::NumberRange));
    assert_eq!(to_vec(&i128::MIN), Err(CanonicalError::NumberRange));
    assert_eq!(to_vec(&BTreeMap::from([(1, 2)])), Err(CanonicalError::KeyForm));
    assert_eq!(to_vec(&BTreeMap::from([("a\"b", 2)])), Err(CanonicalError::KeyForm));
    let twice = Twice { a: 1, rest: BTreeMap::from([("a".to_owned(), 2)]) };
    assert_eq!(to_vec(&twice), Err(CanonicalError::KeyTwice));
}

fn value() -> impl Strategy<Value = Value> {
    let string = "[a-z\"\\\\/\u{0}-\u{1f}\u{7f}é招标😀]{0,8}".prop_map(Value::from);
    let integer = (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from);
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), integer, string];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z0-9_]{1,6}", inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in value()) {
        let text = to_vec(&value).expect("every value of the strategy has a text");
        prop_assert_eq!(parse(&text).expect("it was written canonically"), value);
    }

    #[test]
    fn what_is_read_is_written(value in value(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut text = to_vec(&value).expect("every value of the strategy has a text");
        let place = place.index(text.len());
        text[place] = byte;
        if let Ok(read) = parse(&text) {
            prop_assert_eq!(to_vec(&read).expect("what was read has a text"), text);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(read) = parse(&bytes) {
            prop_assert_eq!(to_vec(&read).expect("what was read has a text"), bytes);
        }
    }
}
