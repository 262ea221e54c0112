//! Who reads: the person behind a session with the roles of the centre's register, and what of a tender is for them.
//!
//! *Invariant*: roles are those of this moment, taken from the register anew for every answer and every batch of frames.

use crate::base::{Actor, Digest, LotId, OrgId, Person, PersonId, Role};
use crate::centre::Centre;
use crate::tender::{Audience, Tender};

/// A person who reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// Of which organisation.
    pub org: OrgId,
    /// As what, now.
    pub roles: Vec<Role>,
}

impl Reader {
    /// The person as the register knows them; none if it does not.
    pub fn of(centre: &Centre, person: PersonId) -> Option<Self> {
        let member = centre.people.get(&person)?;
        Some(Self { person, org: member.org, roles: member.roles.clone() })
    }

    /// Whether the person holds the role.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The person reading in a role that they hold.
    pub fn acting(&self, role: Role) -> Option<Actor> {
        // Reading needs no key; the digest of none names none.
        let key = Digest([0; 32]);
        self.holds(role).then_some(Actor::Person(Person { person: self.person, org: self.org, role, key }))
    }

    /// Whether the role has a part in this tender: the house's people only in their own tenders, experts once seated.
    pub fn fits(&self, role: Role, tender: &Tender) -> bool {
        let Some(terms) = tender.notice.terms() else { return false };
        self.holds(role)
            && match role {
                Role::Host | Role::Recorder => self.org == terms.agency,
                Role::Buyer => self.org == terms.buyer,
                Role::Bidder => self.org != terms.agency && self.org != terms.buyer,
                Role::Expert => tender.lots.values().any(|lot| lot.panel.seat_of(self.person).is_some()),
                Role::Supervisor => true,
                Role::Registrar => false,
            }
    }

    /// The first role that has a part in this tender.
    pub fn fitting_role(&self, tender: &Tender) -> Option<Role> {
        self.roles.iter().copied().find(|role| self.fits(*role, tender))
    }

    /// Whether the person works for the house of this tender: host, recorder or buyer.
    pub fn is_house(&self, tender: &Tender) -> bool {
        [Role::Host, Role::Recorder, Role::Buyer].iter().any(|role| self.fits(*role, tender))
    }
}

/// The audiences of a lot that a reader belongs to at this moment. Everybody belongs to the public one.
pub fn audiences(reader: Option<&Reader>, tender: &Tender, lot: &LotId) -> Vec<Audience> {
    let mut heard = vec![Audience::Public];
    let Some(reader) = reader else { return heard };
    if reader.fits(Role::Bidder, tender) {
        heard.push(Audience::Own(reader.org));
    }
    if reader.is_house(tender) {
        heard.push(Audience::Host);
    }
    let is_seated = |lot: &crate::tender::Lot| lot.panel.seat_of(reader.person).is_some();
    if reader.holds(Role::Expert) && tender.lots.get(lot).is_some_and(is_seated) {
        heard.push(Audience::Panel);
    }
    if reader.holds(Role::Supervisor) {
        heard.push(Audience::Supervisor);
    }
    heard
}
