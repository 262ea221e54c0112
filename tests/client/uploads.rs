//! A tus server that keeps what it gets in memory and fails as it is told.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::payload::{SEGMENT_BYTES, TAG_BYTES};
use kaibiao_crypto::tree::root_of_digests;

use crate::house::{House, Shared};

/// One upload.
#[derive(Default, Clone)]
pub(crate) struct Stored {
    length: usize,
    core_len: usize,
    pub(crate) bytes: Vec<u8>,
}

/// The uploads, and how the line behaves.
#[derive(Default)]
pub(crate) struct Uploads {
    pub(crate) by_submission: BTreeMap<String, Stored>,
    /// Parts that are still taken; after them the server fails. None: all.
    pub(crate) parts_left: Option<u32>,
    /// The next part is stored, but its answer is a failure.
    pub(crate) loses_next_answer: bool,
    /// Parts that were stored, in bytes.
    pub(crate) parts: Vec<usize>,
    /// Says another root than it keeps.
    pub(crate) lies: bool,
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub(crate) async fn create(State(house): State<Shared>, headers: HeaderMap) -> Response {
    if text(&headers, "x-kaibiao-csrf") != "1" || text(&headers, "tus-resumable") != "1.0.0" {
        return StatusCode::FORBIDDEN.into_response();
    }
    let metadata: BTreeMap<&str, String> = text(&headers, "upload-metadata")
        .split(',')
        .filter_map(|pair| pair.split_once(' '))
        .map(|(name, value)| {
            let value = STANDARD.decode(value).expect("base64");
            (name, String::from_utf8(value).expect("text"))
        })
        .collect();
    assert_eq!(metadata["purpose"], "envelope");
    let stored = Stored {
        length: text(&headers, "upload-length").parse().expect("a length"),
        core_len: metadata["core_len"].parse().expect("a length"),
        bytes: Vec::new(),
    };
    let submission = metadata["submission"].clone();
    let mut house = house.lock().await;
    let is_new = !house.uploads.by_submission.contains_key(&submission);
    house.uploads.by_submission.entry(submission.clone()).or_insert(stored);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::CONFLICT };
    (status, [("location", format!("/api/uploads/{submission}"))]).into_response()
}

pub(crate) async fn offset(State(house): State<Shared>, Path(id): Path<String>) -> Response {
    match house.lock().await.uploads.by_submission.get(&id) {
        Some(stored) => {
            let headers = [
                ("upload-offset", stored.bytes.len().to_string()),
                ("upload-length", stored.length.to_string()),
            ];
            (StatusCode::OK, headers).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(crate) async fn part(
    State(house): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    part: Bytes,
) -> Response {
    let mut house = house.lock().await;
    let House { uploads, .. } = &mut *house;
    if uploads.parts_left == Some(0) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let Some(stored) = uploads.by_submission.get_mut(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if text(&headers, "upload-offset") != stored.bytes.len().to_string() {
        return StatusCode::CONFLICT.into_response();
    }
    let checksum = format!("sha256 {}", STANDARD.encode(Digest::of(&part).as_bytes()));
    assert_eq!(text(&headers, "upload-checksum"), checksum);
    stored.bytes.extend_from_slice(&part);
    uploads.parts.push(part.len());
    uploads.parts_left = uploads.parts_left.map(|left| left - 1);
    if std::mem::take(&mut uploads.loses_next_answer) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let mut answer = vec![("upload-offset", stored.bytes.len().to_string())];
    if stored.bytes.len() == stored.length {
        let (core, sealed) = stored.bytes.split_at(stored.core_len);
        let leaves: Vec<Digest> = sealed.chunks(SEGMENT_BYTES + TAG_BYTES).map(Digest::of).collect();
        let root = if uploads.lies { Digest::of(b"another") } else { root_of_digests(&leaves) };
        answer.push(("kaibiao-root", root.to_string()));
        answer.push(("kaibiao-core-sha256", Digest::of(core).to_string()));
        answer.push(("kaibiao-total-len", sealed.len().to_string()));
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    for (name, value) in answer {
        response.headers_mut().insert(name, value.parse().expect("a header"));
    }
    response
}
