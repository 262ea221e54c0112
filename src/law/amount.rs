//! How long a period is, and the arithmetic of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::calendar::Calendar;
use super::day::Day;
use crate::base::{Instant, Span};

/// What an amount is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 日历日: the first is not counted; the last ends with its midnight, or with that of the next working day.
    CalendarDays,
    /// 工作日: the first is not counted.
    WorkingDays,
    /// From the moment itself.
    Hours,
    /// From the moment itself.
    Minutes,
    /// From the moment itself; for demonstrations.
    Seconds,
    /// A share and no period, in thousandths.
    PerMille,
}

impl Unit {
    /// The largest count of it that a centre may set: ten years of days, and a thousand hours or what comes near it.
    fn most(self) -> u32 {
        match self {
            Self::CalendarDays | Self::WorkingDays => 3660,
            Self::Hours | Self::PerMille => 1000,
            Self::Minutes => 60_000,
            Self::Seconds => 3_600_000,
        }
    }
}

/// A length of time, or a share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Amount {
    /// Whole seconds.
    pub const fn seconds(count: u32) -> Self {
        Self { count, unit: Unit::Seconds }
    }

    /// Whether it may stand in the place of `other`: a period for a period, a share for a share, neither out of bounds.
    pub(super) fn is_like(self, other: Self) -> bool {
        let is_share = |amount: Self| amount.unit == Unit::PerMille;
        is_share(self) == is_share(other) && self.count <= self.unit.most()
    }

    /// When a period that begins with `from` is over. Of days, the day of `from` is not counted; if the last day is not
    /// worked, the next working day is the last. A share is no period, and over at once.
    pub fn ends(self, calendar: &Calendar, from: Instant) -> Instant {
        let day = Day::of(from);
        match self.unit {
            Unit::CalendarDays => calendar.rolled(day.plus(self.count)).end(),
            Unit::WorkingDays => calendar.worked_after(day, self.count).end(),
            Unit::Hours | Unit::Minutes | Unit::Seconds | Unit::PerMille => from + self.span(),
        }
    }

    /// The first moment that has the whole period between it and `from`: of days, those two days are not counted. The end is
    /// a date that somebody sets, so nothing rolls.
    pub fn earliest_end(self, calendar: &Calendar, from: Instant) -> Instant {
        match self.unit {
            Unit::CalendarDays => Day::of(from).plus(self.count).end(),
            Unit::WorkingDays | Unit::Hours | Unit::Minutes | Unit::Seconds | Unit::PerMille => {
                self.ends(calendar, from)
            }
        }
    }

    /// The last moment that has the whole period between it and `end`: [`Amount::earliest_end`] the other way.
    pub fn latest_start(self, calendar: &Calendar, end: Instant) -> Instant {
        let day = Day::of(end);
        let last_of = |day: Day| day.end() + Span(-1);
        match self.unit {
            Unit::CalendarDays => last_of(day.minus(1).minus(self.count)),
            Unit::WorkingDays => last_of(calendar.worked_before(day, self.count)),
            Unit::Hours | Unit::Minutes | Unit::Seconds | Unit::PerMille => end + Span(-self.span().0),
        }
    }

    /// Its length, where it counts from a moment.
    fn span(self) -> Span {
        let seconds = match self.unit {
            Unit::Hours => 3600,
            Unit::Minutes => 60,
            Unit::Seconds => 1,
            Unit::CalendarDays | Unit::WorkingDays | Unit::PerMille => 0,
        };
        Span::seconds(seconds * i64::from(self.count))
    }
}
