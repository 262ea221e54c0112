//! Manifests, the closed root over them, and texts that are no manifest.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::{EnvelopeKind, SubmissionId};
use kaibiao_crypto::manifest::{ClosedProof, Manifest, ManifestLine, closed_root};
use serde_json::{Value, json};

pub fn vectors() -> Value {
    let manifests: Vec<Manifest> = (0..5).map(manifest).collect();
    let digests: Vec<Digest> = manifests.iter().map(Manifest::digest).collect();
    let vector = |manifest: &Manifest| json!({"text": text(manifest), "sha256": manifest.digest()});
    let proof = |digest: &Digest| json!({"manifest_sha256": digest, "proof": ClosedProof::of(&digests, digest).expect("it stands")});
    json!({
        "about": "The text of a manifest, its digest, and the closed root over the digests, sorted.",
        "manifests": manifests.iter().map(vector).collect::<Vec<Value>>(),
        "closed_root": closed_root(&digests),
        "closed_root_of_none": closed_root(&[]),
        "closed_root_of_the_first": closed_root(&digests[..1]),
        "proofs": digests.iter().map(proof).collect::<Vec<Value>>(),
        "failures": failures(&text(&manifests[3])),
    })
}

fn text(manifest: &Manifest) -> String {
    String::from_utf8(manifest.to_bytes()).expect("JSON is UTF-8")
}

/// Bidder `n` hands in the first n % 4 + 1 envelopes.
fn manifest(n: u8) -> Manifest {
    let line = |envelope: EnvelopeKind| {
        let name = format!("bidder {n} envelope {}", envelope.number());
        let of = |what: &str| Digest::of(format!("{name} {what}").as_bytes());
        let submission = SubmissionId(std::array::from_fn(|i| of("submission").0[i]));
        ManifestLine { core_sha256: of("core"), envelope, root: of("root"), submission, total_len: 65_552 }
    };
    let count = usize::from(n % 4) + 1;
    Manifest::new(EnvelopeKind::ALL[..count].iter().copied().map(line).collect()).expect("ascending")
}

fn failures(good: &str) -> Vec<Value> {
    let lines: Vec<&str> =
        good.trim_matches(['[', ']']).split_inclusive("},").map(|l| l.trim_end_matches(',')).collect();
    let submission = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a line is JSON");
        value["submission"].as_str().expect("a string").to_owned()
    };
    let same_id = lines[1].replace(&submission(lines[1]), &submission(lines[0]));
    let cases = [
        ("no envelope", "[]".to_owned(), "manifest_empty"),
        ("descending", format!("[{},{}]", lines[1], lines[0]), "manifest_order"),
        ("one kind twice", format!("[{},{}]", lines[0], lines[0]), "manifest_order"),
        ("one submission id twice", format!("[{},{same_id}]", lines[0]), "manifest_submission_twice"),
        ("white space", format!("{good} "), "manifest_text"),
        ("a field too many", good.replacen("\"envelope\"", "\"e\":1,\"envelope\"", 1), "manifest_text"),
        ("a fraction", good.replacen("65552", "65552.5", 1), "manifest_text"),
        ("a fifth kind", good.replacen("\"envelope\":1", "\"envelope\":5", 1), "manifest_text"),
    ];
    let vector = |(name, text, code): (&str, String, &str)| {
        assert_eq!(
            Manifest::parse(text.as_bytes()).map_err(|error| error.code()).err(),
            Some(code),
            "{name}"
        );
        json!({"name": name, "text": text, "code": code})
    };
    cases.into_iter().map(vector).collect()
}
