//! Open data in: what a host may begin a draft with. Nothing is stored; the draft is the host's own signed act.

use axum::Json;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::routing::post;

use super::extract::SignedIn;
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::Role;
use crate::ocds::{self, BYTES_MAX, ImportError, ImportedDraft};

pub(super) fn routes() -> Vec<Route> {
    let limit = DefaultBodyLimit::max(BYTES_MAX);
    let ocds = Route::post("/api/imports/ocds", Who::Host, "Reads an OCDS file as a draft.", post(import).layer(limit))
        .takes_json("An OCDS 1.0 or 1.1 release, release package or record package, at most 8 MiB.")
        .gives("`ImportedDraft`: terms as far as the file has them, documents to fetch by hand, and notes on the rest.");
    tagged("notice", vec![ocds])
}

async fn import(
    signed_in: SignedIn,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ImportedDraft>, Problem> {
    signed_in.require(Role::Host)?;
    let body = body?;
    // A file of the largest size takes a while: nobody else shall wait for it.
    let imported = tokio::task::spawn_blocking(move || ocds::import(&body)).await;
    let imported = imported.map_err(|error| Problem::fault(&error, "import_stopped"))?;
    imported.map(Json).map_err(|error| Problem::new(status(error), error.code()))
}

fn status(error: ImportError) -> StatusCode {
    match error {
        ImportError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ImportError::NotJson => StatusCode::BAD_REQUEST,
        ImportError::NotOcds | ImportError::NoTender => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
