//! Every route, tried by everybody: those who may and those who may not, before the deadline and after.

use axum::http::{Method, StatusCode};
use kaibiao::base::{Role, Span};
use kaibiao::http::{Route, Who, routes};
use kaibiao::tender::{CheckIn, LotCommand, Procedure};
use serde_json::{Value, json};

use crate::harness::{Actor, Center, PERIOD, lot};
use crate::served::{Answer, Served, Visitor, name_of};

on_both_databases!(
    every_route_knows_who_may_ask,
    no_answer_tells_of_bids_before_the_close,
    what_is_secret_opens_at_its_stage,
);

/// Everybody, with the role they hold; none for the public. The last bidder never bids.
async fn everybody(center: &Center, served: &Served) -> Vec<(Option<Role>, Visitor)> {
    let people: [&Actor; 7] = [
        &center.authority,
        &center.buyer,
        &center.host,
        &center.recorder,
        &center.supervisor,
        &center.experts[0],
        &center.bidders[3],
    ];
    let mut visitors = vec![(None, served.stranger())];
    for actor in people {
        visitors.push((Some(actor.role), served.sign_in(actor).await));
    }
    visitors
}

/// A path with what stands there in this centre.
fn path_of(center: &Center, route: &Route) -> String {
    let sha256 = center.state().notice.documents[0].sha256.to_string();
    let id = match route.path {
        "/api/organisations/{id}" => center.host.org.to_string(),
        "/api/persons/{id}" => center.host.person.to_string(),
        "/api/uploads/{id}" => "00000000-0000-4000-8000-000000000000".to_owned(),
        _ => center.tender.to_string(),
    };
    let path = route.path.replace("{id}", &id).replace("{tender}", &center.tender.to_string());
    let path = path.replace("{lot}", lot().as_str()).replace("{sha256}", &sha256);
    let path = path.replace("{level}", "0").replace("{*index}", "000.p/1");
    match route.path {
        "/api/log/consistency" => format!("{path}?from=1&to=2"),
        "/api/rooms/{tender}/{lot}/facts" => format!("{path}?s={}/1/public", center.tender),
        "/api/tenders/{id}/lots/{lot}/files/{sha256}/text" => format!("{path}?q=x"),
        _ => path,
    }
}

/// A body that gets past the reader of bodies, so that the answer is about who asks.
fn body_of(route: &Route, center: &Center) -> Value {
    match route.path {
        "/api/session" => json!({ "login": "nobody", "password": "nothing at all" }),
        "/api/enrolment" => json!({ "login": "nobody", "code": "NONE", "password": "nothing at all" }),
        "/api/keys" => json!({ "alg": 1, "spki": "", "proof": "", "name": "a device" }),
        "/api/admin/people" => json!({ "person": center.host.person }),
        "/api/ceremonies" => json!({ "cards": [], "nonce": "00".repeat(32), "threshold": 1, "v": 1 }),
        "/api/tenders/{id}/floor-keys" => json!({ "kind": "recovery", "secret": "" }),
        "/api/acts" => {
            let act = center.host.sign(Some(center.tender), Some(lot()), "StartReading", &json!({}));
            serde_json::to_value(act).expect("an act")
        }
        _ => Value::Null,
    }
}

