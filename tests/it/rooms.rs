//! Rooms over real sockets: order, resume, who hears what, and what closes a socket.

use kaibiao::tender::{AskEnquiry, CheckIn, LotCommand, Procedure, TenderCommand};
use kaibiao_crypto::digest::Digest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Center, PERIOD, lot};
use crate::served::{Served, Visitor};
use crate::terms::long;

on_both_databases!(
    facts_come_in_order_and_resume_without_gap,
    acts_are_answered_in_the_room,
    only_what_is_theirs_is_heard,
    what_is_not_the_protocol_closes,
    a_session_that_ends_cuts_the_socket,
    a_server_that_goes_down_says_so,
);

async fn room(center: &Center) -> (Served, Visitor, String, Vec<String>) {
    center.publish(Procedure::OneStage).await;
    let served = center.serve().await;
    let stranger = served.stranger();
    let (ticket, streams) = stranger.ticket(center).await;
    (served, stranger, ticket, streams)
}

async fn facts_come_in_order_and_resume_without_gap(mut center: Center) {
    let (_served, stranger, ticket, streams) = room(&center).await;
    assert_eq!(streams, [format!("{}/1/public", center.tender)], "the public hears one stream");
    let mut early = stranger.enter(&center, &ticket, &streams, 0).await;
    let (_, welcome) = early.hear("welcome").await;
    assert_eq!((&welcome["me"], &welcome["streams"][0]["head"]), (&Value::Null, &json!(1)));
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    center.clock.advance(PERIOD);
    center.settle().await;

    let head = center.ledger.facts().head(&streams[0]);
    let (ticket, _) = stranger.ticket(&center).await;
    let mut frames = Vec::new();
    for n in 1..=head {
        let (text, fact) = early.hear("fact").await;
        assert_eq!(fact["n"], n, "in order, without a gap");
        let previous = frames.last().map(|text: &String| Digest::of(text.as_bytes()).to_string());
        assert_eq!(fact["p"], json!(previous), "each names the one before");
        frames.push(text);
    }
    assert_eq!(
        serde_json::from_str::<Value>(&frames[1]).expect("JSON")["b"]["kind"],
        "lot_closed",
        "nothing came before the close"
    );

    let mut late = stranger.enter(&center, &ticket, &streams, head - 2).await;
    late.hear("welcome").await;
    for n in head - 2..head {
        let place = usize::try_from(n).expect("small");
        assert_eq!(late.hear("fact").await.0, frames[place], "the same bytes for everybody");
    }
    let mut restored = stranger.enter(&center, &ticket, &streams, head + 7).await;
    assert_eq!(restored.hear("welcome").await.1["streams"][0]["reset"], true);
    assert_eq!(restored.hear("fact").await.1["n"], 1, "from the first again");

    let path = format!("/api/rooms/{}/1/facts?s={}&after=0", center.tender, streams[0]);
    let by_http = stranger.get(&path).await.text;
    assert_eq!(by_http.lines().collect::<Vec<_>>(), frames, "and the same over HTTP");
}

async fn acts_are_answered_in_the_room(center: Center) {
    let (served, stranger, ticket, streams) = room(&center).await;
    let bidder = &center.bidders[0];
    let visitor = served.sign_in(bidder).await;
    let (own_ticket, own_streams) = visitor.ticket(&center).await;
    let mut socket = visitor.enter(&center, &own_ticket, &own_streams, 0).await;
    assert_eq!(socket.hear("welcome").await.1["me"]["person"], bidder.person.to_string());
    let act = bidder.sign(Some(center.tender), Some(lot()), "CheckIn", &json!({}));
    socket.say(json!({ "k": "cmd", "id": "first", "act": act })).await;
    socket.say(json!({ "k": "cmd", "id": "again", "act": act })).await;
    let first = socket.hear("answer").await.1;
    let again = socket.hear("answer").await.1;
    assert_eq!(first["ok"]["index"], again["ok"]["index"], "the same act, the same answer: {first} {again}");
    let second = bidder.sign(Some(center.tender), Some(lot()), "CheckIn", &json!({}));
    socket.say(json!({ "k": "cmd", "id": "second", "act": second })).await;
    assert_eq!(socket.hear("answer").await.1["refused"]["code"], "already_checked_in");
    let of_another = center.bidders[1].sign(Some(center.tender), Some(lot()), "CheckIn", &json!({}));
    socket.say(json!({ "k": "cmd", "id": "third", "act": of_another })).await;
    assert_eq!(socket.hear("answer").await.1["refused"]["code"], "act_of_another");
    socket.say(json!({ "k": "ack", "s": own_streams[0], "n": 1 })).await;

    let mut public = stranger.enter(&center, &ticket, &streams, 0).await;
    public.hear("welcome").await;
    public.say(json!({ "k": "cmd", "id": "x", "act": act })).await;
    assert_eq!(public.hear("answer").await.1["refused"]["code"], "not_signed_in");
    let now = public.hear("now").await.1;
    assert!(now["online"].as_u64().is_some_and(|online| online >= 1), "{now}");
    assert_eq!(now.as_object().map(serde_json::Map::len), Some(4), "one total, without roles: {now}");
}

