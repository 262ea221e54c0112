//! The demo's own tender, people and judgements, as they stand in `data/` (all invented; see its README).

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_embed::Embed;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::{
    Currency, Instant, LongText, Money, MoneyError, NotAnId, OrgId, Points, PointsError, ShortText, Text2,
    TextError,
};
use crate::formula::abnormal::AbnormalRule;
use crate::formula::panel::{Aggregation, PanelRule, ReasonRule};
use crate::formula::{BandedMedian, Coefficient, Decimal, Formula, PriceRule, Regime};
use crate::tender::{
    Category, Criterion, Field, FieldKind, Judging, LotTerms, PanelTerms, Part, Procedure, RejectionCode,
    Terms,
};

#[derive(Embed)]
#[folder = "src/demo/data"]
struct Data;

/// Content that does not fit the platform's own limits: a mistake in `data/`.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// A file is missing.
    #[error("data/{0} is missing")]
    Missing(String),
    /// A file cannot be read.
    #[error("data/{file}: {error}")]
    Unreadable {
        /// Which.
        file: &'static str,
        /// Why.
        error: serde_json::Error,
    },
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Points.
    #[error(transparent)]
    Points(#[from] PointsError),
    /// Money.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A lot's number.
    #[error("the number of the lot")]
    Lot,
    /// A decimal.
    #[error("a number of the price rule")]
    Decimal,
    /// An id.
    #[error(transparent)]
    Id(#[from] NotAnId),
}

/// A text in both languages.
#[derive(Clone, Deserialize)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Both {
    /// As the platform's own text.
    pub fn text(&self) -> Result<Text2, ContentError> {
        Ok(Text2 { zh: LongText::new(self.zh.clone())?, en: LongText::new(self.en.clone())? })
    }
}

/// A person with a part in the story.
#[derive(Clone, Deserialize)]
pub struct PersonContent {
    /// Key in the story.
    pub id: String,
    /// Name.
    pub name: Both,
    /// Role.
    pub role: String,
}

/// An organisation.
#[derive(Clone, Deserialize)]
pub struct OrganisationContent {
    /// Name.
    pub name: Both,
    /// 统一社会信用代码.
    pub credit_code: String,
    /// Its people.
    pub people: Vec<PersonContent>,
}

/// An expert in the pool.
#[derive(Clone, Deserialize)]
pub struct ExpertContent {
    /// Key in the story.
    pub id: String,
    /// Name.
    pub name: Both,
    /// Employer.
    pub organisation: Both,
    /// Why this expert must not evaluate here.
    pub recused_from: Vec<Recusal>,
}

/// A reason to recuse oneself.
#[derive(Clone, Deserialize)]
pub struct Recusal {
    /// The reason.
    pub reason: Both,
}

/// A bidder with its bid.
#[derive(Clone, Deserialize)]
pub struct BidderContent {
    /// Key in the story.
    pub id: String,
    /// Name.
    pub name: Both,
    /// 统一社会信用代码.
    pub credit_code: String,
    /// Who submits.
    pub legal_representative: Both,
    /// The statement of the first opening.
    pub statement: BTreeMap<String, serde_json::Value>,
    /// The statement of the second opening.
    pub price_statement: BTreeMap<String, serde_json::Value>,
    /// Its documents, paths below `data/`.
    pub documents: BidDocuments,
}

/// Documents of a bid.
#[derive(Clone, Deserialize)]
pub struct BidDocuments {
    /// 技术文件.
    pub technical: String,
    /// 报价文件.
    pub price: String,
}

/// Everybody in the story.
#[derive(Clone, Deserialize)]
pub struct People {
    /// The centre.
    pub centre: OrganisationContent,
    /// Procuring entity.
    pub buyer: OrganisationContent,
    /// Agency.
    pub agency: OrganisationContent,
    /// Supervisor.
    pub supervisor: OrganisationContent,
    /// The pool.
    pub experts: Vec<ExpertContent>,
    /// The bidders.
    pub bidders: Vec<BidderContent>,
}

/// What the experts find.
#[derive(Clone, Deserialize)]
pub struct Judgements {
    /// Preliminary findings by bidder and criterion.
    pub preliminary: BTreeMap<String, BTreeMap<String, PreliminaryFinding>>,
    /// Objective findings by bidder and criterion.
    pub business: BTreeMap<String, BTreeMap<String, ObjectiveFinding>>,
    /// Scores by seat, bidder.
    pub technical: BTreeMap<String, BTreeMap<String, TechnicalFinding>>,
}

/// One preliminary finding.
#[derive(Clone, Deserialize)]
pub struct PreliminaryFinding {
    /// Met.
    pub passes: bool,
    /// Why not.
    pub rejection_code: Option<RejectionCode>,
    /// In words.
    pub reason: Option<String>,
}

