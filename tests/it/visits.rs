//! Signing in, keys, uploads and acts over HTTP, as a browser does them.

use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::tender::{LotCommand, Procedure};
use kaibiao_crypto::act::pae;
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::receipt::Receipt;
use ring::rand::SystemRandom;
use serde_json::json;

use crate::harness::{Actor, Center, ORIGIN, PERIOD, lot};
use crate::sealed::{Sealed, envelopes};
use crate::served::{Answer, PASSWORD, Visitor, cookie_of};

on_both_databases!(
    five_wrong_passwords_lock_a_login_that_exists_or_not,
    a_person_enrols_and_brings_a_key,
    a_bid_goes_up_in_parts_and_comes_back_as_a_receipt,
    copied_and_relabelled_envelopes_are_refused,
    documents_are_served_in_ranges,
);

async fn five_wrong_passwords_lock_a_login_that_exists_or_not(center: Center) {
    let served = center.serve().await;
    let known = served.sign_in(&center.host).await;
    let host = center.host.person.to_string();
    let stranger = served.stranger();
    for login in [host.as_str(), "nobody"] {
        let wrong = json!({ "login": login, "password": "wrong horse battery" });
        for _ in 0..5 {
            assert_eq!(stranger.post("/api/session", &wrong).await.code(), "login_failed");
        }
        let locked = stranger.post("/api/session", &json!({ "login": login, "password": PASSWORD })).await;
        assert_eq!(
            (locked.status, locked.code().as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "account_locked")
        );
        assert_eq!(locked.header("retry-after"), "60");
    }
    assert_eq!(known.get("/api/session").await.status, StatusCode::OK, "who is signed in stays so");
    center.clock.advance(kaibiao::base::Span::seconds(61));
    let right = stranger.post("/api/session", &json!({ "login": host, "password": PASSWORD })).await;
    assert_eq!(right.status, StatusCode::OK);
    let cookie = right.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"),
        "{cookie}"
    );
    center.clock.advance(kaibiao::base::Span::seconds(3601));
    assert_eq!(known.get("/api/session").await.code(), "not_signed_in", "unused for an hour");
}

async fn a_person_enrols_and_brings_a_key(center: Center) {
    let served = center.serve().await;
    let registrar = served.sign_in(&center.authority).await;
    let person = center.bidders[0].person;
    let invited =
        registrar.post("/api/admin/people", &json!({ "person": person, "login": "bidder" })).await.json();
    let (code, stranger) = (invited["code"].as_str().expect("a code"), served.stranger());
    let choose =
        |code: &str, password: &str| json!({ "login": "bidder", "code": code, "password": password });
    assert_eq!(stranger.post("/api/enrolment", &choose("AAAAA", PASSWORD)).await.code(), "login_failed");
    assert_eq!(stranger.post("/api/enrolment", &choose(code, "short")).await.code(), "password_form");
    let enrolled = stranger.post("/api/enrolment", &choose(code, PASSWORD)).await;
    assert_eq!(enrolled.json()["person"], person.to_string(), "{}", enrolled.text);
    assert_eq!(
        stranger.post("/api/enrolment", &choose(code, PASSWORD)).await.code(),
        "login_failed",
        "a code is good once"
    );
    let visitor = Visitor { cookie: cookie_of(&enrolled), ..stranger };

    let key = SigningKey::generate(&SystemRandom::new()).expect("randomness");
    let shown = |text: String| {
        let proof = STANDARD.encode(key.sign(&pae(text.as_bytes())));
        json!({ "alg": 1, "spki": STANDARD.encode(key.public().spki()), "proof": proof, "name": "laptop" })
    };
    let of_another = shown(format!("kaibiao key {} {ORIGIN}", center.host.person));
    assert_eq!(
        visitor.post("/api/keys", &of_another).await.code(),
        "bad_signature",
        "a proof names its person"
    );
    let second = visitor.post("/api/keys", &shown(format!("kaibiao key {person} {ORIGIN}"))).await;
    assert_eq!(second.code(), "not_first_key", "this person has a key: it endorses the next");

    let newcomer = Actor::new(center.host.org, kaibiao::base::Role::Recorder);
    center.register(&newcomer).await;
    let visitor = served.sign_in(&newcomer).await;
    let certified =
        visitor.post("/api/keys", &shown(format!("kaibiao key {} {ORIGIN}", newcomer.person))).await;
    assert_eq!(certified.json()["keys"][0]["status"], "active", "{}", certified.text);
    assert_eq!(certified.json()["keys"][0]["key_id"], key.public().key_id().to_string());
}

