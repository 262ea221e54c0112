//! Input that must not count, and what each of it is told: envelopes, acts, custodians; acts sent again, respelt, under a
//! revoked key or a head of another history.

mod acts;
mod custodians;
mod envelopes;
mod forks;
mod procedure;
mod replays;
mod respelled;
mod revoked;

use kaibiao::base::Refusal;
use kaibiao::intake::Intake;
use kaibiao::ledger::{Accepted, Rejected};
use kaibiao::replay::Rejection;
use kaibiao::tender::{Command, LotCommand};

use crate::harness::{Actor, Center, lot};

impl Center {
    /// The way in for acts of people, as HTTP and the rooms use it.
    fn intake(&self) -> Intake {
        Intake::new(self.ledger.clone(), self.ledger.database().clone(), self.files.clone())
    }

    /// An act of `actor` on the lot, by that way.
    async fn enter(&self, actor: &Actor, command: LotCommand) -> Result<Accepted, Rejected> {
        let (kind, lot, body) = Command::Lot(lot(), command).encode().expect("a command");
        self.intake().submit(actor.person, actor.sign(Some(self.tender), lot, &kind, &body)).await
    }
}

/// Code of a refusal, and the field that it names.
fn code_of(result: Result<Accepted, Rejected>) -> (&'static str, String) {
    let of = |refusal: &Refusal| {
        refusal.detail.get("of").and_then(|of| of.as_str()).unwrap_or_default().to_owned()
    };
    match result {
        Ok(_) => ("accepted", String::new()),
        Err(Rejected::Refused(Rejection::Refused(refusal))) => (refusal.code(), of(&refusal)),
        Err(rejected) => (rejected.code(), String::new()),
    }
}
