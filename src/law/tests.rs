//! Worked cases, shared with the second verifier, and what holds of every period.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::base::Span;

const REGIMES: [Regime; 2] = [Regime::Bidding, Regime::Procurement];

#[derive(Deserialize)]
struct Case {
    name: String,
    amount: Amount,
    at_ms: Instant,
    ends_ms: Instant,
    latest_start_ms: Instant,
}

fn reason() -> LongText {
    LongText::new("演示").expect("a text")
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Noon of a day.
fn noon(text: &str) -> Instant {
    day(text).end() + Span::seconds(-12 * 3600)
}

#[test]
fn worked_cases() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("testdata/periods.json")).expect("the cases are JSON");
    let calendar = Calendar::default();
    for case in &cases {
        assert_eq!(case.amount.ends(&calendar, case.at_ms), case.ends_ms, "{}", case.name);
        assert_eq!(case.amount.latest_start(&calendar, case.at_ms), case.latest_start_ms, "{}", case.name);
    }
}

#[test]
fn each_body_of_law_has_each_rule_in_force_without_a_gap() {
    let rules: BTreeSet<Rule> = provisions(Regime::Bidding).iter().map(|provision| provision.rule).collect();
    assert_eq!(rules.len(), Rule::KeyReplacement as usize + 1);
    for regime in REGIMES {
        for rule in &rules {
            let of_rule: Vec<_> = provisions(regime).iter().filter(|each| each.rule == *rule).collect();
            let last = of_rule.last().expect("a provision");
            assert_eq!(last.valid_to, None, "{rule:?} is in force");
            for pair in of_rule.windows(2) {
                assert_eq!(pair[0].valid_to.map(|day| day.plus(1)), Some(pair[1].valid_from), "{rule:?}");
            }
        }
    }
}

#[test]
fn a_provision_is_looked_up_by_its_day() {
    let early = provision(Regime::Bidding, Rule::NoticeToDeadline, day("1999-01-01"));
    assert_eq!(early.amount, Amount { count: 20, unit: Unit::CalendarDays }, "the first there was");
    let law = Law::default();
    let limit = law.limit(Regime::Bidding, Rule::ComplaintDecision, noon("2026-03-02"));
    assert_eq!(limit.amount, Amount { count: 30, unit: Unit::WorkingDays });
    assert_eq!(limit.article.zh.as_str(), "招标投标法实施条例 第六十一条");
}

#[test]
fn the_announced_holidays_are_well_formed() {
    let calendar = Calendar::default();
    assert_eq!(calendar.years().map(|year| year.year).collect::<Vec<_>>(), [2025, 2026]);
    for year in calendar.years() {
        assert_eq!(year.check(), Ok(()));
        assert!(year.working_days.iter().all(|day| !day.is_weekday()), "weekends make up");
    }
}

#[test]
fn a_decree_moves_a_holiday() {
    let mut law = Law::default();
    let from = noon("2026-09-01");
    let amount = |count| Amount { count, unit: Unit::CalendarDays };
    assert_eq!(amount(2).ends(&law.calendar, from), day("2026-09-03").end());
    let mut decree = law.calendar.years().last().expect("2026").clone();
    decree.holidays.extend([day("2026-09-03"), day("2026-09-04")]);
    decree.holidays.sort_unstable();
    law.calendar.set(&decree);
    assert_eq!(amount(2).ends(&law.calendar, from), day("2026-09-07").end(), "over the weekend too");
}

#[test]
fn a_years_holidays_are_checked() {
    let good = Holidays {
        holidays: vec![day("2027-01-01")],
        reason: reason(),
        working_days: vec![day("2027-01-03")],
        year: 2027,
    };
    assert_eq!(good.check(), Ok(()));
    let bad = [
        Holidays { year: 2028, ..good.clone() },
        Holidays { year: 1999, holidays: Vec::new(), working_days: Vec::new(), ..good.clone() },
        Holidays { holidays: vec![day("2027-01-02"), day("2027-01-01")], ..good.clone() },
        Holidays { holidays: vec![day("2027-01-01"), day("2027-01-01")], ..good.clone() },
        Holidays { working_days: vec![day("2027-01-01")], ..good },
    ];
    for holidays in bad {
        let refused = holidays.check().expect_err("malformed");
        assert_eq!(refused.code(), "holidays_malformed", "{holidays:?}");
    }
}