/// `Upload-Metadata` of an envelope.
pub fn metadata(center: &Center, sealed: &Sealed) -> String {
    let pairs = [
        ("tender", center.tender.to_string()),
        ("lot", lot().to_string()),
        ("envelope", sealed.line.envelope.number().to_string()),
        ("submission", sealed.line.submission.to_string()),
        ("core_len", sealed.core.len().to_string()),
    ];
    pairs.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",")
}

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

/// Begins an upload; its address.
pub async fn begin(visitor: &Visitor, metadata: &str, length: usize) -> Answer {
    let length = length.to_string();
    let headers = [TUS, ("upload-length", length.as_str()), ("upload-metadata", metadata)];
    visitor.send(Method::POST, "/api/uploads", &headers, Vec::new()).await
}

async fn part(visitor: &Visitor, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    let offset = offset.to_string();
    let checksum = format!("sha256 {}", STANDARD.encode(Digest::of(bytes).as_bytes()));
    let media_type = ("content-type", "application/offset+octet-stream");
    let headers =
        [TUS, media_type, ("upload-offset", offset.as_str()), ("upload-checksum", checksum.as_str())];
    visitor.send(Method::PATCH, path, &headers, bytes.to_vec()).await
}

/// Uploads an envelope in two parts.
pub async fn upload(visitor: &Visitor, center: &Center, sealed: &Sealed) -> Answer {
    let bytes = [sealed.core.as_slice(), &sealed.ciphertext].concat();
    let begun = begin(visitor, &metadata(center, sealed), bytes.len()).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let path = begun.header("location").to_owned();
    let half = bytes.len() / 2;
    assert_eq!(part(visitor, &path, 0, &bytes[..half]).await.header("upload-offset"), half.to_string());
    assert_eq!(part(visitor, &path, 0, &bytes[half..]).await.code(), "offset_mismatch");
    let status = visitor.send(Method::HEAD, &path, &[TUS], Vec::new()).await;
    assert_eq!(status.header("upload-offset"), half.to_string(), "an upload goes on where it stands");
    part(visitor, &path, half, &bytes[half..]).await
}

async fn a_bid_goes_up_in_parts_and_comes_back_as_a_receipt(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let served = center.serve().await;
    let bidder = &center.bidders[0];
    let visitor = served.sign_in(bidder).await;
    let sealed = envelopes(&center.state(), bidder.key_id(), 90_000_000);
    let submit = Center::submission(&sealed, None, 0);
    let early = visitor.act(&center, bidder, LotCommand::SubmitBid(submit.clone())).await;
    assert_eq!(early.code(), "envelope_not_uploaded");
    for envelope in &sealed {
        let kept = upload(&visitor, &center, envelope).await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.text);
        assert_eq!(kept.header("kaibiao-root"), envelope.line.root.to_string());
        assert_eq!(kept.header("kaibiao-core-sha256"), envelope.line.core_sha256.to_string());
    }
    let mut other = Center::submission(&sealed, None, 0);
    let mut lines = other.manifest.lines().to_vec();
    lines[0].total_len += 1;
    other.manifest = kaibiao_crypto::manifest::Manifest::new(lines).expect("a manifest");
    assert_eq!(visitor.act(&center, bidder, LotCommand::SubmitBid(other)).await.code(), "envelope_differs");

    let answer = visitor.act(&center, bidder, LotCommand::SubmitBid(submit)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["events"][0]["kind"], "bid_submitted");
    let receipt =
        Receipt::parse(answer["receipt"].as_str().expect("a receipt").as_bytes()).expect("a receipt");
    let log = NoteVerifier::parse(&center.ledger.log_vkey()).expect("a key");
    let witnesses: Vec<NoteVerifier> =
        center.ledger.witness_vkeys().iter().map(|key| NoteVerifier::parse(key).expect("a key")).collect();
    let verified = receipt.verify(&log, &witnesses, 1).expect("the receipt holds");
    assert_eq!(json!(verified.index), answer["index"]);

    center.clock.advance(kaibiao::base::Span(PERIOD.0 / 2));
    assert_eq!(visitor.get("/api/session").await.status, StatusCode::OK, "the session is used");
    center.clock.advance(kaibiao::base::Span(PERIOD.0 / 2 + 1));
    let late = begin(&visitor, &metadata(&center, &sealed[0]), 1000).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::CONFLICT, "too_late"));
}