async fn ask(visitor: &Visitor, center: &Center, route: &Route) -> Answer {
    let media_type = route.takes.map_or("application/json", |(media_type, _)| media_type);
    let headers = [
        ("content-type", media_type),
        ("tus-resumable", "1.0.0"),
        ("upload-offset", "0"),
        ("upload-length", "100"),
    ];
    let body = match body_of(route, center) {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    visitor.send(route.method.clone(), &path_of(center, route), &headers, body).await
}

async fn every_route_knows_who_may_ask(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let served = center.serve().await;
    let visitors = everybody(&center, &served).await;
    for route in
        routes().iter().filter(|route| route.method != Method::DELETE || route.path != "/api/session")
    {
        for (role, visitor) in &visitors {
            let answer = ask(visitor, &center, route).await;
            let asked = format!(
                "{} {} by {:?}: {} {}",
                route.method,
                route.path,
                role.map(name_of),
                answer.status,
                answer.text
            );
            assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{asked}");
            let wanted: &[Role] = match route.who {
                Who::Anyone => {
                    let is_refused_sign_in =
                        answer.code() == "login_failed" || answer.code() == "account_locked";
                    let is_report = route.path.ends_with("/report");
                    let is_let_in =
                        !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
                    assert!(is_let_in || is_refused_sign_in || is_report, "{asked}");
                    continue;
                }
                Who::SignedIn => {
                    assert_eq!(answer.status == StatusCode::UNAUTHORIZED, role.is_none(), "{asked}");
                    continue;
                }
                Who::Registrar => &[Role::Registrar],
                Who::Host => &[Role::Host],
                Who::Bidder => &[Role::Bidder],
                Who::Supervisor | Who::Review => &[Role::Supervisor],
                Who::Panel => &[Role::Host, Role::Expert],
            };
            match role {
                None => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{asked}"),
                Some(role) if wanted.contains(role) => {
                    assert_ne!(answer.status, StatusCode::FORBIDDEN, "{asked}")
                }
                Some(_) => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{asked}"),
            }
        }
        if !matches!(route.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            let (path, elsewhere) = (path_of(&center, route), [("origin", "https://evil.example")]);
            let forged = visitors[1].1.send(route.method.clone(), &path, &elsewhere, Vec::new()).await;
            assert_eq!(forged.code(), "other_origin_page", "{} {}", route.method, route.path);
        }
    }
}

/// What every reader is told on every route that reads, but for the log, which grows with everything.
async fn told(center: &Center, visitors: &[(Option<Role>, Visitor)]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for route in routes() {
        let is_log =
            route.path.starts_with("/log") || route.path.starts_with("/api/log") || route.path == "/api/time";
        if !matches!(route.method, Method::GET | Method::HEAD) || is_log {
            continue;
        }
        for (role, visitor) in visitors {
            let answer = ask(visitor, center, &route).await;
            let headers =
                format!("{} {} {}", answer.status, answer.header("content-length"), answer.header("etag"));
            told.push((format!("{} by {role:?}", route.path), format!("{headers} {}", answer.text)));
        }
    }
    told
}

async fn no_answer_tells_of_bids_before_the_close(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let served = center.serve().await;
    let visitors = everybody(&center, &served).await;
    let before = told(&center, &visitors).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 1).await;
        center.lot(&center.bidders[index], LotCommand::CheckIn(CheckIn {})).await.expect("checked in");
    }
    let after = told(&center, &visitors).await;
    assert!(before.len() > 150, "only {} answers were compared", before.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after, "an answer changed with the bids");
    }

    let bidder = served.sign_in(&center.bidders[0]).await;
    let mine = bidder.get(&format!("/api/tenders/{}/lots/1/bids/mine", center.tender)).await.json();
    assert_eq!(mine.as_array().map(Vec::len), Some(1), "the own bid and no other");
    assert_eq!(mine[0]["bid"]["org"], center.bidders[0].org.to_string());
    assert!(
        mine[0]["receipt"].as_str().is_some_and(|receipt| receipt.starts_with("c2sp.org/tlog-proof@v1\n"))
    );
}

async fn what_is_secret_opens_at_its_stage(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    let served = center.serve().await;
    let (stranger, supervisor) = (served.stranger(), served.sign_in(&center.supervisor).await);
    let tender = center.tender;
    let lot_path = |rest: &str| format!("/api/tenders/{tender}/lots/1/{rest}");
    let (record, files) = (lot_path("record"), lot_path("files"));
    let entries = format!("/api/tenders/{}/entries?from=0", center.tender);
    center.seat_panel().await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000 + i64::try_from(index).expect("small")).await;
    }
    let bundle = format!("/api/tenders/{tender}/export");
    assert_eq!(supervisor.get(&entries).await.code(), "lot_still_open");
    assert_eq!(supervisor.get(&bundle).await.code(), "lot_still_open");
    assert_eq!(stranger.get(&bundle).await.code(), "lot_still_open");
    assert_eq!(stranger.get(&record).await.code(), "no_opening");

    center.clock.advance(Span(PERIOD.0 / 2));
    assert_eq!(supervisor.get("/api/session").await.status, StatusCode::OK, "the session is used");
    center.clock.advance(Span(PERIOD.0 / 2));
    center.settle().await;
    assert_eq!(stranger.get(&record).await.code(), "wrong_step", "unsealed, but not yet read out");
    center.hold_opening(&[0, 1, 2]).await;
    assert_eq!(stranger.get(&record).await.json()["record"]["lines"].as_array().map(Vec::len), Some(3));
    assert!(supervisor.get(&files).await.json().as_array().is_some_and(|files| files.len() >= 3));

    assert_eq!(supervisor.get(&bundle).await.code(), "not_yet_exportable", "it names the experts");
    assert_eq!(stranger.get(&bundle).await.code(), "not_yet_exportable");
    let told = supervisor.get(&entries).await;
    assert!(
        told.text.contains("lot_closed") && told.text.contains("bid_submitted"),
        "the supervisor replays it"
    );
    assert!(!told.text.contains("seat_taken"), "who sits where is secret until the result");
    for expert in &center.experts {
        assert!(!told.text.contains(&expert.person.to_string()), "an expert is named before the result");
    }
    let seated = &center.state().lots[&lot()].panel.seats[&1];
    let expert = center.experts.iter().find(|expert| expert.person == seated.person).expect("an expert");
    let expert = served.sign_in(expert).await;
    assert_eq!(expert.get(&files).await.code(), "wrong_stage", "the panel reads from the hand-over on");
    assert_eq!(expert.get(&lot_path("panel")).await.json()["seat"], 1);
    assert_eq!(expert.get(&lot_path("report")).await.code(), "wrong_stage");
    assert_eq!(stranger.get(&lot_path("report")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stranger.get(&lot_path("letters/mine")).await.status, StatusCode::UNAUTHORIZED);
}
