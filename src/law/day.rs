//! Days as the law counts them: those of Asia/Shanghai, eight hours ahead of UTC the whole year.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, Duration};
use ts_rs::TS;

use crate::base::{Instant, Span};

const AHEAD: Span = Span::seconds(8 * 3600);
const LENGTH: Span = Span::days(1);
const EPOCH: Date = time::macros::date!(1970 - 01 - 01);
/// 9999-12-31. Both it and the first day are working days, so that no search for one leaves the calendar.
const LAST: u32 = 2_932_896;
const TEXT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A day, from 1970-01-01 to 9999-12-31; written `2026-10-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, TS)]
#[ts(type = "string")]
pub struct Day(u32);

impl Day {
    /// The day that `moment` falls in.
    pub fn of(moment: Instant) -> Self {
        let days = moment.0.saturating_add(AHEAD.0).div_euclid(LENGTH.0);
        Self(u32::try_from(days.max(0)).unwrap_or(LAST).min(LAST))
    }

    /// The moment at which it is over, and the next one begins.
    pub fn end(self) -> Instant {
        Instant((i64::from(self.0) + 1) * LENGTH.0 - AHEAD.0)
    }

    /// `days` later.
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days).min(LAST))
    }

    /// `days` earlier.
    pub fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Monday to Friday.
    pub fn is_weekday(self) -> bool {
        // 1970-01-01 was a Thursday.
        (self.0 + 3) % 7 < 5
    }

    /// The year that it lies in.
    pub fn year(self) -> u16 {
        u16::try_from(self.date().year()).unwrap_or(u16::MAX)
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(Duration::days(i64::from(self.0)))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

/// A text that is no day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a day such as 2026-10-01")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let date = Date::parse(text, TEXT).map_err(|_| NotADay)?;
        let day = Self(u32::try_from((date - EPOCH).whole_days()).map_err(|_| NotADay)?);
        // One spelling each: a sign before the year is none.
        if day.to_string() == text { Ok(day) } else { Err(NotADay) }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
