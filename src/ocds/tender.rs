//! From the tender of a release to terms.

use std::collections::BTreeSet;

use super::DOCUMENTS_LISTED_MAX;
use super::draft::{AwardBasis, ListedDocument, NoteCode, PartialLot, PartialTerms};
use super::package::Parties;
use super::reading::{Fields, Node, Reading};
use crate::base::{LotId, Money, ShortText, Text2};
use crate::tender::{Category, LOTS_MAX};

/// Characters of an address.
const URL_CHARACTERS_MAX: usize = 2000;

/// Maps what maps, and notes the rest.
pub(super) fn map(
    mut tender: Fields<'_>,
    parties: &Parties<'_>,
    reading: &mut Reading,
) -> (PartialTerms, Vec<ListedDocument>) {
    let title = reading.paragraph(&mut tender, "title");
    let summary = reading.paragraph(&mut tender, "description");
    let value = reading.money(&mut tender, "value");
    let opening_at = reading.object(&mut tender, "tenderPeriod").and_then(|mut period| {
        let end = reading.moment(&mut period, "endDate");
        reading.note_left(&period);
        end
    });
    let entity = procuring_entity(&mut tender, parties, reading);
    let lots = lots(&mut tender, title.as_ref(), value, reading);
    let documents = documents(&mut tender, reading);
    let terms = PartialTerms {
        award: award(&mut tender, reading),
        award_details: reading.paragraph(&mut tender, "awardCriteriaDetails"),
        buyer_name: entity.name,
        category: category(&mut tender, reading),
        contact: entity.contact,
        lots,
        opening_at,
        qualification: reading.paragraph(&mut tender, "eligibilityCriteria"),
        region: entity.region,
        summary,
        title,
    };
    // The draft has ids and a state of its own.
    for name in ["id", "status"] {
        tender.take(name);
    }
    note_missing(&tender, &terms, reading);
    reading.note_left(&tender);
    (terms, documents)
}

/// What a draft needs and the file does not have.
fn note_missing(tender: &Fields<'_>, terms: &PartialTerms, reading: &mut Reading) {
    let wanted = [
        ("title", terms.title.is_none()),
        ("description", terms.summary.is_none()),
        ("mainProcurementCategory", terms.category.is_none()),
        ("tenderPeriod/endDate", terms.opening_at.is_none()),
        ("procuringEntity/name", terms.buyer_name.is_none()),
        ("eligibilityCriteria", terms.qualification.is_none()),
        ("value", terms.lots.iter().any(|lot| lot.ceiling.is_none())),
    ];
    for (name, _) in wanted.into_iter().filter(|(_, is_missing)| *is_missing) {
        reading.note(NoteCode::Missing, tender.at(name), "");
    }
}

fn category(tender: &mut Fields<'_>, reading: &mut Reading) -> Option<Category> {
    let code = reading.text(tender, "mainProcurementCategory")?;
    match code.as_str() {
        "works" => Some(Category::Works),
        "goods" => Some(Category::Goods),
        "services" => Some(Category::Services),
        _ => {
            reading.note(NoteCode::UnknownCode, tender.at("mainProcurementCategory"), code);
            None
        }
    }
}

fn award(tender: &mut Fields<'_>, reading: &mut Reading) -> Option<AwardBasis> {
    // The extension awardCriteria puts an object there; its criteria are for people to read.
    let code = reading.text(tender, "awardCriteria")?;
    match code.as_str() {
        "priceOnly" | "lowestCost" => Some(AwardBasis::PriceOnly),
        "costOnly" => Some(AwardBasis::CostOnly),
        "qualityOnly" => Some(AwardBasis::QualityOnly),
        "ratedCriteria" | "bestProposal" | "bestValueToGovernment" => Some(AwardBasis::RatedCriteria),
        _ => {
            reading.note(NoteCode::UnknownCode, tender.at("awardCriteria"), code);
            None
        }
    }
}

fn lots(
    tender: &mut Fields<'_>,
    title: Option<&Text2>,
    value: Option<Money>,
    reading: &mut Reading,
) -> Vec<PartialLot> {
    let nodes = reading.list(tender, "lots");
    let mut lots = Vec::new();
    let mut used = BTreeSet::new();
    for node in nodes {
        let path = node.path.clone();
        let Some(mut fields) = node.fields() else {
            reading.note(NoteCode::WrongType, path, "object");
            continue;
        };
        let status = reading.text(&mut fields, "status");
        if matches!(status.as_deref(), Some("cancelled" | "withdrawn")) || lots.len() == LOTS_MAX {
            reading.note(NoteCode::LotLeftOut, path, status.unwrap_or_default());
            continue;
        }
        let id = lot_id(&mut fields, &mut used, reading);
        let title = reading.paragraph(&mut fields, "title");
        let title = title.or_else(|| reading.paragraph(&mut fields, "description"));
        let ceiling = reading.money(&mut fields, "value");
        reading.note_left(&fields);
        lots.push(PartialLot { ceiling, id, title });
    }
    match lots.as_mut_slice() {
        [] => {
            let id = numbered(&mut used);
            lots.push(PartialLot { ceiling: value, id, title: title.cloned() });
        }
        [only] => only.ceiling = only.ceiling.or(value),
        // The value of the whole says nothing of its parts.
        [..] => {}
    }
    lots
}

