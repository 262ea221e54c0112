//! A server of tests: session, keys, acts, tender, uploads, rooms, by docs/api.md and without the platform's own code.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::{SignedAct, pae};
use kaibiao_crypto::key::PublicKey;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::base::{Actor, KeyId, OrgId, Person, PersonId, Role};
use crate::client::{Client, Retry};
use crate::log::{Log, ORIGIN};
use crate::rooms::{self, Room};
use crate::tender::Tender;
use crate::uploads::{self, Uploads};

/// What handlers share.
pub(crate) type Shared = Arc<Mutex<House>>;

/// The state of the server.
pub(crate) struct House {
    pub(crate) person: PersonId,
    pub(crate) org: OrgId,
    pub(crate) keys: BTreeMap<KeyId, PublicKey>,
    pub(crate) log: Log,
    pub(crate) tender: Option<Tender>,
    /// The signed notice.
    pub(crate) publication: Value,
    pub(crate) uploads: Uploads,
    pub(crate) room: Room,
    /// Answers to acts that are lost after the act was taken.
    pub(crate) lost_answers: u32,
    /// The next act is refused with this status and code.
    pub(crate) refusal: Option<(u16, &'static str)>,
    /// Answers with the receipt of the first act, whatever was sent.
    pub(crate) mixes_receipts: bool,
}

/// A running server; it goes with the test.
pub(crate) struct Server {
    pub(crate) house: Shared,
    pub(crate) address: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(tender: Option<Tender>) -> Self {
        let house = House {
            person: PersonId(Uuid::new_v4()),
            org: OrgId(Uuid::new_v4()),
            keys: BTreeMap::new(),
            log: Log::new(),
            tender,
            publication: Value::Null,
            uploads: Uploads::default(),
            room: Room::default(),
            lost_answers: 0,
            refusal: None,
            mixes_receipts: false,
        };
        let house: Shared = Arc::new(Mutex::new(house));
        let routes = Router::new()
            .route("/api/session", post(sign_in).get(session))
            .route("/api/keys", post(keys))
            .route("/api/centre", get(centre))
            .route("/api/acts", post(acts))
            .route("/api/tenders/{id}", get(tender_view))
            .route("/api/tenders/{id}/publication", get(publication))
            .route("/log/checkpoint", get(checkpoint))
            .route("/api/log/consistency", get(consistency))
            .route("/api/uploads", post(uploads::create))
            .route("/api/uploads/{id}", patch(uploads::part).head(uploads::offset))
            .route("/api/rooms/{tender}/{lot}/ticket", post(rooms::ticket))
            .route("/api/rooms/{tender}/{lot}", get(rooms::upgrade))
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(house.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("it serves until the test ends");
        });
        Self { house, address, task }
    }

    /// A connection that is signed in and gives up soon.
    pub(crate) async fn client(&self) -> Client {
        let millis = std::time::Duration::from_millis;
        let retry = Retry { attempts_max: 4, base: millis(1), cap: millis(5) };
        let client = Client::connect_with(&self.address, None, retry).expect("a good address");
        client.sign_in("zhang", "secret").await.expect("signed in");
        client
    }
}

fn me(house: &House) -> Value {
    let keys: Vec<Value> = house
        .keys
        .keys()
        .map(|key| json!({"key_id": key, "name": "test", "since": 1, "status": "active"}))
        .collect();
    json!({
        "person": house.person, "name": "张三", "login": "zhang", "org": {"id": house.org, "name": "甲公司"},
        "roles": ["bidder"], "keys": keys, "origin": ORIGIN,
    })
}

fn problem(status: u16, code: &str) -> Response {
    let body = json!({
        "type": format!("urn:kaibiao:problem:{code}"), "title": "不行", "title_en": "no", "status": status,
        "code": code, "opening_at": 7,
    });
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

fn is_signed_in(headers: &HeaderMap) -> bool {
    headers.get("cookie").is_some_and(|cookie| cookie == "kaibiao=token")
}

async fn sign_in(State(house): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if !headers.contains_key("x-kaibiao-csrf") {
        return problem(403, "csrf");
    }
    if body != json!({"login": "zhang", "password": "secret"}) {
        return problem(401, "not_signed_in");
    }
    let cookie = "kaibiao=token; HttpOnly; SameSite=Strict; Path=/";
    ([("set-cookie", cookie)], Json(me(&*house.lock().await))).into_response()
}

async fn session(State(house): State<Shared>, headers: HeaderMap) -> Response {
    if is_signed_in(&headers) {
        Json(me(&*house.lock().await)).into_response()
    } else {
        problem(401, "not_signed_in")
    }
}

async fn keys(State(house): State<Shared>, Json(body): Json<Value>) -> Response {
    let mut house = house.lock().await;
    let decode = |name: &str| STANDARD.decode(body[name].as_str().unwrap_or_default()).expect("base64");
    let key = PublicKey::from_spki(&decode("spki")).expect("a key");
    let claim = format!("kaibiao key {} {ORIGIN}", house.person);
    if key.verify(&pae(claim.as_bytes()), &decode("proof")).is_err() {
        return problem(422, "bad_signature");
    }
    house.keys.insert(key.key_id(), key);
    Json(me(&house)).into_response()
}

async fn centre(State(house): State<Shared>) -> Response {
    let house = house.lock().await;
    let centre = json!({
        "name": "交易中心", "origin": ORIGIN, "log_key": house.log.vkey(), "witness_keys": [], "custodians": [],
        "group_key": null, "limits": {}, "organisations": [], "sealing_page_sha256": null,
    });
    Json(centre).into_response()
}

async fn acts(State(house): State<Shared>, headers: HeaderMap, Json(act): Json<SignedAct>) -> Response {
    let mut house = house.lock().await;
    if !is_signed_in(&headers) {
        return problem(401, "not_signed_in");
    }
    if let Some((status, code)) = house.refusal.take() {
        return problem(status, code);
    }
    let Some(key) = house.keys.get(&act.key_id) else { return problem(403, "unknown_key") };
    if act.verify(key).is_err() || act.body_value().is_err() {
        return problem(422, "bad_signature");
    }
    let accepted = house.log.take(&act);
    if house.lost_answers > 0 {
        house.lost_answers -= 1;
        return problem(502, "bad_gateway");
    }
    if house.mixes_receipts {
        let first = house.log.acts[0].clone();
        return Json(house.log.take(&first)).into_response();
    }
    Json(accepted).into_response()
}

async fn tender_view(State(house): State<Shared>, Path(_): Path<String>) -> Response {
    let house = house.lock().await;
    let key = house.keys.keys().next().copied();
    let reader = key
        .map(|key| Actor::Person(Person { person: house.person, org: house.org, role: Role::Bidder, key }));
    match house.tender.as_ref().and_then(|tender| tender.view(reader)) {
        Some(view) => Json(view).into_response(),
        None => problem(404, "unknown_tender"),
    }
}

async fn publication(State(house): State<Shared>, Path(_): Path<String>) -> Json<Value> {
    Json(house.lock().await.publication.clone())
}

async fn checkpoint(State(house): State<Shared>) -> String {
    house.lock().await.log.head().to_text()
}

async fn consistency(State(house): State<Shared>, Query(query): Query<BTreeMap<String, u64>>) -> Response {
    let proof = house.lock().await.log.consistency(query["from"], query["to"]);
    let proof: Vec<String> = proof.iter().map(|hash| STANDARD.encode(hash.as_bytes())).collect();
    Json(json!({"proof": proof})).into_response()
}
