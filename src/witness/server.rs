//! What a witness answers over HTTP (C2SP `tlog-witness`), to anybody.
//!
//! ```text
//! POST /add-checkpoint                       → 200 the cosignature's line
//!      400 malformed · 403 not signed by the log · 404 unknown log · 422 no continuation of what was cosigned
//!      409 another old size; the body is the size cosigned last, text/x.tlog.size
//! GET  /<hex sha256 of the origin>/checkpoint → the head cosigned last
//! ```

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;

use super::{NotCosigned, Witness, WitnessError};
use crate::base::Digest;
use crate::daemon;
use crate::limits::WITNESS_BYTES_MAX;

/// The media type of a size.
const SIZE: &str = "text/x.tlog.size";

impl IntoResponse for NotCosigned {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::OtherSize(size) => {
                return (StatusCode::CONFLICT, [(header::CONTENT_TYPE, SIZE)], format!("{size}\n"))
                    .into_response();
            }
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotSigned => StatusCode::FORBIDDEN,
            Self::UnknownLog => StatusCode::NOT_FOUND,
            Self::Unproven => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Fault(error) => {
                tracing::error!(%error, "a head could not be looked at");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        tracing::warn!(status = status.as_u16(), reason = %self, "not cosigned");
        (status, format!("{self}\n")).into_response()
    }
}

/// Answers at `listen` until it is asked to stop; over TLS with these files, if there are any.
pub(super) async fn serve(
    witness: Arc<Witness>,
    listen: SocketAddr,
    tls: Option<(PathBuf, PathBuf)>,
) -> Result<(), WitnessError> {
    let failed = |error: std::io::Error| WitnessError::File(listen.to_string().into(), error);
    let listener = std::net::TcpListener::bind(listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let service = router(witness).into_make_service();
    match tls {
        None => {
            let server = axum_server::from_tcp(listener).map_err(failed)?;
            server.handle(daemon::handle()).serve(service).await.map_err(failed)
        }
        Some((certificate, key)) => {
            // A second call finds the provider installed already, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let config = RustlsConfig::from_pem_file(&certificate, key).await;
            let config = config.map_err(|error| WitnessError::File(certificate, error))?;
            let server = axum_server::from_tcp_rustls(listener, config).map_err(failed)?;
            server.handle(daemon::handle()).serve(service).await.map_err(failed)
        }
    }
}

/// The routes.
fn router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::max(WITNESS_BYTES_MAX))
        .with_state(witness)
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Result<String, NotCosigned> {
    // Files are synced beside the tasks that answer the network.
    let answer = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body)).await;
    answer.map_err(|_| NotCosigned::Malformed("a task broke off"))?
}

async fn checkpoint(
    State(witness): State<Arc<Witness>>,
    Path(origin): Path<String>,
) -> Result<String, StatusCode> {
    let origin: Digest = origin.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    witness.checkpoint(origin).ok_or(StatusCode::NOT_FOUND)
}
