//! Reading JSON that may be wrong anywhere: each value is looked at when it is wanted, and what is wrong becomes a note.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::draft::{Note, NoteCode};
use super::{NOTES_MAX, amount};
use crate::base::{Currency, Instant, LongText, Money, ShortText, Text2};

/// Characters of a note's detail.
const DETAIL_CHARACTERS_MAX: usize = 200;
/// Characters of a short text, and of a long one: as in `base`.
const SHORT_MAX: usize = 200;
const LONG_MAX: usize = 4000;

/// The fields of an object that were not asked for yet.
pub(super) struct Fields<'a> {
    pub(super) path: String,
    values: BTreeMap<String, &'a RawValue>,
}

/// A value with its place.
pub(super) struct Node<'a> {
    pub(super) path: String,
    raw: &'a RawValue,
}

/// What an import has to say.
#[derive(Default)]
pub(super) struct Reading {
    notes: Vec<Note>,
    more: usize,
}

impl<'a> Node<'a> {
    /// The root of a file.
    pub(super) fn root(raw: &'a RawValue) -> Self {
        Self { path: String::new(), raw }
    }

    fn text(&self) -> &'a str {
        self.raw.get().trim()
    }

    pub(super) fn is_null(&self) -> bool {
        self.text() == "null"
    }

    fn is_number(&self) -> bool {
        self.text().starts_with(|c: char| c == '-' || c.is_ascii_digit())
    }

    /// The fields, if it is an object. Of a name that stands there twice the last counts, as everywhere in JSON.
    pub(super) fn fields(&self) -> Option<Fields<'a>> {
        let is_object = self.text().starts_with('{');
        let values = if is_object { serde_json::from_str(self.raw.get()).ok() } else { None };
        Some(Fields { path: self.path.clone(), values: values? })
    }

    /// The elements, if it is a list.
    pub(super) fn elements(&self) -> Option<Vec<Node<'a>>> {
        let is_list = self.text().starts_with('[');
        let raws: Option<Vec<&'a RawValue>> =
            if is_list { serde_json::from_str(self.raw.get()).ok() } else { None };
        let node = |(at, raw)| Node { path: format!("{}/{at}", self.path), raw };
        Some(raws?.into_iter().enumerate().map(node).collect())
    }

    /// The text, if it is one.
    pub(super) fn string(&self) -> Option<String> {
        if self.text().starts_with('"') { serde_json::from_str(self.raw.get()).ok() } else { None }
    }
}

impl<'a> Fields<'a> {
    /// Takes a field out. Null is as good as absent (OCDS, "Release schema").
    pub(super) fn take(&mut self, name: &str) -> Option<Node<'a>> {
        let raw = self.values.remove(name)?;
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) };
        Some(Node { path, raw }).filter(|node| !node.is_null())
    }

    /// Whether a field is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|raw| raw.get().trim() != "null")
    }

    /// Where a field would stand.
    pub(super) fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }

    /// The names of fields that were not taken and hold something.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        let holds = |raw: &RawValue| !matches!(raw.get().trim(), "null" | "[]" | "{}" | "\"\"");
        self.values.iter().filter(move |(_, raw)| holds(raw)).map(|(name, _)| name.as_str())
    }
}

impl Reading {
    pub(super) fn note(&mut self, code: NoteCode, path: impl Into<String>, detail: impl AsRef<str>) {
        if self.notes.len() == NOTES_MAX {
            self.more += 1;
            return;
        }
        let detail = detail.as_ref().chars().take(DETAIL_CHARACTERS_MAX).collect();
        let path: String = path.into();
        self.notes.push(Note { code, path: path.chars().take(DETAIL_CHARACTERS_MAX).collect(), detail });
    }

    /// The notes, and how many more there were.
    pub(super) fn finish(self) -> (Vec<Note>, usize) {
        (self.notes, self.more)
    }

    /// Names all fields that nobody asked for.
    pub(super) fn note_left(&mut self, fields: &Fields<'_>) {
        for name in fields.left() {
            self.note(NoteCode::NotMapped, fields.at(name), "");
        }
    }

    fn wrong_type(&mut self, node: &Node<'_>, wanted: &str) {
        self.note(NoteCode::WrongType, &node.path, format!("{wanted}: {}", node.text()));
    }

