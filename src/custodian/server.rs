//! What a custodian answers over the network, to the one platform that shows the pinned certificate.
//!
//! ```text
//! POST /release   ReleaseRequest   → [Partial]        POST /schedule  ScheduleRequest → ScheduleSeen
//! POST /rehearse  RehearsalRequest → Partial          GET  /status    → Status
//! GET  /record?from=n → [SignedLine], a page at a time
//! refusals: 409 {"code":"…"}; the reason stays in the custodian's own log
//! ```

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Query, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use kaibiao_crypto::threshold::Partial;
use rustls::ServerConfig;
use serde::{Deserialize, Serialize};

use super::error::CustodianError;
use super::record::SignedLine;
use super::request::{RehearsalRequest, ReleaseRequest, Released, ScheduleRequest, ScheduleSeen, Status};
use super::{Custodian, ReleaseRefused};

/// Largest request: 1,024 gated bids, each with its signed act and two proofs.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Lines of the record in one answer.
const PAGE: u32 = 500;

/// A refusal on the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefusalBody {
    /// Stable code.
    pub code: String,
}

impl IntoResponse for ReleaseRefused {
    fn into_response(self) -> Response {
        tracing::warn!(code = self.code(), reason = %self, "refused");
        let status = match &self {
            Self::State(_) | Self::BrokeOff => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::CONFLICT,
        };
        (status, Json(RefusalBody { code: self.code().to_owned() })).into_response()
    }
}

/// Answers at `listen` until `handle` stops it.
pub async fn serve(
    custodian: Arc<Custodian>,
    tls: Arc<ServerConfig>,
    listen: &str,
    handle: Handle<SocketAddr>,
) -> Result<(), CustodianError> {
    let failed = |error: std::io::Error| CustodianError::File(listen.into(), error);
    let listener = std::net::TcpListener::bind(listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls)).map_err(failed)?;
    server.handle(handle).serve(router(custodian).into_make_service()).await.map_err(failed)
}

fn router(custodian: Arc<Custodian>) -> Router {
    Router::new()
        .route("/release", post(release))
        .route("/schedule", post(schedule))
        .route("/rehearse", post(rehearse))
        .route("/record", get(record))
        .route("/status", get(status))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(custodian)
}

async fn release(
    Held(custodian): Held<Arc<Custodian>>,
    Json(request): Json<ReleaseRequest>,
) -> Result<Json<Released>, ReleaseRefused> {
    Ok(Json(custodian.release(request).await?))
}

async fn schedule(
    Held(custodian): Held<Arc<Custodian>>,
    Json(request): Json<ScheduleRequest>,
) -> Result<Json<ScheduleSeen>, ReleaseRefused> {
    Ok(Json(custodian.pin_schedule(request).await?))
}

async fn rehearse(
    Held(custodian): Held<Arc<Custodian>>,
    Json(request): Json<RehearsalRequest>,
) -> Result<Json<Partial>, ReleaseRefused> {
    Ok(Json(custodian.rehearse(&request).await?))
}

async fn status(Held(custodian): Held<Arc<Custodian>>) -> Json<Status> {
    Json(custodian.status())
}

/// From which line on.
#[derive(Deserialize)]
struct From {
    #[serde(default)]
    from: u64,
}

async fn record(
    Held(custodian): Held<Arc<Custodian>>,
    Query(From { from }): Query<From>,
) -> Result<Json<Vec<SignedLine>>, StatusCode> {
    let lines = custodian.state().lines(from, PAGE).await;
    lines.map(Json).map_err(|error| {
        tracing::error!(%error, "the record cannot be read");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}
