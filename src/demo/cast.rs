//! Everybody in the story, signed in over HTTP with a key of their own: the same client that a bidder uses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use super::content::People;
use crate::base::{LotId, OrgId, PersonId, Role, TenderId};
use crate::client::{Accepted, ActRequest, Client, Home, Signatory};
use crate::tender::{Command, LotCommand, TenderCommand};

/// An account that was made for this run.
#[derive(Clone, Debug, Serialize)]
pub struct Login {
    /// Key in the story: `host`, `bidder_03`, `visitor_host` …
    pub id: String,
    /// Sign-in name.
    pub login: String,
    /// Random password of this run.
    pub password: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// The person.
    pub person: PersonId,
    /// The organisation.
    pub org: OrgId,
}

/// The accounts of this run.
pub struct Cast {
    base_url: String,
    folder: PathBuf,
    logins: BTreeMap<String, Login>,
}

impl Cast {
    /// The people with `logins`, who reach the platform at `base_url` and keep their keys below `folder`.
    pub fn new(base_url: &str, folder: &Path, logins: Vec<Login>) -> Self {
        let logins = logins.into_iter().map(|login| (login.id.clone(), login)).collect();
        Self { base_url: base_url.to_owned(), folder: folder.to_owned(), logins }
    }

    /// The account of `id`.
    pub fn login(&self, id: &str) -> Result<&Login> {
        self.logins.get(id).with_context(|| format!("nobody is called {id}"))
    }

    /// All accounts.
    pub fn logins(&self) -> impl Iterator<Item = &Login> {
        self.logins.values()
    }

    /// Signs `id` in, with a key that is made and certified at the first time.
    pub async fn enter(&self, id: &str) -> Result<Player> {
        let login = self.login(id)?.clone();
        let client = Client::connect(&self.base_url, None)?;
        client.sign_in(&login.login, &login.password).await.with_context(|| format!("{id} signs in"))?;
        let home = Home::new(self.folder.join(id));
        let signatory =
            Signatory::open(client, &home, false).await.with_context(|| format!("{id} gets a key"))?;
        Ok(Player { login, signatory })
    }
}

/// A person who takes part.
pub struct Player {
    /// The account.
    pub login: Login,
    /// What signs and sends.
    pub signatory: Signatory,
}

impl Player {
    /// Does something to the tender.
    pub async fn tender(&self, tender: TenderId, command: TenderCommand) -> Result<Accepted> {
        self.act(tender, Command::Tender(command)).await
    }

    /// Does something to a lot.
    pub async fn lot(&self, tender: TenderId, lot: &LotId, command: LotCommand) -> Result<Accepted> {
        self.act(tender, Command::Lot(lot.clone(), command)).await
    }

    async fn act(&self, tender: TenderId, command: Command) -> Result<Accepted> {
        let (kind, lot, body) = command.encode()?;
        let what = format!("{} {kind}", self.login.id);
        let request = ActRequest { kind, tender: Some(tender), lot, role: self.login.role, body };
        self.signatory.act(&request).await.context(what)
    }
}

/// A role in the story, before it has an account.
pub struct Part {
    /// Key in the story.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Key of the organisation.
    pub org: String,
}

/// An organisation, before it is registered.
pub struct House {
    /// Key in the story.
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// 统一社会信用代码, where it is given.
    pub credit_code: Option<String>,
}

/// Organisations and parts of the story, and of visitors who join in by hand.
pub fn parts(people: &People) -> (Vec<House>, Vec<Part>) {
    let mut houses = Vec::new();
    let mut parts = Vec::new();
    let named = [
        ("buyer", &people.buyer, &[("buyer", Role::Buyer)][..]),
        ("agency", &people.agency, &[("host", Role::Host), ("recorder", Role::Recorder)]),
        ("supervisor", &people.supervisor, &[("supervisor", Role::Supervisor)]),
    ];
    for (id, content, roles) in named {
        houses.push(house(id, &content.name, Some(&content.credit_code)));
        for (place, (part, role)) in roles.iter().enumerate() {
            let person = content.people.get(place).or(content.people.first());
            let name = person.map(|person| person.name.zh.clone()).unwrap_or_default();
            parts.push(Part { id: (*part).to_owned(), name: name.clone(), role: *role, org: id.to_owned() });
            parts.push(visitor(part, &name, *role, id));
        }
    }
    for expert in &people.experts {
        houses.push(house(&expert.id, &expert.organisation, None));
        parts.push(Part {
            id: expert.id.clone(),
            name: expert.name.zh.clone(),
            role: Role::Expert,
            org: expert.id.clone(),
        });
    }
    for bidder in &people.bidders {
        houses.push(house(&bidder.id, &bidder.name, Some(&bidder.credit_code)));
        let name = bidder.legal_representative.zh.clone();
        parts.push(Part { id: bidder.id.clone(), name, role: Role::Bidder, org: bidder.id.clone() });
    }
    if let Some(bidder) = people.bidders.first() {
        parts.push(visitor("bidder", &bidder.legal_representative.zh, Role::Bidder, &bidder.id));
    }
    (houses, parts)
}

/// A second account of the same organisation, for a person at a browser.
fn visitor(part: &str, name: &str, role: Role, org: &str) -> Part {
    Part { id: format!("visitor_{part}"), name: format!("{name}（观摩）"), role, org: org.to_owned() }
}

fn house(id: &str, name: &super::content::Both, credit_code: Option<&String>) -> House {
    House {
        id: id.to_owned(),
        name: name.zh.clone(),
        name_en: name.en.clone(),
        credit_code: credit_code.cloned(),
    }
}
