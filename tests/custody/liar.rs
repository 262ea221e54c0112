//! A custodian that lies: it has the certificate and the share of a real one, and answers with points of its choice.

use std::sync::Arc;

use axum::routing::post;
use axum::{Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::custodian::{ReleaseRequest, Released, Wanted};
use kaibiao::pinned::{self, OwnCertificate};
use kaibiao_crypto::label::Label;
use kaibiao_crypto::threshold::{Share, ShareFile};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::installation::Installation;

/// Answers at the address of custodian `index`, which must not run, until it is aborted.
pub async fn lie(centre: &Installation, index: u8) -> JoinHandle<std::io::Result<()>> {
    let vault = centre.custodians.vault(index);
    let card: Value = serde_json::from_slice(&std::fs::read(centre.custodians.card(index)).expect("a card"))
        .expect("a card is JSON");
    let certificate = STANDARD.decode(card["card"]["certificate"].as_str().expect("text")).expect("base64");
    let own = OwnCertificate { certificate, key: vault.tls().into() };
    let platform = std::fs::read(centre.data().join("keys/custody/tls.der")).expect("a certificate");
    let config = pinned::server_config(&own, platform).expect("a configuration");
    let file: ShareFile = serde_json::from_value(vault.share()).expect("a share");
    let (share, _) = file.import().expect("a share");
    let share = Arc::new(share);
    let router = Router::new().route("/release", post(move |Json(request)| answer(share.clone(), request)));
    let listener = std::net::TcpListener::bind(("127.0.0.1", centre.custodians.port(index))).expect("free");
    listener.set_nonblocking(true).expect("a listener");
    let server =
        axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(config)).expect("a listener");
    tokio::spawn(server.serve(router.into_make_service()))
}

/// As many partial keys as are asked for, of the right custodian, good points all, of another label.
async fn answer(share: Arc<Share>, request: ReleaseRequest) -> Json<Released> {
    let count = match &request.wanted {
        Wanted::Envelopes { items, .. } => items.len(),
        Wanted::OpeningDraw | Wanted::PanelDraw { .. } => 1,
    };
    let other = Label::Rehearsal { date: "2026-01-01".parse().expect("a date") };
    Json(vec![share.partial(&other); count])
}
