//! Accounts of people, kept by the registrar. The people themselves, their roles and keys are acts in the log; here is
//! only how they sign in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::App;
use super::centre::Named;
use super::extract::{BodyOf, QueryOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::{PersonId, Role, ShortText};
use crate::identity::IdentityError;
use crate::limits::PEOPLE_PAGE;

pub(super) fn routes() -> Vec<Route> {
    tagged(
        "admin",
        vec![
            Route::get(
                "/api/admin/people",
                Who::Registrar,
                "People of the register with their accounts.",
                get(people),
            )
            .query(&[("page", "From 1; 50 people a page.")])
            .gives("`{people: [{person, name, org, roles, login, has_password}], total}`"),
            Route::post(
                "/api/admin/people",
                Who::Registrar,
                "Gives a person an account, or a new enrolment code.",
                post(invite),
            )
            .takes_json("`{person, login}`; without a login, a new code for the account that there is.")
            .gives("`{person, login, code}`: the code is shown once."),
        ],
    )
}

#[derive(Deserialize)]
struct Page {
    page: Option<usize>,
}

#[derive(Serialize)]
struct PeoplePage {
    people: Vec<Listed>,
    total: usize,
}

#[derive(Serialize)]
struct Listed {
    person: PersonId,
    name: ShortText,
    org: Option<Named>,
    roles: Vec<Role>,
    login: Option<String>,
    has_password: bool,
}

async fn people(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    QueryOf(page): QueryOf<Page>,
) -> Result<Json<PeoplePage>, Problem> {
    signed_in.require(Role::Registrar)?;
    let centre = app.ledger.centre();
    let start = (page.page.unwrap_or(1).max(1) - 1).saturating_mul(PEOPLE_PAGE);
    let mut people = Vec::new();
    for (person, member) in centre.people.iter().skip(start).take(PEOPLE_PAGE) {
        let account = app.identity.account_of(*person).await?;
        people.push(Listed {
            person: *person,
            name: member.name.clone(),
            org: Named::organisation(&centre, member.org),
            roles: member.roles.clone(),
            has_password: account.as_ref().is_some_and(|(_, has_password)| *has_password),
            login: account.map(|(login, _)| login),
        });
    }
    Ok(Json(PeoplePage { people, total: centre.people.size() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    person: PersonId,
    login: Option<String>,
}

#[derive(Serialize)]
struct Invited {
    person: PersonId,
    login: String,
    code: String,
}

async fn invite(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    BodyOf(asked): BodyOf<Invite>,
) -> Result<Json<Invited>, Problem> {
    signed_in.require(Role::Registrar)?;
    let person = asked.person;
    if !app.ledger.centre().people.contains_key(&person) {
        return Err(Problem::unknown("unknown_person"));
    }
    let enrolment: Result<_, IdentityError> = match &asked.login {
        Some(login) => app.identity.invite(person, login).await,
        None => app.identity.invite_again(person).await,
    };
    let enrolment = enrolment?;
    Ok(Json(Invited { person, login: enrolment.login, code: enrolment.code }))
}
