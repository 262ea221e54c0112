//! The panel as those who are concerned may know it: the pool for the host, the own invitation for an expert.
//!
//! ```text
//! commitment = SHA-256(0x02 || salt[32] || person uuid, 16 bytes)                 docs/formats.md, 10
//! kept       = canonical JSON [{"commitment","person","salt"}], under `pool/<tender>/<lot>`
//! ```
//!
//! *Invariant*: the host learns commitments, never who is behind them; an expert learns the own salt only once drawn.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use kaibiao_crypto::canonical;
use serde::{Deserialize, Serialize};

use super::extract::{PathOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{Digest, LotId, PersonId, Role, TenderId};
use crate::identity::random_bytes;
use crate::replay::evidence;
use crate::tender::{CriterionScore, Lot, Tender, Verdict};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/tenders/{id}/lots/{lot}/panel";
    let pool = "/api/tenders/{id}/lots/{lot}/panel/pool";
    tagged(
        "panel",
        vec![
            Route::get(path, Who::Panel, "The panel as this expert or host may know it.", get(panel)).gives(
                "`{size, taken, is_called, is_drawn, commitments, invitation, seat, verdicts, scores}`",
            ),
            Route::post(
                pool,
                Who::Host,
                "Prepares the pool: salted commitments to all experts.",
                post(prepare),
            )
            .gives("`{commitments}`, ascending: what `CallPanel` names."),
        ],
    )
}

/// One expert of a pool.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pooled {
    commitment: Digest,
    person: PersonId,
    /// 32 bytes, as 64 hexadecimal digits.
    salt: String,
}

impl Pooled {
    fn new(person: PersonId) -> Result<Self, Problem> {
        let salt = random_bytes::<32>()?;
        let commitment = evidence::person_commitment(&salt, person);
        Ok(Self { commitment, person, salt: hex::encode(salt) })
    }
}

#[derive(Serialize, Default)]
struct PanelAnswer {
    size: u8,
    taken: usize,
    is_called: bool,
    is_drawn: bool,
    /// For the host: the prepared pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    commitments: Option<Vec<Digest>>,
    /// For a drawn expert.
    invitation: Option<Invitation>,
    seat: Option<u8>,
    /// The expert's own preliminary verdicts.
    verdicts: Option<Vec<Verdict>>,
    /// The expert's own revealed scores.
    scores: Option<Vec<CriterionScore>>,
}

#[derive(Serialize)]
struct Invitation {
    commitment: Digest,
    salt: String,
}

#[derive(Serialize)]
struct PoolAnswer {
    commitments: Vec<Digest>,
}

async fn panel(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot_id)): PathOf<(TenderId, LotId)>,
) -> Result<Json<PanelAnswer>, Problem> {
    let person = signed_in.reader.person;
    let is_expert = signed_in.reader.holds(Role::Expert);
    let tender = app.tender(Some(&signed_in.reader), id)?;
    let is_host = signed_in.reader.fits(Role::Host, &tender);
    if !is_expert && !is_host {
        return Err(Problem::forbidden("role_not_allowed").with("role", Role::Expert));
    }
    let (lot, size) = (lot_of(&tender, &lot_id)?, panel_size(&tender, &lot_id)?);
    let pool = app.pool(id, &lot_id).await?;
    let seat = lot.panel.seat_of(person).filter(|_| is_expert);
    Ok(Json(PanelAnswer {
        size,
        taken: lot.panel.seats.len(),
        is_called: !lot.panel.commitments.is_empty(),
        is_drawn: !lot.panel.ranked.is_empty(),
        commitments: is_host.then(|| pool.iter().flatten().map(|pooled| pooled.commitment).collect()),
        invitation: pool.filter(|_| is_expert).and_then(|pool| invitation(lot, size, person, pool)),
        seat,
        verdicts: seat.and_then(|seat| lot.review.judged.get(&seat).cloned()),
        scores: seat.and_then(|seat| lot.review.revealed.get(&seat).cloned()),
    }))
}

/// The invitation of a person who was drawn; seated or not. Nothing for those who were not drawn or are recused.
fn invitation(lot: &Lot, size: u8, person: PersonId, pool: Vec<Pooled>) -> Option<Invitation> {
    let mine = pool.into_iter().find(|pooled| pooled.person == person)?;
    let is_invited = lot.panel.invited(size).any(|drawn| *drawn == mine.commitment);
    is_invited.then_some(Invitation { commitment: mine.commitment, salt: mine.salt })
}

fn panel_size(tender: &Tender, lot: &LotId) -> Result<u8, Problem> {
    Ok(tender.notice.published_lot(lot)?.panel.size)
}

/// Prepared once; asked again before the call, the same pool is given, so that a lost answer costs nothing.
async fn prepare(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot_id)): PathOf<(TenderId, LotId)>,
) -> Result<Json<PoolAnswer>, Problem> {
    let tender = app.tender(Some(&signed_in.reader), id)?;
    signed_in.require_in(Role::Host, &tender)?;
    if !lot_of(&tender, &lot_id)?.panel.commitments.is_empty() {
        return Err(Problem::not_now("panel_called"));
    }
    let pool = match app.pool(id, &lot_id).await? {
        Some(pool) => pool,
        None => app.make_pool(id, &lot_id).await?,
    };
    Ok(Json(PoolAnswer { commitments: pool.into_iter().map(|pooled| pooled.commitment).collect() }))
}

impl App {
    async fn pool(&self, tender: TenderId, lot: &LotId) -> Result<Option<Vec<Pooled>>, Problem> {
        let bytes = self.database.secret(&pool_name(tender, lot)).await?;
        bytes.map(|bytes| read_pool(&bytes)).transpose()
    }

    async fn make_pool(&self, tender: TenderId, lot: &LotId) -> Result<Vec<Pooled>, Problem> {
        let centre = self.ledger.centre();
        let experts = centre.people.iter().filter(|(_, member)| member.roles.contains(&Role::Expert));
        let mut pool = experts.map(|(person, _)| Pooled::new(*person)).collect::<Result<Vec<_>, _>>()?;
        pool.sort_by_key(|pooled| pooled.commitment);
        let text = canonical::to_vec(&pool).map_err(|error| Problem::fault(&error, error.code()))?;
        // Of two hosts who prepare at once, both get the pool of the first.
        let kept = self.database.secret_or_insert(&pool_name(tender, lot), &text).await?;
        read_pool(&kept)
    }
}

fn pool_name(tender: TenderId, lot: &LotId) -> String {
    format!("pool/{tender}/{lot}")
}

fn read_pool(bytes: &[u8]) -> Result<Vec<Pooled>, Problem> {
    serde_json::from_slice(bytes).map_err(|error| Problem::fault(&error, "pool_damaged"))
}
