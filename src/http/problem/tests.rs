//! Each refusal of the core goes through the one place and comes out with its status, its code and its words.

use std::path::Path;

use axum::body::to_bytes;
use axum::response::IntoResponse;
use serde_json::Value;

use super::titles::TITLES;
use super::*;

async fn body_of(problem: Problem) -> (StatusCode, Value) {
    let response = problem.into_response();
    let status = response.status();
    assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body in memory");
    (status, serde_json::from_slice(&bytes).expect("JSON"))
}

#[test]
fn titles_ascend_so_that_they_are_found() {
    assert!(TITLES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(TITLES.iter().all(|(code, ..)| titles::title(code).is_some()));
}

#[test]
fn every_refusal_of_the_core_has_a_title() {
    let codes = refusal_codes(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(codes.len() > 90, "the search found only {}", codes.len());
    let missing: Vec<&String> = codes.iter().filter(|code| titles::title(code).is_none()).collect();
    assert!(missing.is_empty(), "no title for {missing:?}");
}

/// The codes that stand literally behind the constructors of refusals and problems.
fn refusal_codes(folder: &Path) -> Vec<String> {
    let mut codes = Vec::new();
    for entry in std::fs::read_dir(folder).expect("our own sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            codes.extend(refusal_codes(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            for start in [
                "Refusal::forbidden(\"",
                "Refusal::unknown(\"",
                "Refusal::not_now(\"",
                "Refusal::rule(\"",
                "Problem::forbidden(\"",
                "Problem::unknown(\"",
                "Problem::not_now(\"",
                "Problem::malformed(\"",
            ] {
                let ends = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
                codes.extend(ends.map(str::to_owned));
            }
        }
    }
    codes
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_its_details() {
    let refusal = Refusal::not_now("too_late").with("opening_at", 7);
    let (status, body) = body_of(refusal.into()).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(body["type"], "urn:kaibiao:problem:too_late");
    assert_eq!(
        (&body["code"], &body["status"], &body["opening_at"]),
        (&json!("too_late"), &json!(409), &json!(7))
    );
    assert_eq!(body["title_en"], "The deadline has passed; it was not accepted");
    assert_eq!(body["title"], "已过截止时间，未予接收");
}

#[tokio::test]
async fn a_fault_tells_an_id_and_nothing_else() {
    let error = std::io::Error::other("/var/lib/secret is broken");
    let (status, body) = body_of(Problem::fault(&error, "disk_failed")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["code", "id", "status", "title", "title_en", "type"]);
    assert!(!body.to_string().contains("secret") && !body.to_string().contains("disk"));
}

#[tokio::test]
async fn statuses_are_those_of_the_kinds() {
    for (refusal, status) in [
        (Refusal::forbidden("role_not_allowed"), 403),
        (Refusal::unknown("unknown_lot"), 404),
        (Refusal::not_now("wrong_stage"), 409),
        (Refusal::rule("incomplete"), 422),
    ] {
        assert_eq!(body_of(refusal.into()).await.0.as_u16(), status);
    }
    let locked = Problem::from(IdentityError::AccountLocked { retry_after_s: 42 }).into_response();
    assert_eq!(locked.status().as_u16(), 429);
    assert_eq!(locked.headers()[header::RETRY_AFTER], "42");
    assert_eq!(body_of(UploadError::ChecksumMismatch.into()).await.0.as_u16(), 460);
}
