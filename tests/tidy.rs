//! The shape of the house as a test: which module may know which, who may read the clock, how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path())
        {
            // Tests beside the code may use what the code may not.
            let is_of_tests = entry.file_stem().is_some_and(|name| name == "tests" || name == "fixture");
            if is_of_tests {
                continue;
            }
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&entry).expect("a source");
                found.push((entry, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has sources");
    found
}

/// Lines that are neither comment nor test module.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn forbid(folder: &str, words: &[&str], why: &str) {
    for (path, text) in sources(folder) {
        for line in code(&text) {
            for word in words {
                assert!(!line.contains(word), "{}: `{word}` — {why}\n    {line}", path.display());
            }
        }
    }
}

const EDGES: [&str; 12] = [
    "crate::store",
    "crate::files",
    "crate::ledger",
    "crate::identity",
    "crate::custody",
    "crate::jobs",
    "crate::http",
    "crate::live",
    "crate::signer",
    "crate::witness",
    "tokio",
    "axum",
];

#[test]
fn the_core_knows_no_edge() {
    for core in ["src/base", "src/formula", "src/law", "src/tender", "src/centre", "src/replay", "src/ocds"] {
        forbid(core, &EDGES, "the core is pure");
        forbid(
            core,
            &["std::fs", "std::net", "std::env", "SystemTime", "ring::rand"],
            "the core is deterministic",
        );
    }
}

#[test]
fn the_core_decides_without_cryptography() {
    for core in ["src/tender", "src/centre", "src/formula", "src/law"] {
        forbid(core, &["kaibiao_crypto", "Digest::of"], "what must be hashed comes in the context");
    }
}

#[test]
fn arrows_of_the_core_point_one_way() {
    forbid(
        "src/base",
        &["crate::formula", "crate::law", "crate::tender", "crate::centre", "crate::replay"],
        "base is read by all",
    );
    forbid(
        "src/formula",
        &["crate::law", "crate::tender", "crate::centre", "crate::replay"],
        "formula reads base",
    );
    forbid(
        "src/law",
        &["crate::formula", "crate::tender", "crate::centre", "crate::replay"],
        "law reads base",
    );
    forbid("src/tender", &["crate::centre", "crate::replay"], "a tender does not know the register");
    forbid("src/centre", &["crate::tender", "crate::replay"], "the register does not know tenders");
    forbid("src/ocds", &["crate::centre", "crate::replay"], "open data reads the tender");
    forbid("src/tender", &["crate::ocds"], "open data reads the tender, never the reverse");
}

#[test]
fn written_formats_know_nothing_of_the_house() {
    forbid("crypto/src", &["kaibiao::", "std::fs", "std::net", "tokio"], "crypto has no I/O");
}

#[test]
fn a_custodian_shares_nothing_with_the_platform() {
    let platform =
        ["crate::ledger", "crate::store", "crate::custody", "crate::http", "crate::jobs", "crate::identity"];
    forbid("src/custodian", &platform, "a custodian believes no state of the platform");
}

#[test]
fn signer_and_witness_believe_proofs_alone() {
    let house = [
        "crate::ledger",
        "crate::store",
        "crate::custody",
        "crate::http",
        "crate::jobs",
        "crate::identity",
        "crate::tender",
        "crate::centre",
        "crate::replay",
    ];
    forbid("src/signer", &house, "a signer knows heads, not what stands under them");
    forbid("src/witness", &house, "a witness knows heads, not what stands under them");
}

#[test]
fn only_the_store_has_sql_and_only_http_and_live_name_axum() {
    for (path, text) in sources("src") {
        let inside = |folder: &str| path.to_string_lossy().contains(&format!("/src/{folder}"));
        for line in code(&text) {
            // A custodian is a program of its own, with its own small state and its own door.
            let may = inside("store") || inside("custodian");
            assert!(may || !line.contains("sqlx::"), "{}: SQL outside the store", path.display());
            let may = inside("http") || inside("live") || inside("platform");
            let may =
                may || inside("custodian/server") || inside("signer/server") || inside("witness/server");
            assert!(may || !line.contains("axum::"), "{}: axum outside http and live", path.display());
        }
    }
}

#[test]
fn files_can_be_held_in_mind() {
    for folder in ["src", "crypto/src"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 620, "{}: {lines} lines; make it a folder", path.display());
            assert!(text.starts_with("//!"), "{}: a module opens with what it is", path.display());
        }
    }
}