/// One objective finding.
#[derive(Clone, Deserialize)]
pub struct ObjectiveFinding {
    /// Points as decimal text.
    pub points: String,
}

/// One seat's technical scores of one bidder.
#[derive(Clone, Deserialize)]
pub struct TechnicalFinding {
    /// Points by criterion, decimal text.
    pub scores: BTreeMap<String, String>,
    /// Reasons by criterion.
    pub reasons: BTreeMap<String, String>,
    /// Reason for an extreme sum.
    pub total_reason: Option<String>,
}

/// A document of the tender.
#[derive(Clone, Deserialize)]
pub struct DocumentContent {
    /// 1 with the notice, 2 with the addendum.
    pub set: u32,
    /// Path below `data/`.
    pub file: String,
    /// Name.
    pub name: Both,
}

/// A question and its answer.
#[derive(Clone, Deserialize)]
pub struct EnquiryContent {
    /// The question.
    pub question: Both,
    /// The answer.
    pub answer: Both,
}

/// An addendum.
#[derive(Clone, Deserialize)]
pub struct AddendumContent {
    /// Its text, paragraph by paragraph.
    pub text: Paragraphs,
}

/// Paragraphs in both languages.
#[derive(Clone, Deserialize)]
pub struct Paragraphs {
    /// Chinese.
    pub zh: Vec<String>,
}

#[derive(Deserialize)]
struct TenderContent {
    project_code: String,
    approval: String,
    title: Both,
    place: Both,
    qualifications: Vec<Qualification>,
    contacts: Vec<Contact>,
    lots: Vec<LotContent>,
    documents: Vec<DocumentContent>,
    enquiries: Vec<EnquiryContent>,
    addenda: Vec<AddendumContent>,
}

#[derive(Deserialize)]
struct Qualification {
    text: Both,
}

#[derive(Deserialize)]
struct Contact {
    phone: String,
}

#[derive(Deserialize)]
struct LotContent {
    number: String,
    title: Both,
    scope: Both,
    ceiling_minor: i64,
    duration_days_max: u32,
    criteria: Vec<CriterionContent>,
    envelopes: Vec<EnvelopeContent>,
    evaluation: EvaluationContent,
    price_rule: PriceRuleContent,
    points: PointsContent,
}

#[derive(Deserialize)]
struct PointsContent {
    technical: String,
}

#[derive(Deserialize)]
struct CriterionContent {
    code: String,
    stage: String,
    part: Option<String>,
    kind: String,
    name: Both,
    points_max: Option<String>,
    evidence: Option<Both>,
}

#[derive(Deserialize)]
struct EnvelopeContent {
    kind: u8,
    #[serde(default)]
    fields: Vec<FieldContent>,
}

#[derive(Deserialize)]
struct FieldContent {
    key: String,
    r#type: String,
    name: Both,
}

#[derive(Deserialize)]
struct EvaluationContent {
    panel_size: u8,
    candidates: u8,
}

#[derive(Deserialize)]
struct PriceRuleContent {
    drop_threshold: String,
    coefficients: Vec<String>,
}

/// All content.
pub struct Content {
    /// Everybody.
    pub people: People,
    /// What the experts find.
    pub judgements: Judgements,
    /// Documents of the tender.
    pub documents: Vec<DocumentContent>,
    /// Questions and answers.
    pub enquiries: Vec<EnquiryContent>,
    /// Addenda.
    pub addenda: Vec<AddendumContent>,
    tender: TenderContent,
}

impl Content {
    /// Reads the content.
    pub fn read() -> Result<Self, ContentError> {
        let mut tender: TenderContent = parse("tender.json")?;
        Ok(Self {
            people: parse("people.json")?,
            judgements: parse("judgements.json")?,
            documents: std::mem::take(&mut tender.documents),
            enquiries: std::mem::take(&mut tender.enquiries),
            addenda: std::mem::take(&mut tender.addenda),
            tender,
        })
    }

    /// The terms of the tender, opening at `opening_at`.
    pub fn terms(&self, buyer: OrgId, agency: OrgId, opening_at: Instant) -> Result<Terms, ContentError> {
        let tender = &self.tender;
        let join = |part: fn(&Both) -> &String| {
            tender.qualifications.iter().map(|one| part(&one.text).as_str()).collect::<Vec<_>>().join("\n")
        };
        let qualification = Both { zh: join(|text| &text.zh), en: join(|text| &text.en) };
        let first = tender.lots.first().ok_or(ContentError::Lot)?;
        let phone = tender.contacts.iter().map(|contact| contact.phone.as_str()).next().unwrap_or("0000");
        Ok(Terms {
            agency,
            buyer,
            category: Category::Works,
            contact: ShortText::new(phone)?,
            lots: tender.lots.iter().map(lot_terms).collect::<Result<_, _>>()?,
            opening_at,
            procedure: Procedure::TwoStage,
            project_code: ShortText::new(tender.project_code.clone())?,
            plan_approval: ShortText::new(tender.approval.clone())?,
            qualification: qualification.text()?,
            regime: Regime::Bidding,
            region: ShortText::new(tender.place.zh.clone())?,
            summary: first.scope.text()?,
            title: tender.title.text()?,
        })
    }
}