async fn copied_and_relabelled_envelopes_are_refused(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let served = center.serve().await;
    let (alice, mallory) = (&center.bidders[0], &center.bidders[1]);
    let (hers, his) = (served.sign_in(alice).await, served.sign_in(mallory).await);
    let sealed = envelopes(&center.state(), alice.key_id(), 90_000_000);

    let copied = upload(&his, &center, &sealed[0]).await;
    assert_eq!(
        (copied.status, copied.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "wrong_context"),
        "sealed by another key"
    );
    let relabelled = Sealed { line: sealed[1].line.clone(), ..sealed[0].clone() };
    assert_eq!(
        upload(&hers, &center, &relabelled).await.code(),
        "wrong_context",
        "announced as another envelope"
    );
    let mut flipped = sealed[0].clone();
    flipped.core[40] ^= 1;
    assert!(["wrong_context", "malformed"].contains(&upload(&hers, &center, &flipped).await.code().as_str()));

    for envelope in &sealed {
        assert_eq!(upload(&hers, &center, envelope).await.status, StatusCode::NO_CONTENT);
    }
    let stolen = his.act(&center, mallory, LotCommand::SubmitBid(Center::submission(&sealed, None, 0))).await;
    assert_eq!(stolen.code(), "envelope_not_uploaded", "uploaded by another person");
    let by_host = begin(&served.sign_in(&center.host).await, &metadata(&center, &sealed[0]), 1000).await;
    assert_eq!(by_host.code(), "role_not_allowed");
}

async fn documents_are_served_in_ranges(center: Center) {
    center.publish(Procedure::OneStage).await;
    let served = center.serve().await;
    let host = served.sign_in(&center.host).await;
    let pairs = [("purpose", "document"), ("name", "招标文件.pdf"), ("media_type", "application/pdf")];
    let metadata = pairs.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",");
    let begun = begin(&host, &metadata, 4).await;
    let kept = part(&host, begun.header("location"), 0, b"%PDF").await;
    assert_eq!(kept.header("upload-digest"), format!("sha256={}", Digest::of(b"%PDF")));

    let path = format!("/api/tenders/{}/documents/{}", center.tender, Digest::of(b"%PDF"));
    let stranger = served.stranger();
    let whole = stranger.get(&path).await;
    assert_eq!((whole.text.as_str(), whole.header("content-type")), ("%PDF", "application/pdf"));
    assert!(whole.header("content-security-policy").contains("sandbox"));
    let range = stranger.send(Method::GET, &path, &[("range", "bytes=1-2")], Vec::new()).await;
    assert_eq!((range.status, range.text.as_str()), (StatusCode::PARTIAL_CONTENT, "PD"));
    assert_eq!(range.header("content-range"), "bytes 1-2/4");
    let beyond = stranger.send(Method::GET, &path, &[("range", "bytes=9-")], Vec::new()).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let again =
        stranger.send(Method::GET, &path, &[("if-none-match", whole.header("etag"))], Vec::new()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let feed = stranger.get("/api/feed.json").await.json();
    assert_eq!(feed["items"].as_array().map(Vec::len), Some(1));
    assert!(stranger.get("/api/feed.xml").await.text.contains("<item>"));
    let hall = stranger.get("/api/tenders?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA").await.json();
    assert_eq!(hall["total"], 0, "words that no tender has");
    assert_eq!(stranger.get("/api/tenders?stage=receiving").await.json()["total"], 1);
    let page = stranger.get("/api/nothing").await;
    assert_eq!((page.code().as_str(), page.header("x-content-type-options")), ("not_found", "nosniff"));
}
