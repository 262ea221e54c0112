//! A kept file as an answer: whole or one range (RFC 9110, 14), never whole in memory.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::files::{Address, Files};
use crate::tender::Document;

/// Types that a browser may show by itself, in a document without scripts; all others are only saved.
const SHOWN: [&str; 4] = ["application/pdf", "image/png", "image/jpeg", "text/plain"];
/// A file that a stranger uploaded never runs anything, whatever the browser takes it for.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Whether a file may be kept by caches on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caching {
    /// Public for ever: its address is its content.
    Public,
    /// For this reader only, and not kept.
    Never,
}

/// The file of `document`, as the request's headers want it.
pub(super) async fn answer(
    files: &Files,
    document: &Document,
    headers: &HeaderMap,
    caching: Caching,
) -> Result<Response, Problem> {
    let address = Address::Plain(document.sha256);
    let length = files.length(address).await?.ok_or_else(|| Problem::unknown("file_not_found"))?;
    let tag = format!("\"{}\"", document.sha256);
    let mut response = if is_named(headers, header::IF_NONE_MATCH, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match wanted(headers, &tag, length) {
            Wanted::Whole => {
                let body = Body::from_stream(files.read(address, None).await?);
                ([(header::CONTENT_LENGTH, length.to_string())], body).into_response()
            }
            Wanted::Part(start, end) => {
                let body = Body::from_stream(files.read(address, Some(start..end)).await?);
                let range = format!("bytes {start}-{}/{length}", end - 1);
                let headers =
                    [(header::CONTENT_RANGE, range), (header::CONTENT_LENGTH, (end - start).to_string())];
                (StatusCode::PARTIAL_CONTENT, headers, body).into_response()
            }
            Wanted::Nothing => {
                let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range");
                return Ok(([(header::CONTENT_RANGE, format!("bytes */{length}"))], problem).into_response());
            }
        }
    };
    describe(response.headers_mut(), document, &tag, caching);
    Ok(response)
}

fn describe(headers: &mut HeaderMap, document: &Document, tag: &str, caching: Caching) {
    let is_shown = SHOWN.contains(&document.media_type.as_str());
    let media_type = if is_shown { document.media_type.as_str() } else { "application/octet-stream" };
    let disposition = if is_shown { "inline" } else { "attachment" };
    let disposition = format!("{disposition}; filename*=UTF-8''{}", percent_encoded(document.name.as_str()));
    let cache = match caching {
        Caching::Public => "public, max-age=31536000, immutable",
        Caching::Never => "private, no-store",
    };
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, &disposition),
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

/// What a request asks for of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// From, and the first byte after it.
    Part(u64, u64),
    /// A range beyond the end.
    Nothing,
}

/// One range of bytes is served; several, or another unit, are answered with the whole, as the RFC allows.
pub(super) fn wanted(headers: &HeaderMap, tag: &str, length: u64) -> Wanted {
    let is_current = !headers.contains_key(header::IF_RANGE) || is_named(headers, header::IF_RANGE, tag);
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).filter(|_| is_current);
    let Some((start, end)) = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-')) else {
        return Wanted::Whole;
    };
    let (Some(start), Some(end)) = (number(start), number(end)) else { return Wanted::Whole };
    match (start, end) {
        (None, None) => Wanted::Whole,
        (None, Some(0)) => Wanted::Nothing,
        (None, Some(_)) if length == 0 => Wanted::Nothing,
        (None, Some(last)) => Wanted::Part(length.saturating_sub(last), length),
        (Some(start), Some(end)) if end < start => Wanted::Whole,
        (Some(start), _) if start >= length => Wanted::Nothing,
        (Some(start), end) => {
            Wanted::Part(start, end.map_or(length, |end| length.min(end.saturating_add(1))))
        }
    }
}

/// A number or nothing; none if it is neither.
fn number(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    let is_digits = text.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten().map(Some)
}

fn is_named(headers: &HeaderMap, name: header::HeaderName, tag: &str) -> bool {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

/// RFC 8187: everything but letters, digits and a few marks as `%XX`.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &'static str) -> Wanted {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
        wanted(&headers, "\"tag\"", 100)
    }

    #[test]
    fn ranges_are_those_of_the_rfc() {
        assert_eq!(of("bytes=0-9"), Wanted::Part(0, 10));
        assert_eq!(of("bytes=90-"), Wanted::Part(90, 100));
        assert_eq!(of("bytes=-10"), Wanted::Part(90, 100));
        assert_eq!(of("bytes=-1000"), Wanted::Part(0, 100));
        assert_eq!(of("bytes=90-1000"), Wanted::Part(90, 100));
        assert_eq!(of("bytes=100-"), Wanted::Nothing);
        assert_eq!(of("bytes=-0"), Wanted::Nothing);
        for whole in [
            "bytes=9-0",
            "bytes=-",
            "bytes=0-1,4-5",
            "lines=0-9",
            "bytes=+1-2",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(of(whole), Wanted::Whole, "{whole}");
        }
    }

    #[test]
    fn a_range_of_another_version_is_the_whole() {
        let mut headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static("bytes=0-9"))]);
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"other\""));
        assert_eq!(wanted(&headers, "\"tag\"", 100), Wanted::Whole);
    }
}
