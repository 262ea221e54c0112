//! Writes the vectors of format TL1 and of the national algorithms into `crypto/vectors`: `cargo run -p kaibiao-crypto --example make_vectors`.
//!
//! Everything is derived from fixed names, so a second run writes the same bytes; a difference in version control
//! is a change of the format. The secrets in these files are for vectors and nothing else.

mod beacon;
mod cast;
mod committee;
mod envelope;
mod failures;
mod lock;
mod manifest;
mod national;
mod payload;
mod reshare;

use std::path::Path;

use serde_json::Value;

use cast::Cast;

fn main() -> std::io::Result<()> {
    let cast = Cast::new();
    write("tl1_lock.json", &lock::vectors(&cast))?;
    write("tl1_committee.json", &committee::vectors(&cast))?;
    write("tl1_reshare.json", &reshare::vectors(&cast))?;
    write("tl1_envelope.json", &envelope::vectors(&cast))?;
    write("tl1_beacon.json", &beacon::vectors(&cast))?;
    write("tl1_payload.json", &payload::vectors(&cast))?;
    write("tl1_manifest.json", &manifest::vectors())?;
    write("national.json", &national::vectors(&cast))
}

fn write(name: &str, vectors: &Value) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(vectors).expect("a JSON value has a text");
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name), text + "\n")
}
