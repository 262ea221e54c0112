//! What a signer answers over the network, to the one platform that shows the pinned certificate.
//!
//! ```text
//! POST /sign   Extension → {"signature":"— origin …\n"}, a line for each key that signs
//! GET  /kept → {"kept":{"root":…,"size":…}|null}      GET /keys → ["<vkey>", …], the one that signs, then the next
//! GET  /clock-steps → ["<note>", …], steps of its clock that keepers have accepted
//! refusals: 409 {"code":"…","message":"…"}; faults of the signer: 500, the cause in its own log
//! ```

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use kaibiao_crypto::checkpoint::{NoteSignature, NoteVerifier};
use rustls::ServerConfig;
use serde::{Deserialize, Serialize};

use super::{Extension, KeptHead, Signer, SignerError};
use crate::daemon;
use crate::limits::SIGN_BYTES_MAX;

/// A signature on the wire.
#[derive(Serialize, Deserialize)]
pub(super) struct Signed {
    /// The lines below the note.
    pub(super) signature: String,
}

/// The kept head on the wire.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    pub(super) kept: Option<KeptHead>,
}

/// A refusal on the wire.
#[derive(Serialize, Deserialize)]
pub(super) struct RefusalBody {
    pub(super) code: String,
    pub(super) message: String,
}

impl IntoResponse for SignerError {
    fn into_response(self) -> Response {
        tracing::error!(code = self.code(), reason = %self, "nothing is signed");
        match &self {
            Self::Refused(refused) => {
                let body = RefusalBody { code: refused.code().to_owned(), message: refused.to_string() };
                (StatusCode::CONFLICT, Json(body)).into_response()
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// Answers at `listen` until it is asked to stop.
pub(super) async fn serve(
    signer: Arc<Signer>,
    tls: Arc<ServerConfig>,
    listen: &str,
) -> Result<(), SignerError> {
    let failed = |error: std::io::Error| SignerError::File(listen.into(), error);
    let listener = std::net::TcpListener::bind(listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls)).map_err(failed)?;
    server.handle(daemon::handle()).serve(router(signer).into_make_service()).await.map_err(failed)
}

fn router(signer: Arc<Signer>) -> Router {
    Router::new()
        .route("/sign", post(sign))
        .route("/kept", get(kept))
        .route("/keys", get(keys))
        .route("/clock-steps", get(clock_steps))
        .layer(DefaultBodyLimit::max(SIGN_BYTES_MAX))
        .with_state(signer)
}

async fn sign(
    State(signer): State<Arc<Signer>>,
    Json(wanted): Json<Extension>,
) -> Result<Json<Signed>, SignerError> {
    // The file is synced beside the tasks that answer the network.
    let signed = tokio::task::spawn_blocking(move || signer.sign(&wanted)).await;
    let signed = signed.map_err(|_| SignerError::WrongAnswer("a task broke off"))??;
    Ok(Json(Signed { signature: signed.iter().map(NoteSignature::to_line).collect() }))
}

async fn kept(State(signer): State<Arc<Signer>>) -> Result<Json<KeptAnswer>, SignerError> {
    Ok(Json(KeptAnswer { kept: signer.kept()? }))
}

async fn keys(State(signer): State<Arc<Signer>>) -> Result<Json<Vec<String>>, SignerError> {
    Ok(Json(signer.verifiers()?.iter().map(NoteVerifier::vkey).collect()))
}

async fn clock_steps(State(signer): State<Arc<Signer>>) -> Result<Json<Vec<String>>, SignerError> {
    Ok(Json(signer.clock_steps()?))
}
