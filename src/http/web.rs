//! The web app inside the executable. Paths that are no file of it are its pages, which the app itself finds; what
//! looks like an interface or a file and is neither is a problem, not a page.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kaibiao_crypto::canonical::{self, CanonicalError};
use kaibiao_crypto::digest::Digest;
use rust_embed::RustEmbed;

use super::problem::Problem;

/// The build of `web/`.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct App;

/// The page that all pages begin as.
const INDEX: &str = "index.html";
/// Files whose name holds their digest never change.
const HASHED: &str = "assets/";
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Digest of the whole app (docs/formats.md, 12): of the canonical array of its paths with their SHA-256. Recorded in the
/// log, so that a page can be compared with the one that everybody gets.
pub fn page_digest() -> Result<Digest, CanonicalError> {
    canonical::digest_of(&page_files())
}

/// The app's files, ascending by path: path and SHA-256 in hexadecimal digits.
pub fn page_files() -> Vec<[String; 2]> {
    let digest = |path: &str| App::get(path).map(|file| hex::encode(file.metadata.sha256_hash()));
    let mut files: Vec<[String; 2]> =
        App::iter().filter_map(|path| Some([path.to_string(), digest(&path)?])).collect();
    files.sort();
    files
}

/// Whether a path is a file of the app.
pub(super) fn is_file(path: &str) -> bool {
    App::get(path.trim_start_matches('/')).is_some()
}

pub(super) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::unknown("not_found").into_response();
    }
    if let Some(file) = App::get(path) {
        return answer(path, file, &request);
    }
    let is_page = !["api", "log", "assets"].iter().any(|root| path.split('/').next() == Some(*root))
        && !path.rsplit('/').next().unwrap_or_default().contains('.');
    match App::get(INDEX).filter(|_| is_page) {
        Some(file) => answer(INDEX, file, &request),
        None => Problem::unknown("not_found").into_response(),
    }
}

fn answer(path: &str, file: rust_embed::EmbeddedFile, request: &Request) -> Response {
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let caching = if path.starts_with(HASHED) { FOREVER } else { "no-cache" };
    let is_known =
        request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        axum::body::Body::from(file.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, media_type.essence_str()),
        (header::ETAG, &tag),
        (header::CACHE_CONTROL, caching),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
