//! A centre behind its own HTTP on localhost, and people who visit it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, Method, StatusCode};
use futures_util::{SinkExt, StreamExt};
use kaibiao::base::Role;
use kaibiao::http::{self, App};
use kaibiao::identity::{Authority, Identity};
use kaibiao::intake::Intake;
use kaibiao::live::{self, Rooms};
use kaibiao::tender::LotCommand;
use kaibiao_crypto::key::SigningKey;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::{Actor, Center, lot};

/// The password of everybody who has an account here.
pub const PASSWORD: &str = "correct horse battery";

/// The server.
pub struct Served {
    pub address: SocketAddr,
    pub identity: Identity,
    pub rooms: Rooms,
}

impl Center {
    /// Serves what production serves, on a port of its own.
    pub async fn serve(&self) -> Served {
        self.serve_at(0).await
    }

    /// Serves on this port.
    pub async fn serve_at(&self, port: u16) -> Served {
        let database = self.ledger.database().clone();
        let identity = Identity::open(database.clone()).await.expect("identity");
        let intake = Intake::new(self.ledger.clone(), database.clone(), self.files.clone());
        let rooms = Rooms::open(self.ledger.clone(), intake.clone(), identity.clone());
        let key = SigningKey::from_pkcs8(&self.authority.key.to_pkcs8()).expect("the authority's key");
        let app = Arc::new(App {
            ledger: self.ledger.clone(),
            intake,
            identity: identity.clone(),
            authority: Arc::new(Authority { key, person: self.authority.person }),
            database,
            custody: None,
            files: self.files.clone(),
            uploads: self.uploads.clone(),
            bid_places: Default::default(),
            is_tls: false,
        });
        let router = http::router(app, live::router(rooms.clone()));
        let listener = http::listen(([127, 0, 0, 1], port).into()).expect("a port");
        let listener = TcpListener::from_std(listener).expect("a listener");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Served { address, identity, rooms }
    }
}

impl Served {
    /// Somebody without an account.
    pub fn stranger(&self) -> Visitor {
        // The client wants a provider of TLS to be named even where no TLS is spoken; whoever comes second finds it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Visitor { address: self.address, cookie: String::new(), client: reqwest::Client::new() }
    }

    /// Gives a person an account and signs in. The login is the person's id.
    pub async fn sign_in(&self, actor: &Actor) -> Visitor {
        let login = actor.person.to_string();
        self.identity.create_account(actor.person, &login, PASSWORD).await.expect("an account");
        let mut visitor = self.stranger();
        let signed_in = visitor.post("/api/session", &json!({ "login": login, "password": PASSWORD })).await;
        assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.text);
        visitor.cookie = cookie_of(&signed_in);
        visitor
    }
}

/// The cookie that an answer sets, as a browser sends it back.
pub fn cookie_of(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().expect("text");
    set.split(';').next().expect("a pair").to_owned()
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Visitor {
    pub address: SocketAddr,
    pub cookie: String,
    pub client: reqwest::Client,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Visitor {
    /// Sends a request as our pages do.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let method = method.as_str().parse().expect("a method");
        let mut request = self.client.request(method, format!("http://{}{path}", self.address)).body(body);
        request = request.header("cookie", &self.cookie).header("x-kaibiao-csrf", "1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: answer.text().await.expect("text") }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.send(Method::POST, path, &json, body.to_string().into_bytes()).await
    }

    /// An act of `actor` on the lot, over HTTP.
    pub async fn act(&self, center: &Center, actor: &Actor, command: LotCommand) -> Answer {
        let (kind, lot, body) = kaibiao::tender::Command::Lot(lot(), command).encode().expect("a command");
        let act = actor.sign(Some(center.tender), lot, &kind, &body);
        self.post("/api/acts", &serde_json::to_value(act).expect("an act")).await
    }

    /// A ticket for the test's room, and the streams that it names.
    pub async fn ticket(&self, center: &Center) -> (String, Vec<String>) {
        let answer = self.post(&format!("/api/rooms/{}/{}/ticket", center.tender, lot()), &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let answer = answer.json();
        let streams = answer["streams"].as_array().expect("streams").iter();
        let streams = streams.map(|stream| stream.as_str().expect("a name").to_owned()).collect();
        (answer["ticket"].as_str().expect("a ticket").to_owned(), streams)
    }

    /// A socket to the test's room that has said nothing yet.
    pub async fn socket(&self, center: &Center) -> Socket {
        let address = format!("ws://{}/api/rooms/{}/{}", self.address, center.tender, lot());
        let (socket, _) =
            connect_async(address.into_client_request().expect("an address")).await.expect("a socket");
        Socket(socket)
    }

    /// A socket that has said hello and follows `streams` from `after`.
    pub async fn enter(&self, center: &Center, ticket: &str, streams: &[String], after: u64) -> Socket {
        let mut socket = self.socket(center).await;
        let follow: Vec<Value> =
            streams.iter().map(|stream| json!({ "s": stream, "after": after })).collect();
        socket.say(json!({ "k": "hello", "v": 1, "ticket": ticket, "follow": follow })).await;
        socket
    }
}

/// A socket to a room.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    /// The next frame of kind `k`, with its exact text; others are passed over.
    pub async fn hear(&mut self, k: &str) -> (String, Value) {
        loop {
            let text = match self.next().await {
                Some(Message::Text(text)) => text.to_string(),
                other => panic!("wanted {k}, heard {other:?}"),
            };
            let value: Value = serde_json::from_str(&text).expect("JSON");
            if value["k"] == k {
                return (text, value);
            }
        }
    }

    /// The code with which the socket is closed, 0 if it broke off; frames before it are passed over.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Message::Close(Some(close))) => return close.code.into(),
                Some(_) => {}
                None => return 0,
            }
        }
    }

    async fn next(&mut self) -> Option<Message> {
        let wait = std::time::Duration::from_secs(20);
        let next = tokio::time::timeout(wait, self.0.next()).await.expect("something is heard");
        next.and_then(Result::ok)
    }
}

/// The role by which a person of the test centre is called.
pub fn name_of(role: Role) -> String {
    serde_json::to_value(role).expect("text").as_str().expect("text").to_owned()
}
