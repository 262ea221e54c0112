//! Rooms: order, chain, broken lines, acts under way.

use serde_json::json;

use crate::base::{Role, TenderId};
use crate::client::{ActRequest, RoomClient, RoomEvent, Signatory};
use crate::house::Server;
use crate::rooms::{Move, STREAM, frames, welcome};
use crate::setting::{Scratch, lot};
use uuid::Uuid;

async fn room(server: &Server, scripts: Vec<Vec<Move>>) -> RoomClient {
    server.house.lock().await.room.scripts = scripts.into();
    RoomClient::new(server.client().await, TenderId(Uuid::new_v4()), lot(), vec!["public".into()])
}

/// Facts until the first failure or `count`.
async fn facts(room: &mut RoomClient, count: usize) -> (Vec<u64>, Option<String>) {
    let mut heard = Vec::new();
    while heard.len() < count {
        match room.next().await {
            Ok(RoomEvent::Fact(fact)) => heard.push(fact.n),
            Ok(_) => {}
            Err(error) => return (heard, Some(error.code().to_owned())),
        }
    }
    (heard, None)
}

fn says(texts: &[String]) -> Vec<Move> {
    texts.iter().cloned().map(Move::Say).collect()
}

#[tokio::test]
async fn facts_come_once_and_in_order_over_broken_lines() {
    let server = Server::start(None).await;
    let f = frames(5);
    let mut first = vec![welcome(5)];
    first.extend(says(&f[..2]));
    first.push(Move::Drop);
    let mut second = vec![welcome(5)];
    // The server may say again what was said; it is heard once.
    second.extend(says(&f[1..4]));
    second.push(Move::Close(4012));
    let mut third = vec![welcome(5), Move::Say(json!({"k": "of_a_later_release"}).to_string())];
    third.extend(says(&f[4..]));
    let mut room = room(&server, vec![first, second, third]).await;
    assert_eq!(facts(&mut room, 5).await, (vec![1, 2, 3, 4, 5], None));
    assert_eq!(room.heard(STREAM), 5);
    let house = server.house.lock().await;
    let follows: Vec<_> = house.room.heard.iter().map(|hello| hello["follow"][0]["after"].clone()).collect();
    assert_eq!(follows, [json!(0), json!(2), json!(4)]);
    assert_eq!(house.room.heard[0]["follow"].as_array().map(Vec::len), Some(1), "only what was asked for");
}

#[tokio::test]
async fn a_server_that_contradicts_itself_is_not_followed() {
    let f = frames(3);
    let other = f[0].replace("1001", "1009");
    let cases: [(Vec<String>, usize, &str); 4] = [
        (vec![f[0].clone(), f[2].clone()], 1, "room_gap"),
        (vec![other, f[1].clone()], 1, "room_chain"),
        (vec![f[0].clone(), f[1].replace("\"p\":\"", "\"p\":null,\"q\":\"")], 1, "room_chain"),
        (vec!["{\"k\":\"fact\"}".into()], 0, "room_form"),
    ];
    for (texts, good, code) in cases {
        let server = Server::start(None).await;
        let mut script = vec![welcome(3)];
        script.extend(says(&texts));
        let mut room = room(&server, vec![script]).await;
        let (heard, error) = facts(&mut room, 3).await;
        assert_eq!((heard.len(), error.as_deref()), (good, Some(code)));
    }
}

#[tokio::test]
async fn a_server_that_was_restored_is_heard_from_the_first_again() {
    let server = Server::start(None).await;
    let (before, f) = (frames(3), frames(2));
    let mut first = vec![welcome(3)];
    first.extend(says(&before));
    first.push(Move::Drop);
    let restored =
        json!({"k": "welcome", "now": 1, "me": null, "streams": [{"s": STREAM, "head": 2, "reset": true}]});
    let mut again = vec![welcome(2)];
    again.extend(says(&f));
    let mut room = room(&server, vec![first, vec![Move::Say(restored.to_string())], again]).await;
    assert_eq!(facts(&mut room, 3).await, (vec![1, 2, 3], None));
    while room.next().await.expect("it goes on") != RoomEvent::Restarted {}
    assert_eq!(facts(&mut room, 2).await, (vec![1, 2], None), "from the first");
    let house = server.house.lock().await;
    let follows: Vec<_> = house.room.heard.iter().map(|hello| hello["follow"][0]["after"].clone()).collect();
    assert_eq!(follows, [json!(0), json!(3), json!(0)]);
}

#[tokio::test]
async fn a_closed_door_stays_closed() {
    let server = Server::start(None).await;
    let mut room = room(&server, vec![vec![welcome(0), Move::Close(4003)]]).await;
    assert_eq!(facts(&mut room, 1).await.1.as_deref(), Some("room_closed"));
}

#[tokio::test]
async fn an_act_is_said_again_until_it_is_answered() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let signatory = Signatory::open(server.client().await, &scratch.home(), false).await.expect("certified");
    let request =
        ActRequest { kind: "CheckIn".into(), tender: None, lot: None, role: Role::Bidder, body: json!({}) };
    let act = signatory.sign(&request).await.expect("signed");
    let ping = Move::Say(json!({"k": "ping", "now": 1}).to_string());
    let scripts =
        vec![vec![welcome(0), ping, Move::Await("pong"), Move::Drop], vec![welcome(0), Move::Await("cmd")]];
    let mut room = room(&server, scripts).await;
    room.act(&act).await.expect("kept until the line stands");
    let answered = loop {
        if let RoomEvent::Answered { nonce, result } = room.next().await.expect("heard") {
            break (nonce, result);
        }
    };
    assert_eq!(answered, (hex::encode(act.read_payload().expect("good").nonce.0), Ok(7)));
    let house = server.house.lock().await;
    let said: Vec<_> = house.room.heard.iter().filter(|said| said["k"] == "cmd").collect();
    assert!(said.len() == 2 && said[0] == said[1], "the same bytes on both lines");
}
