//! The list of routes and its description.

use std::collections::BTreeSet;

use super::openapi::{description, openapi_path};
use super::{Route, routes};

#[test]
fn every_route_is_described_once() {
    let described = serde_json::to_value(description(&routes())).expect("JSON");
    let paths = described["paths"].as_object().expect("paths");
    for Route { method, path, .. } in routes() {
        let operation = &paths[&openapi_path(path)][method.as_str().to_lowercase()];
        assert!(operation["summary"].is_string(), "{method} {path} is not described");
        assert!(
            operation["tags"][0].as_str().is_some_and(|tag| !tag.is_empty()),
            "{method} {path} has no stage"
        );
    }
    let operations: usize = paths.values().map(|item| item.as_object().map_or(0, |item| item.len())).sum();
    assert_eq!(operations, routes().len() + 1, "the routes, and the rooms' socket");
}

#[test]
fn every_operation_has_its_own_name() {
    let described = serde_json::to_value(description(&routes())).expect("JSON");
    let items = described["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().expect("an item").values());
    let names: Vec<&str> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    assert!(names.contains(&"get_tenders_id_lots_lot_record"));
}