#[test]
fn a_centres_own_limits_are_checked() {
    let notice = (Rule::NoticeToDeadline, Amount::seconds(60));
    let code = |limits: TimeLimits| limits.check().map_err(|refusal| refusal.code());
    assert_eq!(code(TimeLimits::default()), Ok(()));
    assert_eq!(code(TimeLimits::of([notice], reason())), Ok(()));
    assert_eq!(code(TimeLimits::of([notice, notice], reason())), Err("limit_twice"));
    let unexplained = TimeLimits { reason: None, ..TimeLimits::of([notice], reason()) };
    assert_eq!(code(unexplained), Err("limit_without_reason"));
    let share = Amount { count: 20, unit: Unit::PerMille };
    let bad = [
        (Rule::NoticeToDeadline, share),
        (Rule::BidSecurityShare, Amount::seconds(20)),
        (Rule::NoticeToDeadline, Amount { count: 3661, unit: Unit::WorkingDays }),
    ];
    for set in bad {
        assert_eq!(code(TimeLimits::of([set], reason())), Err("limit_out_of_bounds"), "{set:?}");
    }
}

#[test]
fn a_centres_own_limit_takes_the_place_of_the_laws() {
    let set = (Rule::CandidatePublicity, Amount::seconds(60));
    let law = Law { limits: TimeLimits::of([set], reason()), ..Law::default() };
    for regime in REGIMES {
        assert_eq!(law.ends(regime, set.0, Instant(5)), Instant(60_005));
        assert_eq!(law.latest_start(regime, set.0, Instant(60_005)), Instant(5));
        let limit = law.limit(regime, set.0, Instant(5));
        assert_eq!(limit.amount, set.1);
        assert_eq!(limit.lawful, Amount { count: 3, unit: Unit::CalendarDays });
    }
}

#[test]
fn days_have_one_spelling() {
    assert_eq!(day("2026-02-28").plus(1).to_string(), "2026-03-01");
    assert_eq!(Day::of(noon("2026-02-28")), day("2026-02-28"));
    for text in ["2026-2-28", "+2026-02-28", "2026-02-30", "1969-12-31", "2026-02-28 ", ""] {
        assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
    }
}

#[test]
fn no_moment_is_out_of_reach() {
    let calendar = Calendar::default();
    for unit in [Unit::CalendarDays, Unit::WorkingDays, Unit::Hours] {
        for at in [Instant(i64::MIN), Instant(0), Instant(i64::MAX)] {
            let amount = Amount { count: 3660, unit };
            let _ = (amount.ends(&calendar, at), amount.latest_start(&calendar, at));
        }
    }
}

fn amounts() -> impl Strategy<Value = Amount> {
    let units = [Unit::CalendarDays, Unit::WorkingDays, Unit::Hours, Unit::Minutes, Unit::Seconds];
    (0u32..40, prop::sample::select(units.to_vec())).prop_map(|(count, unit)| Amount { count, unit })
}

/// Moments of 2025 to 2027: two years with announced holidays, one without.
fn moments() -> impl Strategy<Value = Instant> {
    (1_735_660_800_000i64..1_830_268_800_000).prop_map(Instant)
}

proptest! {
    #[test]
    fn a_later_start_ends_no_earlier(amount in amounts(), at in moments(), later in 0i64..200_000_000) {
        let calendar = Calendar::default();
        prop_assert!(amount.ends(&calendar, at) <= amount.ends(&calendar, at + Span(later)));
    }

    #[test]
    fn the_latest_start_is_in_time_and_the_moment_after_it_is_not(amount in amounts(), end in moments()) {
        let calendar = Calendar::default();
        let start = amount.latest_start(&calendar, end);
        prop_assert!(amount.earliest_end(&calendar, start) <= end);
        prop_assert!(amount.earliest_end(&calendar, start + Span(1)) > end);
    }

    #[test]
    fn a_period_of_days_ends_with_a_working_day(count in 1u32..40, at in moments()) {
        let calendar = Calendar::default();
        for unit in [Unit::CalendarDays, Unit::WorkingDays] {
            let end = Amount { count, unit }.ends(&calendar, at);
            prop_assert!(calendar.is_worked(Day::of(end + Span(-1))));
            prop_assert_eq!(Day::of(end + Span(-1)).end(), end);
            prop_assert!(end.since(Day::of(at).end()) >= Span::days(i64::from(count)), "the first day is not counted");
        }
    }

    #[test]
    fn working_days_between_are_as_many_as_asked(count in 1u32..40, at in moments()) {
        let calendar = Calendar::default();
        let last = Day::of(Amount { count, unit: Unit::WorkingDays }.ends(&calendar, at) + Span(-1));
        let mut worked = 0;
        let mut day = Day::of(at);
        while day < last {
            day = day.plus(1);
            worked += u32::from(calendar.is_worked(day));
        }
        prop_assert_eq!(worked, count);
    }
}
