//! Uploads by tus 1.0 (<https://tus.io/protocols/resumable-upload>), with its extensions creation, checksum (sha256),
//! expiration and termination: sealed envelopes of bidders, documents of hosts.
//!
//! *Invariant*: an upload counts for nothing until a signed act names what it became; an envelope that is not sealed
//! for its uploader, its tender and its lot is not kept.

mod metadata;
mod purpose;

use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, head, options, patch, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

use super::App;
use super::extract::{PathOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::Digest;
use crate::files::upload::{NewUpload, Part, Purpose};
use crate::identity::random_bytes;
use crate::limits::{PART_DRAINED_BYTES_MAX, PART_STALL_MS, UPLOAD_KEPT_MS, UploadLimits};
use crate::store::UploadRow;
use purpose::Announced;

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

pub(super) fn routes() -> Vec<Route> {
    let one = "/api/uploads/{id}";
    let part = patch(append).layer(DefaultBodyLimit::disable());
    let routes = vec![
        Route::new(
            Method::OPTIONS,
            "/api/uploads",
            Who::Anyone,
            "What this tus server can do.",
            options(abilities),
        )
        .gives_as(204, None, "In headers."),
        Route::post("/api/uploads", Who::SignedIn, "Begins an upload (tus creation).", post(create))
            .gives_as(201, None, "`Location` and `Upload-Expires`. See docs/api.md, \"Uploads\"."),
        Route::new(Method::HEAD, one, Who::SignedIn, "How far an upload has come.", head(status)).gives_as(
            200,
            None,
            "`Upload-Offset`, `Upload-Length`; of a complete one also what it became.",
        ),
        Route::new(Method::PATCH, one, Who::SignedIn, "Takes the next part.", part)
            .takes("application/offset+octet-stream", "The part, at most 64 MiB.")
            .gives_as(204, None, "`Upload-Offset`; with the last byte what the upload became."),
        Route::new(
            Method::DELETE,
            one,
            Who::SignedIn,
            "Ends an upload and forgets its bytes.",
            delete(terminate),
        )
        .gives_as(204, None, "It is gone."),
    ];
    let versioned =
        |route: Route| Route { handler: route.handler.layer(middleware::from_fn(speak_tus)), ..route };
    tagged("uploads", routes.into_iter().map(versioned).collect())
}

/// Every answer names the version, and every request but OPTIONS speaks it.
async fn speak_tus(request: Request, next: Next) -> Response {
    let is_spoken =
        request.headers().get(RESUMABLE).is_some_and(|version| version.as_bytes() == VERSION.as_bytes());
    let mut response = if is_spoken || request.method() == Method::OPTIONS {
        next.run(request).await
    } else {
        Problem::new(StatusCode::PRECONDITION_FAILED, "tus_version").into_response()
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

async fn abilities() -> impl IntoResponse {
    let bytes_max = UploadLimits::default().upload_bytes_max.to_string();
    let headers = [
        ("tus-version", VERSION.to_owned()),
        ("tus-extension", "creation,checksum,expiration,termination".to_owned()),
        ("tus-checksum-algorithm", "sha256".to_owned()),
        ("tus-max-size", bytes_max),
    ];
    (StatusCode::NO_CONTENT, headers)
}

async fn create(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let length = number(&headers, &LENGTH)?;
    let meta = text(&headers, &METADATA).unwrap_or_default().to_owned();
    let announced = Announced::read(&meta)?;
    announced.admit(&app, &signed_in.reader)?;
    let new = NewUpload {
        id: Uuid::from_bytes(random_bytes()?),
        person: signed_in.reader.person.0,
        purpose: match &announced {
            Announced::Envelope(envelope) => Purpose::Envelope { core_len: envelope.core_len },
            Announced::Document(_) => Purpose::Document,
        },
        meta,
        length,
    };
    let row = app.uploads.create(new, app.now().0).await?;
    let place = [(header::LOCATION, format!("/api/uploads/{}", row.id)), (EXPIRES, expiry(&row))];
    Ok((StatusCode::CREATED, place))
}

async fn status(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf(id): PathOf<Uuid>,
) -> Result<Response, Problem> {
    let row = app.uploads.status(id, signed_in.reader.person.0).await?;
    let mut headers = HeaderMap::new();
    // A server that was killed between the last byte and what follows takes it up again when it is asked.
    if row.received == row.length {
        headers = app.finish(&row).await?;
    }
    put(&mut headers, LENGTH, &row.length.to_string());
    put(&mut headers, OFFSET, &row.received.to_string());
    put(&mut headers, METADATA, &row.meta);
    put(&mut headers, EXPIRES, &expiry(&row));
    Ok((StatusCode::OK, headers).into_response())
}

async fn append(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf(id): PathOf<Uuid>,
    request: Request,
) -> Result<Response, Problem> {
    let person = signed_in.reader.person.0;
    if text(request.headers(), &header::CONTENT_TYPE) != Some("application/offset+octet-stream") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"));
    }
    let offset = number(request.headers(), &OFFSET)?;
    let part = Part { id, person, offset, checksum: checksum(request.headers())? };
    let mut body = Box::pin(unless_stalled(request.into_body().into_data_stream()).fuse());
    let taken = app.uploads.append(part, &mut body, app.now().0).await;
    if taken.is_err() {
        drain(body).await;
    }
    let offset = taken?;
    let row = app.uploads.status(id, person).await?;
    let mut headers = if offset == row.length { app.finish(&row).await? } else { HeaderMap::new() };
    put(&mut headers, OFFSET, &offset.to_string());
    put(&mut headers, EXPIRES, &expiry(&row));
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

async fn terminate(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf(id): PathOf<Uuid>,
) -> Result<StatusCode, Problem> {
    app.uploads.terminate(id, signed_in.reader.person.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a part ended early.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the sender stands still")]
    Stalled,
    #[error(transparent)]
    Line(#[from] axum::Error),
}

/// The part's bytes, broken off when none come for a while: a dead line must not hold the upload for ever.
fn unless_stalled(body: BodyDataStream) -> impl Stream<Item = Result<Bytes, Broken>> + Send {
    let wait = Duration::from_millis(PART_STALL_MS);
    stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match tokio::time::timeout(wait, body.next()).await {
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(body))),
            Ok(Some(Err(error))) => Some((Err(error.into()), None)),
            Ok(None) => None,
            Err(_) => Some((Err(Broken::Stalled), None)),
        }
    })
}

/// Reads what is left of a refused part and forgets it. Over HTTP/1.1 a line that is closed on a sender who still
/// sends is reset, and the answer that says why is lost with it.
async fn drain(mut body: impl Stream<Item = Result<Bytes, Broken>> + Send + Unpin) {
    let reading = async {
        let mut left = PART_DRAINED_BYTES_MAX;
        while let Some(Ok(piece)) = body.next().await {
            match left.checked_sub(piece.len() as u64) {
                Some(less) => left = less,
                None => return,
            }
        }
    };
    // Whoever sends longer than that learns why with the next request.
    let _ = tokio::time::timeout(Duration::from_millis(PART_STALL_MS), reading).await;
}

/// `Upload-Checksum: sha256 <base64>`.
fn checksum(headers: &HeaderMap) -> Result<Option<Digest>, Problem> {
    let Some(value) = headers.get(CHECKSUM) else { return Ok(None) };
    let digest = value.to_str().ok().and_then(|text| text.strip_prefix("sha256 "));
    let digest = digest.and_then(|text| Digest::from_slice(&STANDARD.decode(text).ok()?));
    digest.map(Some).ok_or_else(|| Problem::malformed("checksum_form"))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let number = text(headers, name).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let number = number.and_then(|text| text.parse().ok());
    number.ok_or_else(|| Problem::malformed("header_form").with("header", name.as_str()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// When an upload is forgotten if nothing more comes (RFC 9110, 5.6.7).
fn expiry(row: &UploadRow) -> String {
    let form = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let moment = OffsetDateTime::from_unix_timestamp((row.updated_ms + UPLOAD_KEPT_MS).div_euclid(1000)).ok();
    moment.and_then(|moment| moment.format(form).ok()).unwrap_or_default()
}
