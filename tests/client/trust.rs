//! TLS: a server with a certificate of its own is trusted by its file, and by nothing else.

use std::path::PathBuf;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::Message;
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;
use serde_json::json;
use uuid::Uuid;

use crate::base::TenderId;
use crate::client::{Client, Retry, RoomClient, RoomEvent};
use crate::setting::{Scratch, lot};

/// A server on TLS, its address and the file with its certificate.
async fn serve(scratch: &Scratch) -> (String, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let ca = scratch.path().join("ca.pem");
    std::fs::write(&ca, made.cert.pem()).expect("written");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a key that fits");
    let welcome = json!({"k": "welcome", "now": 1, "me": null, "streams": []}).to_string();
    let room = |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(|mut socket| async move {
            let _ = socket.recv().await;
            let _ = socket.send(Message::text(welcome)).await;
            let _ = socket.recv().await;
        })
    };
    let ticket = post(|| async { axum::Json(json!({"ticket": "x", "streams": ["t/1/public"]})) });
    let routes = Router::new()
        .route("/log/checkpoint", get(|| async { "here" }))
        .route("/api/rooms/{tender}/{lot}/ticket", ticket)
        .route("/api/rooms/{tender}/{lot}", get(room));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("for the runtime");
    let port = listener.local_addr().expect("an address").port();
    let config = RustlsConfig::from_config(std::sync::Arc::new(config));
    let server = axum_server::from_tcp_rustls(listener, config).expect("a listener");
    tokio::spawn(server.serve(routes.into_make_service()));
    (format!("https://localhost:{port}"), ca)
}

fn client(address: &str, ca: Option<PathBuf>) -> Client {
    let millis = std::time::Duration::from_millis;
    let retry = Retry { attempts_max: 1, base: millis(1), cap: millis(1) };
    Client::connect_with(address, ca, retry).expect("a good address and file")
}

#[tokio::test]
async fn a_certificate_is_trusted_by_its_file_only() {
    let scratch = Scratch::new();
    let (address, ca) = serve(&scratch).await;
    let known = client(&address, Some(ca.clone()));
    assert_eq!(known.get_bytes("/log/checkpoint").await.expect("trusted"), b"here");
    let public = client(&address, None).get_bytes("/log/checkpoint").await;
    assert_eq!(public.err().map(|error| error.code().to_owned()), Some("line_lost".into()));

    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    std::fs::write(scratch.path().join("other.pem"), other.cert.pem()).expect("written");
    let wrong = client(&address, Some(scratch.path().join("other.pem")));
    assert!(wrong.get_bytes("/log/checkpoint").await.is_err());

    let empty = scratch.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").expect("written");
    let nobody = Client::connect(&address, Some(empty));
    assert_eq!(nobody.err().map(|error| error.code().to_owned()), Some("tls_trust".into()));
}

#[tokio::test]
async fn rooms_trust_whom_http_trusts() {
    let scratch = Scratch::new();
    let (address, ca) = serve(&scratch).await;
    let mut room = RoomClient::new(client(&address, Some(ca)), TenderId(Uuid::new_v4()), lot(), Vec::new());
    assert!(matches!(room.next().await.expect("joined"), RoomEvent::Joined { .. }));
}
