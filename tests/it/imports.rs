//! Open data over HTTP: a real release becomes a draft that a host completes, signs and keeps.

use axum::http::{Method, StatusCode};
use kaibiao::ocds::BYTES_MAX;
use kaibiao::tender::Procedure;
use serde_json::json;

use crate::harness::{Center, PERIOD, START};
use crate::served::{Answer, Visitor};
use crate::terms::terms;

on_both_databases!(a_host_begins_a_draft_with_a_real_release);

const PATH: &str = "/api/imports/ocds";

async fn send(visitor: &Visitor, bytes: &[u8]) -> Answer {
    visitor.send(Method::POST, PATH, &[("content-type", "application/json")], bytes.to_vec()).await
}

async fn a_host_begins_a_draft_with_a_real_release(center: Center) {
    let served = center.serve().await;
    let (host, bidder) = (served.sign_in(&center.host).await, served.sign_in(&center.bidders[0]).await);
    let release = include_bytes!("../data/ocds/real-release-package-1.json").as_slice();
    assert_eq!(send(&served.stranger(), release).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(send(&bidder, release).await.code(), "role_not_allowed");

    let size = center.ledger.head().size;
    let answer = send(&host, release).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    let draft = answer.json();
    let imported = &draft["terms"];
    assert_eq!(imported["title"]["zh"], "ARRENDAMIENTO DE BIENES INFORMÁTICOS");
    assert_eq!(imported["lots"][0]["ceiling"], json!({ "minor": 131_126_400, "currency": "MXN" }));
    assert_eq!(draft["source"]["language"], "es");
    assert!(
        draft["notes"].as_array().is_some_and(|notes| notes.iter().any(|note| note["code"] == "not_mapped"))
    );
    assert_eq!(center.ledger.head().size, size, "nothing is stored");

    // What a draft needs and the file has fits where the terms have it; the rest is the host's.
    let whole = terms(center.buyer.org, center.host.org, START + PERIOD, Procedure::OneStage);
    let mut completed = serde_json::to_value(whole).expect("terms");
    for name in ["title", "summary", "qualification"] {
        completed[name] = imported[name].clone();
    }
    completed["lots"][0]["ceiling"] = imported["lots"][0]["ceiling"].clone();
    completed["lots"][0]["id"] = imported["lots"][0]["id"].clone();
    let act = center.host.sign(Some(center.tender), None, "DraftTender", &json!({ "terms": completed }));
    let drafted = host.post("/api/acts", &serde_json::to_value(act).expect("an act")).await;
    assert_eq!(drafted.status, StatusCode::OK, "{}", drafted.text);
    let kept = center.state();
    let kept = kept.notice.terms().expect("a draft");
    assert_eq!(kept.title.zh.as_str(), "ARRENDAMIENTO DE BIENES INFORMÁTICOS");

    for (bytes, status, code) in [
        (b"not JSON".as_slice(), StatusCode::BAD_REQUEST, "ocds_not_json"),
        (b"{\"a\":1}", StatusCode::UNPROCESSABLE_ENTITY, "ocds_not_ocds"),
        (b"{\"releases\":[]}", StatusCode::UNPROCESSABLE_ENTITY, "ocds_no_tender"),
    ] {
        let answer = send(&host, bytes).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
    }
    let large = send(&host, &vec![b' '; BYTES_MAX + 1]).await;
    assert_eq!((large.status, large.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}
