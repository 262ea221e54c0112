//! Signing in and out, choosing a password, and who one is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use serde::{Deserialize, Serialize};

use super::extract::{BodyOf, SignedIn, cookie_name};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, centre::Named};
use crate::base::{Instant, KeyId, PersonId, Role, ShortText};
use crate::centre::KeyStatus;
use crate::identity::SessionToken;
use crate::limits::SESSION_MS;

pub(super) fn routes() -> Vec<Route> {
    tagged(
        "session",
        vec![
            Route::post("/api/session", Who::Anyone, "Signs in.", post(sign_in))
                .takes_json("`{login, password}`")
                .gives("`Me`, and the session's cookie."),
            Route::get("/api/session", Who::SignedIn, "Who is signed in.", get(me)).gives("`Me`"),
            Route::new(Method::DELETE, "/api/session", Who::SignedIn, "Signs out.", delete(sign_out))
                .gives_as(204, None, "The session is over, in every room too."),
            Route::post(
                "/api/enrolment",
                Who::Anyone,
                "Chooses a password with an enrolment code.",
                post(enrol),
            )
            .takes_json("`{login, code, password}`")
            .gives("`Me`, and the session's cookie."),
        ],
    )
}

/// Who is signed in.
#[derive(Serialize)]
pub(super) struct Me {
    person: PersonId,
    name: ShortText,
    login: String,
    org: Option<Named>,
    roles: Vec<Role>,
    keys: Vec<KeyOfMine>,
    origin: String,
}

#[derive(Serialize)]
struct KeyOfMine {
    key_id: KeyId,
    name: ShortText,
    since: Instant,
    status: KeyStatus,
}

impl App {
    /// What the register and the accounts say of a person.
    pub(super) async fn me(&self, person: PersonId) -> Result<Me, Problem> {
        let login = self.identity.login_of(person).await?.ok_or_else(Problem::not_signed_in)?;
        let centre = self.ledger.centre();
        let member = centre.people.get(&person).ok_or_else(Problem::not_signed_in)?;
        let key_of_mine = |(key_id, key): (KeyId, &crate::centre::Key)| KeyOfMine {
            key_id,
            name: key.record.device.clone(),
            since: key.since,
            status: key.status,
        };
        Ok(Me {
            person,
            name: member.name.clone(),
            login,
            org: Named::organisation(&centre, member.org),
            roles: member.roles.clone(),
            keys: centre.keys_of(person).map(key_of_mine).collect(),
            origin: self.ledger.origin().to_owned(),
        })
    }

    async fn begin(&self, token: SessionToken) -> Result<impl IntoResponse + use<>, Problem> {
        let session = self.identity.session(&token, self.now()).await?.ok_or_else(Problem::not_signed_in)?;
        let me = self.me(session.person).await?;
        Ok(([(SET_COOKIE, self.cookie(&token.expose(), SESSION_MS / 1000))], Json(me)))
    }

    fn cookie(&self, value: &str, max_age_s: i64) -> String {
        let secure = if self.is_tls { "; Secure" } else { "" };
        let name = cookie_name(self.is_tls);
        format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    login: String,
    password: String,
}

async fn sign_in(
    State(app): State<Arc<App>>,
    BodyOf(asked): BodyOf<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    let token = app.identity.sign_in(&asked.login, &asked.password, app.now()).await?;
    app.begin(token).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enrol {
    login: String,
    code: String,
    password: String,
}

async fn enrol(
    State(app): State<Arc<App>>,
    BodyOf(asked): BodyOf<Enrol>,
) -> Result<impl IntoResponse, Problem> {
    let token = app.identity.enrol(&asked.login, &asked.code, &asked.password, app.now()).await?;
    app.begin(token).await
}

async fn me(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Json<Me>, Problem> {
    app.me(signed_in.reader.person).await.map(Json)
}

async fn sign_out(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<impl IntoResponse, Problem> {
    app.identity.sign_out(signed_in.session, app.now()).await?;
    let clear = (HeaderName::from_static("clear-site-data"), "\"cache\"".to_owned());
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, app.cookie("", 0)), clear]))
}