/// The file's id of a lot, or the next number that is free.
fn lot_id(fields: &mut Fields<'_>, used: &mut BTreeSet<LotId>, reading: &mut Reading) -> LotId {
    let written = reading.text(fields, "id").unwrap_or_default();
    if let Ok(id) = written.parse::<LotId>()
        && used.insert(id.clone())
    {
        return id;
    }
    let id = numbered(used);
    reading.note(NoteCode::Renumbered, fields.at("id"), format!("{written} → {id}"));
    id
}

fn numbered(used: &mut BTreeSet<LotId>) -> LotId {
    let number = |n: usize| n.to_string().parse::<LotId>().expect("a short number is an id of a lot");
    // One more than there are ids: one of them is free.
    let free = (1..=used.len() + 1).map(number).find(|id| !used.contains(id)).unwrap_or_else(|| number(1));
    used.insert(free.clone());
    free
}

fn documents(tender: &mut Fields<'_>, reading: &mut Reading) -> Vec<ListedDocument> {
    let path = tender.at("documents");
    let nodes = reading.list(tender, "documents");
    if nodes.len() > DOCUMENTS_LISTED_MAX {
        reading.note(NoteCode::DocumentsLeftOut, path, (nodes.len() - DOCUMENTS_LISTED_MAX).to_string());
    }
    nodes.into_iter().take(DOCUMENTS_LISTED_MAX).filter_map(|node| document(&node, reading)).collect()
}

fn document(node: &Node<'_>, reading: &mut Reading) -> Option<ListedDocument> {
    let Some(mut fields) = node.fields() else {
        reading.note(NoteCode::WrongType, &node.path, "object");
        return None;
    };
    let url = reading.text(&mut fields, "url");
    let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    let url = url.filter(|url| is_web(url) && url.chars().count() <= URL_CHARACTERS_MAX);
    if url.is_none() {
        reading.note(NoteCode::DocumentAddress, fields.at("url"), "");
    }
    let title = reading.short(&mut fields, "title").or_else(|| reading.short(&mut fields, "description"));
    let kind = reading.short(&mut fields, "documentType");
    Some(ListedDocument { kind, media_type: reading.short(&mut fields, "format"), title, url })
}

/// The procuring entity, from the tender (OCDS 1.0), the parties it refers to (1.1), or the buyer.
#[derive(Default)]
struct Entity {
    name: Option<ShortText>,
    contact: Option<ShortText>,
    region: Option<ShortText>,
}

fn procuring_entity(tender: &mut Fields<'_>, parties: &Parties<'_>, reading: &mut Reading) -> Entity {
    let named = tender.take("procuringEntity");
    let mut entity = Entity::default();
    let party = party_of(named.as_ref().or(parties.buyer.as_ref()), parties);
    for node in [named.as_ref(), party, parties.buyer.as_ref()].into_iter().flatten() {
        let Some(mut fields) = node.fields() else {
            reading.note(NoteCode::WrongType, &node.path, "object");
            continue;
        };
        entity.name = entity.name.or_else(|| reading.short(&mut fields, "name"));
        let contact = reading.object(&mut fields, "contactPoint");
        entity.contact = entity.contact.or_else(|| contact.and_then(|contact| contact_of(contact, reading)));
        let address = reading.object(&mut fields, "address");
        entity.region = entity.region.or_else(|| address.and_then(|address| region_of(address, reading)));
    }
    entity
}

/// The party with the id of `organisation`, else the one in the role of the procuring entity.
fn party_of<'p, 'a>(organisation: Option<&Node<'a>>, parties: &'p Parties<'a>) -> Option<&'p Node<'a>> {
    let id_of = |node: &Node<'_>| node.fields()?.take("id")?.string();
    let wanted = organisation.and_then(id_of);
    let has_role = |node: &Node<'_>| {
        let roles = node.fields().and_then(|mut fields| fields.take("roles")?.elements());
        roles
            .is_some_and(|roles| roles.iter().any(|role| role.string().as_deref() == Some("procuringEntity")))
    };
    let by_id = parties.all.iter().find(|party| wanted.is_some() && id_of(party) == wanted);
    by_id.or_else(|| parties.all.iter().find(|party| has_role(party)))
}

fn contact_of(mut contact: Fields<'_>, reading: &mut Reading) -> Option<ShortText> {
    let path = contact.path.clone();
    let parts: Vec<String> =
        ["name", "telephone"].iter().filter_map(|name| reading.text(&mut contact, name)).collect();
    if parts.is_empty() { None } else { reading.line(&parts.join(" "), &path) }
}

fn region_of(mut address: Fields<'_>, reading: &mut Reading) -> Option<ShortText> {
    let region = reading.short(&mut address, "region");
    region.or_else(|| reading.short(&mut address, "locality"))
}
