//! The values of a bid's statements, each of the kind that the notice asks for.

use std::collections::BTreeMap;

use kaibiao_crypto::canonical;
use serde_json::{Map, Value};

use super::error::BidError;
use crate::base::{Envelope, Money, ShortText};
use crate::tender::{Field, FieldKind, LotTerms, Procedure};

type Statements = BTreeMap<Envelope, Map<String, Value>>;

/// All values, parted into the statements that the procedure has, and the price.
pub(super) fn read(
    written: &BTreeMap<String, toml::Value>,
    terms: &LotTerms,
    procedure: Procedure,
) -> Result<(Statements, Money), BidError> {
    let kinds = procedure.envelopes().iter().copied().filter(|envelope| envelope.is_statement());
    let mut statements = Statements::new();
    let mut price = None;
    for envelope in kinds {
        let mut values = Map::new();
        for field in terms.fields(envelope) {
            let value = written.get(&field.id).ok_or_else(|| BidError::MissingField(field.id.clone()))?;
            let value = match field.kind {
                FieldKind::Text => Value::from(text(&field.id, value)?),
                FieldKind::Days => Value::from(days(&field.id, value)?),
                FieldKind::Price => {
                    let money = money(&field.id, value, terms)?;
                    price = Some(money);
                    Value::from(money.minor())
                }
            };
            values.insert(field.id.clone(), value);
        }
        statements.insert(envelope, values);
    }
    let is_asked = |id: &String| {
        let fields: Vec<&Field> = statements.keys().flat_map(|envelope| terms.fields(*envelope)).collect();
        fields.iter().any(|field| &field.id == id)
    };
    if let Some(unknown) = written.keys().find(|id| !is_asked(id)) {
        return Err(BidError::UnknownField(unknown.clone()));
    }
    let price = price.ok_or_else(|| BidError::MissingField("price".into()))?;
    Ok((statements, price))
}

fn text(id: &str, value: &toml::Value) -> Result<String, BidError> {
    let text = value.as_str().ok_or(BidError::FieldKind { id: id.to_owned(), wanted: "text 文本" })?;
    if ShortText::new(text).is_err() {
        return Err(BidError::Text(id.to_owned()));
    }
    if !is_nfc(text) {
        return Err(BidError::NotNfc(id.to_owned()));
    }
    Ok(text.to_owned())
}

fn days(id: &str, value: &toml::Value) -> Result<i64, BidError> {
    const WANTED: &str = "a whole number of days 日历天数";
    let days = value.as_integer().filter(|days| (1..=i64::from(u32::MAX)).contains(days));
    days.ok_or(BidError::FieldKind { id: id.to_owned(), wanted: WANTED })
}

/// Text of major units, or a table of minor units: exact from the first character on.
fn money(id: &str, value: &toml::Value, terms: &LotTerms) -> Result<Money, BidError> {
    let currency = terms.ceiling.currency();
    let read = match value {
        toml::Value::String(text) => Money::parse(text, currency),
        toml::Value::Table(table) => match (table.get("minor"), table.len()) {
            (Some(toml::Value::Integer(minor)), 1) => Money::new(*minor, currency),
            _ => return Err(BidError::FieldKind { id: id.to_owned(), wanted: "{ minor = … }" }),
        },
        toml::Value::Integer(_) | toml::Value::Float(_) => {
            return Err(BidError::MoneyAsNumber(id.to_owned()));
        }
        toml::Value::Boolean(_) | toml::Value::Datetime(_) | toml::Value::Array(_) => {
            return Err(BidError::FieldKind { id: id.to_owned(), wanted: "money 金额" });
        }
    };
    let money = read.map_err(|source| BidError::Money { id: id.to_owned(), source })?;
    if money.minor() > 0 { Ok(money) } else { Err(BidError::PriceNotPositive) }
}

/// Whether a text is in Unicode normalisation form C, as everything that is signed must be.
pub(super) fn is_nfc(text: &str) -> bool {
    canonical::to_vec(text).is_ok()
}
