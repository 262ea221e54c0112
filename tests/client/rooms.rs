//! A room of tests: plays frames to whoever joins, and breaks lines as it is told.

use std::collections::VecDeque;

use axum::Json;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kaibiao_crypto::digest::Digest;
use serde_json::{Value, json};

use crate::house::Shared;

/// What the room does when somebody joins, one script a joining.
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) scripts: VecDeque<Vec<Move>>,
    /// What was said by followers, in order.
    pub(crate) heard: Vec<Value>,
}

/// A move of the server.
pub(crate) enum Move {
    /// Says a text.
    Say(String),
    /// Waits for a message of this kind and answers a command.
    Await(&'static str),
    /// Closes with a code.
    Close(u16),
    /// Drops the line.
    Drop,
}

/// The name of the stream of tests.
pub(crate) const STREAM: &str = "t/1/public";

/// Chained frames of a stream, as the server writes them.
pub(crate) fn frames(count: u64) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    for n in 1..=count {
        let p = frames.last().map(|last| Digest::of(last.as_bytes()));
        let fact =
            json!({"k": "fact", "s": STREAM, "n": n, "t": 1000 + n, "p": p, "b": {"kind": "tested", "n": n}});
        frames.push(fact.to_string());
    }
    frames
}

pub(crate) fn welcome(head: u64) -> Move {
    let streams = json!([{"s": STREAM, "head": head}]);
    Move::Say(json!({"k": "welcome", "now": 1, "me": null, "streams": streams}).to_string())
}

pub(crate) async fn ticket(Path((_, _)): Path<(String, String)>) -> Response {
    Json(json!({"ticket": "let me in", "streams": [STREAM, "t/1/host"]})).into_response()
}

pub(crate) async fn upgrade(
    State(house): State<Shared>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let origin = headers.get("origin").and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(origin.starts_with("http://127.0.0.1:"), "a browser's Origin, got {origin:?}");
    upgrade.on_upgrade(|socket| play(socket, house))
}

async fn play(mut socket: WebSocket, house: Shared) {
    hear(&mut socket, &house, "hello").await;
    let Some(script) = house.lock().await.room.scripts.pop_front() else { return };
    for step in script {
        match step {
            Move::Say(text) => {
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
            Move::Await(kind) => hear(&mut socket, &house, kind).await,
            Move::Close(code) => {
                let close = CloseFrame { code, reason: "".into() };
                let _ = socket.send(Message::Close(Some(close))).await;
                return;
            }
            Move::Drop => return,
        }
    }
    // The line stays open until the follower goes.
    while let Some(Ok(_)) = socket.recv().await {}
}

async fn hear(socket: &mut WebSocket, house: &Shared, kind: &str) {
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        let said: Value = serde_json::from_str(&text).expect("JSON");
        let is_it = said["k"] == kind;
        house.lock().await.room.heard.push(said.clone());
        if is_it {
            if kind == "cmd" {
                let answer = json!({"k": "answer", "id": said["id"], "ok": {"index": 7}}).to_string();
                let _ = socket.send(Message::text(answer)).await;
            }
            return;
        }
    }
}
