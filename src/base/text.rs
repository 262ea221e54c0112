//! Texts of people, with a limit on each: no list, body or field is unbounded.

use serde::{Deserialize, Deserializer, Serialize, de};
use ts_rs::TS;

/// A text that is empty, too long, or has control characters in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a text of 1 to {0} characters without control characters")]
pub struct TextError(usize);

macro_rules! limited_text {
    ($(#[doc = $doc:literal])* $name:ident, $max:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(String);

        impl $name {
            /// The text, if it is within the limit.
            pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
                let text = text.into();
                let is_control = |c: char| c.is_control() && c != '\n';
                let within = (1..=$max).contains(&text.chars().count());
                if within && !text.chars().any(is_control) { Ok(Self(text)) } else { Err(TextError($max)) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

limited_text!(/** A name, a title, one line: at most 200 characters. */ ShortText, 200);
limited_text!(/** A paragraph: a question, an answer, a reason. At most 4,000 characters. */ LongText, 4000);

/// A text in both languages of the platform; the Chinese one is the text in law.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Text2 {
    /// English.
    pub en: LongText,
    /// Chinese.
    pub zh: LongText,
}
