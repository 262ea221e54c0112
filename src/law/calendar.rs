//! Which days are worked: Monday to Friday, but for public holidays, and the weekends that make up for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::day::Day;
use crate::base::{LongText, Refusal, require};

/// Years that holidays may be set for.
const YEARS: std::ops::RangeInclusive<u16> = 2000..=2200;

/// As the State Council has announced them.
static ANNOUNCED: LazyLock<Vec<Holidays>> =
    LazyLock::new(|| serde_json::from_str(include_str!("holidays.json")).expect("the holidays are JSON"));

/// What one year's announcement says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Holidays {
    /// Public holidays, ascending.
    pub holidays: Vec<Day>,
    /// Where it was announced, or why it differs from that.
    pub reason: LongText,
    /// Saturdays and Sundays that are worked instead, ascending.
    pub working_days: Vec<Day>,
    /// The year.
    pub year: u16,
}

impl Holidays {
    /// Refuses days of another year, days out of order and a day that is both.
    pub fn check(&self) -> Result<(), Refusal> {
        let ascends = |days: &[Day]| days.is_sorted_by(|one, next| one < next);
        let is_of_year = |day: &Day| day.year() == self.year;
        let is_fine = YEARS.contains(&self.year)
            && ascends(&self.holidays)
            && ascends(&self.working_days)
            && self.holidays.iter().chain(&self.working_days).all(is_of_year)
            && self.working_days.iter().all(|day| self.holidays.binary_search(day).is_err());
        require(is_fine, || Refusal::rule("holidays_malformed").with("year", self.year))
    }
}

/// The calendar as it is known at a place of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    years: BTreeMap<u16, Holidays>,
    holidays: BTreeSet<Day>,
    made_up: BTreeSet<Day>,
}

impl Default for Calendar {
    fn default() -> Self {
        let mut calendar =
            Self { years: BTreeMap::new(), holidays: BTreeSet::new(), made_up: BTreeSet::new() };
        ANNOUNCED.iter().for_each(|year| calendar.set(year));
        calendar
    }
}

impl Calendar {
    /// Takes a year's holidays in the place of those that were known.
    pub fn set(&mut self, year: &Holidays) {
        self.years.insert(year.year, year.clone());
        self.holidays = self.years.values().flat_map(|year| year.holidays.iter().copied()).collect();
        self.made_up = self.years.values().flat_map(|year| year.working_days.iter().copied()).collect();
    }

    /// The years whose holidays are known, in order. Of another year only the weekends are.
    pub fn years(&self) -> impl Iterator<Item = &Holidays> {
        self.years.values()
    }

    /// Whether `day` is worked.
    pub fn is_worked(&self, day: Day) -> bool {
        self.made_up.contains(&day) || (day.is_weekday() && !self.holidays.contains(&day))
    }

    /// `day`, or the first working day after it.
    pub(super) fn rolled(&self, day: Day) -> Day {
        let mut day = day;
        while !self.is_worked(day) {
            day = day.plus(1);
        }
        day
    }

    /// The `count`th working day after `day`.
    pub(super) fn worked_after(&self, day: Day, count: u32) -> Day {
        (0..count).fold(day, |day, _| self.rolled(day.plus(1)))
    }

    /// The last day that has `count` working days between it and `day`, neither of them counted.
    pub(super) fn worked_before(&self, day: Day, count: u32) -> Day {
        let day_before = |day: Day| {
            let mut day = day;
            while !self.is_worked(day) {
                day = day.minus(1);
            }
            day.minus(1)
        };
        (0..count).fold(day.minus(1), |day, _| day_before(day))
    }
}