async fn only_what_is_theirs_is_heard(center: Center) {
    let (served, stranger, ticket, _) = room(&center).await;
    let own = |org| format!("{}/1/own-{org}", center.tender);
    let host_stream = format!("{}/1/host", center.tender);
    for stream in [own(center.bidders[0].org), host_stream.clone()] {
        let mut socket = stranger.enter(&center, &ticket, std::slice::from_ref(&stream), 0).await;
        assert_eq!(socket.closed().await, 4003, "{stream} to the public");
        let path = format!("/api/rooms/{}/1/facts?s={stream}", center.tender);
        assert_eq!(stranger.get(&path).await.code(), "unknown_stream");
    }
    let bidder = served.sign_in(&center.bidders[0]).await;
    let (bidder_ticket, bidder_streams) = bidder.ticket(&center).await;
    assert!(bidder_streams.contains(&own(center.bidders[0].org)) && bidder_streams.len() == 2);
    let other = [own(center.bidders[1].org)];
    assert_eq!(
        bidder.enter(&center, &bidder_ticket, &other, 0).await.closed().await,
        4003,
        "another bidder's stream"
    );

    let host = served.sign_in(&center.host).await;
    let (host_ticket, host_streams) = host.ticket(&center).await;
    assert!(host_streams.contains(&host_stream));
    let mut socket = host.enter(&center, &host_ticket, &host_streams, 0).await;
    socket.hear("welcome").await;
    center.lot(&center.bidders[0], LotCommand::CheckIn(CheckIn {})).await.expect("checked in");
    let question =
        AskEnquiry { enquiry: kaibiao::base::EnquiryId(Uuid::new_v4()), text: long("工期怎么算？") };
    center.tender(&center.bidders[0], TenderCommand::AskEnquiry(question)).await.expect("asked");
    loop {
        let fact = socket.hear("fact").await.1;
        assert_ne!(fact["b"]["kind"], "checked_in", "the host hears of a check-in before the close");
        if fact["b"]["kind"] == "enquiry_asked" {
            assert!(
                !fact.to_string().contains(&center.bidders[0].org.to_string()),
                "a question has no author"
            );
            break;
        }
    }
}

async fn what_is_not_the_protocol_closes(center: Center) {
    let (_served, stranger, ticket, streams) = room(&center).await;
    let follow = json!([{ "s": streams[0], "after": 0 }]);
    for (message, code) in [
        (json!({ "k": "pong" }), 4000),
        (json!({ "k": "hello", "v": 2, "ticket": ticket, "follow": follow }), 4000),
        (json!({ "k": "hello", "v": 1, "ticket": ticket, "follow": [] }), 4000),
        (json!({ "k": "hello", "v": 1, "ticket": ticket, "follow": follow, "more": 1 }), 4000),
        (json!({ "k": "hello", "v": 1, "ticket": format!("{ticket}A"), "follow": follow }), 4001),
        (json!({ "k": "hello", "v": 1, "ticket": "", "follow": follow }), 4001),
    ] {
        let mut socket = stranger.socket(&center).await;
        socket.say(message.clone()).await;
        assert_eq!(socket.closed().await, code, "{message}");
    }
    for message in [json!({ "k": "ack", "s": streams[0], "n": 9 }), json!({ "k": "shout" })] {
        let mut socket = stranger.enter(&center, &ticket, &streams, 0).await;
        socket.hear("welcome").await;
        socket.say(message).await;
        assert_eq!(socket.closed().await, 4000);
    }
    let mut large = stranger.enter(&center, &ticket, &streams, 0).await;
    large.hear("welcome").await;
    large.say(json!({ "k": "ack", "s": "y".repeat(70_000), "n": 1 })).await;
    assert!([0, 4000].contains(&large.closed().await), "more than 64 KiB");
    let mut loud = stranger.enter(&center, &ticket, &streams, 0).await;
    loud.hear("welcome").await;
    for _ in 0..150 {
        loud.say(json!({ "k": "pong" })).await;
    }
    assert_eq!(loud.closed().await, 4029);
    center.clock.advance(kaibiao::base::Span::seconds(61));
    let mut old = stranger.enter(&center, &ticket, &streams, 0).await;
    assert_eq!(old.closed().await, 4001, "a ticket is good for a minute");
}

async fn a_session_that_ends_cuts_the_socket(center: Center) {
    let (served, _, _, _) = room(&center).await;
    let host = served.sign_in(&center.host).await;
    let (ticket, streams) = host.ticket(&center).await;
    let mut socket = host.enter(&center, &ticket, &streams, 0).await;
    socket.hear("welcome").await;
    let gone = host.send(axum::http::Method::DELETE, "/api/session", &[], Vec::new()).await;
    assert_eq!(gone.status.as_u16(), 204);
    assert_eq!(socket.closed().await, 4001);
    assert_eq!(
        host.enter(&center, &ticket, &streams, 0).await.closed().await,
        4001,
        "nor does its ticket open again"
    );
    assert_eq!(host.get("/api/session").await.code(), "not_signed_in");
}

async fn a_server_that_goes_down_says_so(center: Center) {
    let (served, stranger, ticket, streams) = room(&center).await;
    let mut socket = stranger.enter(&center, &ticket, &streams, 0).await;
    socket.hear("welcome").await;
    let rooms = served.rooms.clone();
    let drained = tokio::spawn(async move { rooms.drain().await });
    let bye = socket.hear("bye").await.1;
    assert_eq!(bye["code"], 4012);
    assert!(bye["retry_ms"].as_u64().is_some_and(|retry_ms| retry_ms >= 500));
    assert_eq!(socket.closed().await, 4012);
    drop(socket);
    drained.await.expect("drained");
    assert_eq!(served.rooms.open_sockets(), 0);
}