/// The bytes of a file below `data/`.
pub fn file(path: &str) -> Result<Cow<'static, [u8]>, ContentError> {
    Data::get(path).map(|file| file.data).ok_or_else(|| ContentError::Missing(path.to_owned()))
}

fn parse<T: DeserializeOwned>(name: &'static str) -> Result<T, ContentError> {
    serde_json::from_slice(&file(name)?).map_err(|error| ContentError::Unreadable { file: name, error })
}

fn lot_terms(lot: &LotContent) -> Result<LotTerms, ContentError> {
    let detailed = lot.criteria.iter().filter(|criterion| criterion.stage != "price");
    let fields = |kind: u8| -> Result<Vec<Field>, ContentError> {
        let of_kind = lot.envelopes.iter().filter(|envelope| envelope.kind == kind);
        of_kind.flat_map(|envelope| &envelope.fields).map(field).collect()
    };
    Ok(LotTerms {
        candidates_max: lot.evaluation.candidates,
        ceiling: Money::new(lot.ceiling_minor, Currency::CNY)?,
        criteria: detailed.map(criterion).collect::<Result<_, _>>()?,
        duration_days_max: lot.duration_days_max,
        id: lot.number.parse().map_err(|_| ContentError::Lot)?,
        min_bids: 3,
        panel: PanelTerms {
            size: lot.evaluation.panel_size,
            technical: PanelRule {
                points_max: lot.points.technical.parse()?,
                aggregation: Aggregation::TrimmedMean { trim_from: 5 },
                reasons: Some(ReasonRule::USUAL),
            },
        },
        price_rule: price_rule(&lot.price_rule)?,
        statement_fields: fields(3)?,
        price_fields: fields(4)?,
        title: lot.title.text()?,
    })
}

fn price_rule(rule: &PriceRuleContent) -> Result<PriceRule, ContentError> {
    let decimal = |text: &String| text.parse::<Decimal>().map_err(|_| ContentError::Decimal);
    let among = rule.coefficients.iter().map(decimal).collect::<Result<_, _>>()?;
    let formula = BandedMedian {
        coefficient: Coefficient::Drawn { among },
        ..BandedMedian::municipal(decimal(&rule.drop_threshold)?)
    };
    Ok(PriceRule { formula: Formula::BandedMedian(formula), abnormally_low: Some(AbnormalRule::MUNICIPAL) })
}

fn field(field: &FieldContent) -> Result<Field, ContentError> {
    let kind = match field.r#type.as_str() {
        "integer" => FieldKind::Days,
        "money" => FieldKind::Price,
        _ => FieldKind::Text,
    };
    Ok(Field { id: field.key.clone(), kind, label: field.name.text()? })
}

fn criterion(criterion: &CriterionContent) -> Result<Criterion, ContentError> {
    let max =
        || -> Result<Points, ContentError> { Ok(criterion.points_max.as_deref().unwrap_or("0").parse()?) };
    let part = match (criterion.stage.as_str(), criterion.part.as_deref()) {
        ("preliminary", _) => Part::Preliminary,
        (_, Some("business")) => Part::Business,
        (_, Some(_) | None) => Part::Technical,
    };
    let judging = match criterion.kind.as_str() {
        "pass_fail" => Judging::PassFail,
        "scored" => Judging::Scored { max: max()? },
        _ => Judging::Objective { max: max()? },
    };
    let guidance = criterion.evidence.as_ref().unwrap_or(&criterion.name).text()?;
    Ok(Criterion { code: criterion.code.clone(), guidance, judging, part, title: criterion.name.text()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_makes_a_lawful_tender_and_every_file_is_there() {
        let content = Content::read().expect("readable");
        let org = || OrgId(uuid::Uuid::new_v4());
        let terms = content.terms(org(), org(), Instant(1)).expect("terms");
        terms.check().expect("lawful");
        assert_eq!(terms.lots[0].draw_set().len(), 8);
        assert_eq!((content.people.bidders.len(), content.people.experts.len()), (12, 9));
        let bids = content
            .people
            .bidders
            .iter()
            .flat_map(|bidder| [&bidder.documents.technical, &bidder.documents.price]);
        for path in content.documents.iter().map(|document| &document.file).chain(bids) {
            assert!(file(path).expect("there").starts_with(b"%PDF"), "{path}");
        }
    }
}
