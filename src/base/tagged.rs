//! Commands from the type and body of an act.

use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use serde_json::Value;

/// Reads an enum that is tagged by `type` with its content in `body`. The type comes first: a body that comes before its
/// type is known would be copied aside.
pub(crate) fn tagged<T: DeserializeOwned>(kind: &str, body: Value) -> Result<T, serde_json::Error> {
    let fields = [("type", Value::from(kind)), ("body", body)];
    T::deserialize(MapDeserializer::new(fields.into_iter()))
}