    /// An object.
    pub(super) fn object<'a>(&mut self, fields: &mut Fields<'a>, name: &str) -> Option<Fields<'a>> {
        let node = fields.take(name)?;
        let object = node.fields();
        if object.is_none() {
            self.wrong_type(&node, "object");
        }
        object
    }

    /// A list; none is as good as an empty one.
    pub(super) fn list<'a>(&mut self, fields: &mut Fields<'a>, name: &str) -> Vec<Node<'a>> {
        let Some(node) = fields.take(name) else { return Vec::new() };
        node.elements().unwrap_or_else(|| {
            self.wrong_type(&node, "list");
            Vec::new()
        })
    }

    /// A text with something in it, its white space put in order. A number in its place is taken as it is written.
    pub(super) fn text(&mut self, fields: &mut Fields<'_>, name: &str) -> Option<String> {
        let node = fields.take(name)?;
        let text = match node.string() {
            Some(text) => text,
            None if node.is_number() => {
                self.wrong_type(&node, "text");
                node.text().to_owned()
            }
            None => {
                self.wrong_type(&node, "text");
                return None;
            }
        };
        let tidy = tidied(&text);
        if tidy.is_empty() {
            self.note(NoteCode::Empty, node.path, "");
            return None;
        }
        Some(tidy)
    }

    /// One line.
    pub(super) fn short(&mut self, fields: &mut Fields<'_>, name: &str) -> Option<ShortText> {
        let text = self.text(fields, name)?;
        self.line(&text, &fields.at(name))
    }

    /// One line from a text that was read.
    pub(super) fn line(&mut self, text: &str, path: &str) -> Option<ShortText> {
        let words: Vec<&str> = text.split_whitespace().collect();
        ShortText::new(self.cut(&words.join(" "), SHORT_MAX, path)).ok()
    }

    /// A paragraph, in both places until it is translated.
    pub(super) fn paragraph(&mut self, fields: &mut Fields<'_>, name: &str) -> Option<Text2> {
        let text = self.text(fields, name)?;
        let text = LongText::new(self.cut(&text, LONG_MAX, &fields.at(name))).ok()?;
        Some(Text2 { en: text.clone(), zh: text })
    }

    fn cut(&mut self, text: &str, most: usize, path: &str) -> String {
        let count = text.chars().count();
        if count > most {
            self.note(NoteCode::Shortened, path, format!("{count} → {most}"));
        }
        text.chars().take(most).collect()
    }

    /// A moment with its offset.
    pub(super) fn moment(&mut self, fields: &mut Fields<'_>, name: &str) -> Option<Instant> {
        let text = self.text(fields, name)?;
        let moment = OffsetDateTime::parse(&text, &Rfc3339).ok();
        let ms =
            moment.and_then(|moment| i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok());
        if ms.is_none() {
            self.note(NoteCode::NotAMoment, fields.at(name), text);
        }
        ms.map(Instant)
    }

    /// A value of money that can be a ceiling: positive, exact in minor units.
    pub(super) fn money(&mut self, fields: &mut Fields<'_>, name: &str) -> Option<Money> {
        let mut value = self.object(fields, name)?;
        let currency = self.text(&mut value, "currency").and_then(|code| code.parse::<Currency>().ok());
        let path = value.at("amount");
        let Some(node) = value.take("amount") else {
            self.note(NoteCode::Missing, path, "");
            return None;
        };
        self.note_left(&value);
        let written = node.string().unwrap_or_else(|| node.text().to_owned());
        if !node.is_number() {
            self.wrong_type(&node, "number");
        }
        let Some(currency) = currency else {
            self.note(NoteCode::CurrencyMissing, value.at("currency"), written);
            return None;
        };
        let money = amount::plain(written.trim()).map(|plain| Money::parse(&plain, currency));
        match money {
            Some(Ok(money)) if money.minor() > 0 => Some(money),
            Some(Ok(_)) => {
                self.note(NoteCode::AmountNotPositive, node.path, written);
                None
            }
            Some(Err(_)) | None => {
                self.note(NoteCode::AmountUnreadable, node.path, written);
                None
            }
        }
    }
}

/// Without control characters (but for ends of lines), without white space around.
fn tidied(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let kept: String = lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    kept.trim().to_owned()
}
