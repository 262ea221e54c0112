//! The three letters that name a currency (ISO 4217).
//! Not a list of currencies: any three capital letters are a name; only the digits of the minor unit are known here.
//! Invariant: a `Currency` is three bytes `A`–`Z`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::MoneyError;

/// A currency by its three capital letters, "CNY". On the wire: that text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Renminbi, whose minor unit is the fen (分).
    pub const CNY: Self = Self(*b"CNY");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three bytes A to Z, checked on the way in")
    }

    /// Digits after the point of the major unit: 2 but for the currencies that ISO 4217 lists with 0, 3 or 4.
    pub fn minor_digits(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            Ok(_) | Err(_) => Err(MoneyError::CurrencyMalformed),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_capital_letters_and_nothing_else() {
        assert_eq!("CNY".parse(), Ok(Currency::CNY));
        for text in ["", "CN", "cny", "CNYY", "C1Y", "元"] {
            assert_eq!(text.parse::<Currency>(), Err(MoneyError::CurrencyMalformed), "{text:?}");
        }
        assert!(serde_json::from_str::<Currency>("\"cny\"").is_err());
        assert_eq!(serde_json::to_string(&Currency::CNY).expect("a string"), "\"CNY\"");
    }

    #[test]
    fn minor_digits_follow_iso_4217() {
        let digits = |code: &str| code.parse::<Currency>().expect("three letters").minor_digits();
        assert_eq!((digits("CNY"), digits("JPY"), digits("KWD"), digits("CLF")), (2, 0, 3, 4));
    }
}
