//! The public log: signed head, hash tiles (C2SP tlog-tiles), consistency of heads. Entries are never public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::App;
use super::extract::{PathOf, QueryOf};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::Digest;
use crate::ledger::Head;

/// Hashes in a full tile.
const TILE_WIDTH: u16 = 256;
/// A year: a full tile never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

pub(super) fn routes() -> Vec<Route> {
    let tile =
        "Hash tile: `{level}/{index}` or `{level}/{index}.p/{width}`, the index in groups of three digits.";
    tagged(
        "log",
        vec![
            Route::get(
                "/log/checkpoint",
                Who::Anyone,
                "The newest head that a quorum of witnesses has cosigned.",
                get(checkpoint),
            )
            .gives_as(200, Some("text/plain; charset=utf-8"), "C2SP tlog-checkpoint."),
            Route::get(
                "/log/checkpoint/signed",
                Who::Anyone,
                "The newest head that the log has signed; witnesses may not have seen it yet.",
                get(signed),
            )
            .gives_as(200, Some("text/plain; charset=utf-8"), "C2SP tlog-checkpoint."),
            Route::get("/log/tile/{level}/{*index}", Who::Anyone, tile, get(tile_of)).gives_as(
                200,
                Some("application/octet-stream"),
                "Hashes of 32 bytes, at most 256.",
            ),
            Route::get(
                "/api/log/consistency",
                Who::Anyone,
                "That a newer head contains an older one.",
                get(consistency),
            )
            .query(&[("from", "Size of the older head."), ("to", "Size of the newer head.")])
            .gives("`{from, to, proof}`, hashes in base64."),
        ],
    )
}

async fn checkpoint(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    note_of(app.ledger.witnessed())
}

async fn signed(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    note_of(Some(app.ledger.head()))
}

fn note_of(head: Option<Head>) -> Result<impl IntoResponse, Problem> {
    let note = head.and_then(|head| head.note).ok_or_else(|| Problem::unknown("unknown_head"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note.to_text()))
}

async fn tile_of(
    State(app): State<Arc<App>>,
    PathOf((level, path)): PathOf<(u8, String)>,
) -> Result<impl IntoResponse, Problem> {
    let unknown = || Problem::unknown("unknown_tile");
    let (index, width) = parse_tile(&path).ok_or_else(unknown)?;
    let hashes = app.ledger.tile(level, index, width);
    if hashes.len() != usize::from(width) {
        return Err(unknown());
    }
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOREVER)];
    Ok((headers, bytes))
}

/// Index and width of a tile's path: `x001/x234/067`, or with `.p/<width>` (tlog-tiles, "Merkle Tree").
fn parse_tile(path: &str) -> Option<(u64, u16)> {
    let (index, width) = match path.split_once(".p/") {
        None => (path, TILE_WIDTH),
        Some((index, width)) => {
            let plain = width.bytes().all(|b| b.is_ascii_digit()) && !width.starts_with('0');
            (index, width.parse().ok().filter(|width| plain && (1..TILE_WIDTH).contains(width))?)
        }
    };
    let mut groups = index.split('/').rev();
    let mut value: u64 = three_digits(groups.next()?)?;
    let mut unit: u64 = 1000;
    let mut first = value;
    for group in groups {
        first = three_digits(group.strip_prefix('x')?)?;
        value = value.checked_add(first.checked_mul(unit)?)?;
        unit = unit.checked_mul(1000)?;
    }
    // One written form: no leading group of zeros.
    (unit == 1000 || first != 0).then_some((value, width))
}

fn three_digits(text: &str) -> Option<u64> {
    let is_digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}

#[derive(Deserialize)]
struct Sizes {
    from: u64,
    to: u64,
}

async fn consistency(
    State(app): State<Arc<App>>,
    QueryOf(sizes): QueryOf<Sizes>,
) -> Result<Json<Value>, Problem> {
    let proof = app.ledger.consistency(sizes.from, sizes.to);
    let proof = proof.map_err(|error| Problem::unknown("unknown_head").with("reason", error.code()))?;
    let base64 = |hash: &Digest| STANDARD.encode(hash.as_bytes());
    let hashes: Vec<String> = proof.iter().map(base64).collect();
    Ok(Json(json!({ "from": sizes.from, "to": sizes.to, "proof": hashes })))
}

#[cfg(test)]
mod tests {
    use super::parse_tile;

    #[test]
    fn a_tile_has_one_written_form() {
        assert_eq!(parse_tile("000"), Some((0, 256)));
        assert_eq!(parse_tile("067.p/3"), Some((67, 3)));
        assert_eq!(parse_tile("x001/x234/067"), Some((1_234_067, 256)));
        for path in [
            "",
            "0",
            "67",
            "1067",
            "x000/067",
            "x001/67",
            "001/067",
            "000.p/0",
            "000.p/256",
            "000.p/03",
            "000.p/+3",
            "x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(parse_tile(path), None, "{path}");
        }
    }
}
