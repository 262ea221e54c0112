//! A person's first signing key: shown with proof, certified by the centre's authority.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;

use super::App;
use super::extract::{BodyOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::session::Me;
use crate::base::ShortText;
use crate::identity::NewKey;

pub(super) fn routes() -> Vec<Route> {
    let certify = Route::post("/api/keys", Who::SignedIn, "Certifies a person's first signing key.", post(certify))
        .takes_json("`{alg, spki, proof, name}`: `proof` signs the pre-authentication encoding of `kaibiao key <person> <origin>`.")
        .gives("`Me` with the key.");
    tagged("session", vec![certify])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    alg: u8,
    spki: String,
    proof: String,
    name: ShortText,
}

async fn certify(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    BodyOf(shown): BodyOf<Shown>,
) -> Result<Json<Me>, Problem> {
    let person = signed_in.reader.person;
    let new = NewKey { alg: shown.alg, spki: &shown.spki, proof: &shown.proof, device: shown.name };
    app.authority.certify(&app.ledger, person, &new).await?;
    app.me(person).await.map(Json)
}
