//! Every check has a case in which it fails, and nothing fails beside it that need not.

use std::collections::BTreeSet;

use kaibiao_crypto::act::{Payload, Seen, SignedAct};

use super::*;
use crate::base::{Digest, Span};
use crate::replay::check::fixture::{Logged, Parts, clock_step};
use crate::tender::{Command, LotCommand};

/// A false file.
pub(super) type Case = fn() -> Parts;

/// Each check, what cannot but fail with it, and a file in which it fails.
pub(super) const CASES: &[(CheckId, &[CheckId], Case)] = &[
    (CheckId::C1, &[], || {
        let mut parts = honest();
        parts.tender.clear();
        parts.about.tender_entries = 0;
        parts.cores.clear();
        parts.files.clear();
        parts
    }),
    (CheckId::C2, &[], || {
        let mut parts = honest();
        parts.about.centre_entries += 1;
        parts
    }),
    (CheckId::C3, &[], || {
        logged("ReadBid", |act| act.forged = Some(|head| head.sprev = Some(Digest([4; 32]))))
    }),
    (CheckId::C4, &[], || signed("StartReading", |payload| payload.prev = Some(of_other("ApproveTender")))),
    (CheckId::C5, &[], || {
        let mut parts = honest();
        parts.files.insert(Digest::of(b"stray"), b"stray".to_vec());
        parts
    }),
    (CheckId::C6, &[], || without("RecordSealCheck")),
    (CheckId::C7, &[], || {
        let seen = Seen { root: Digest([3; 32]), size: 5 };
        signed("StartReading", |payload| payload.seen = Some(seen))
    }),
    (CheckId::A1, &[], || without_line("— qingshan")),
    (CheckId::A2, &[], || without_line("— witness").for_public()),
    (CheckId::A3, &[], || {
        let mut parts = honest();
        let line = parts.about.head.lines().last().expect("a cosignature").to_owned();
        parts.about.head += &format!("{line}\n");
        parts
    }),
    (CheckId::A4, &[], || logged("ConfirmReading", |act| act.act.sig[5] ^= 1)),
    (CheckId::A5, &[], || {
        let mut fixture = bare();
        let signature = fixture.index_of("SignRecord", 0);
        let recorder = Payload::parse(&fixture.logged[signature].act.payload).expect("an act").actor;
        let is_of = |one: &Logged| String::from_utf8_lossy(&one.act.payload).contains(&recorder);
        let brings = |one: &Logged| one.kind() == "CertifyKey" && is_of(one);
        let certified = fixture.logged.iter().position(brings).expect("it was certified");
        fixture.logged.remove(certified);
        fixture.parts()
    }),
    (CheckId::A6, &[], || {
        let mut fixture = Fixture::honest();
        let recorder = fixture.index_of("SignRecord", 0);
        fixture.logged.insert(recorder, fixture.revocation(recorder));
        fixture.parts()
    }),
    (CheckId::A7, &[], || signed("StartReading", |payload| payload.role = "buyer".to_owned())),
    (CheckId::A9, &[], || super::clocks::with_reading(super::clocks::another_token).1),
    (CheckId::A10, &[], || {
        let mut fixture = bare();
        let is_acceptance = |one: &&mut Logged| one.kind() == "RecordClockAccepted";
        let accepted = fixture.logged.iter_mut().find(is_acceptance).expect("a step was accepted");
        let mut payload = Payload::parse(&accepted.act.payload).expect("an act");
        payload.body = Some(serde_json::json!({ "note": clock_step(&payload.origin, 1) }));
        accepted.act = SignedAct::system(&payload, None).expect("an act");
        fixture.parts()
    }),
    (CheckId::A11, &[CheckId::K4], || {
        let mut fixture = bare();
        let is_appointment = |one: &Logged| one.kind() == "AppointCommittee";
        let appointed = fixture.logged.iter().rposition(is_appointment).expect("appointed");
        fixture.logged.remove(appointed);
        fixture.parts()
    }),
    (CheckId::A12, &[], || {
        let mut parts = honest();
        parts.about.rotations[0].proof[0] = Digest([8; 32]);
        parts
    }),
    (CheckId::I4, &[], || {
        let mut parts = honest();
        parts.tender[20].proof[0] = Digest([8; 32]);
        parts
    }),
    (CheckId::I5, &[], || {
        let mut parts = honest();
        parts.heads.last_mut().expect("that of the bundle").subtrees[0] = Digest([9; 32]);
        parts
    }),
    (CheckId::I6, &[], || logged("ConfirmReading", |act| act.act.payload.push(b' '))),
    (CheckId::I7, &[], || {
        let fixture = Fixture::of(Plan { ends: End::Opened, ..Plan::default() });
        let mut parts = fixture.parts();
        let cover = fixture.logged.len() - 1;
        let mut record = parts.centre.last().expect("a tick").clone();
        record.index = cover as u64;
        let entry = fixture.logged[cover].act.payload.clone();
        record.proof = fixture.proof(cover);
        record.content = Content::Whole { entry, events: b"[]".to_vec(), body: None };
        parts.tender.push(record);
        parts.about.tender_entries += 1;
        parts
    }),
    (CheckId::I8, &[CheckId::K4], || {
        signed("TakeSeat", |payload| {
            let body = payload.body.as_mut().expect("inside");
            body["salt"] = "00".repeat(32).into();
        })
    }),
    (CheckId::I9, &[], || {
        let mut parts = honest();
        parts.cores.values_mut().for_each(|core| core[100] ^= 1);
        parts
    }),
    (CheckId::K1, &[], || signed("StartReading", |payload| payload.origin = "other.example/1".to_owned())),
    (CheckId::K2, &[], || {
        logged("ReadBid", |act| act.forged = Some(|head| head.stream = "centre".to_owned()))
    }),
    (CheckId::K3, &[], || {
        let fixture = Fixture::honest();
        let earlier = &fixture.logged[fixture.index_of("CallPanel", 0)];
        let nonce = Payload::parse(&earlier.act.payload).expect("an act").nonce;
        signed("StartReading", |payload| payload.nonce = nonce)
    }),
    (CheckId::K4, &[], || {
        let mut parts = honest();
        let index = Fixture::honest().index_of("ReadBid", 1);
        let Content::Whole { events, .. } = &mut parts.record(index).content else { panic!("all are shown") };
        events.push(b' ');
        parts
    }),
    (CheckId::K5, &[CheckId::K4], || {
        let mut fixture = Fixture::honest();
        let (read, archive) = (fixture.index_of("ReadBid", 0), fixture.index_of("ArchiveTender", 0));
        let late = Logged { ts: fixture.logged[archive].ts, ..fixture.repeated(read) };
        fixture.logged.insert(archive + 1, late);
        fixture.parts()
    }),
    (CheckId::K6, &[CheckId::K4], || {
        let mut fixture = Fixture::honest();
        let (last, close) = (fixture.index_of("SubmitBid", 4), fixture.index_of("CloseLot", 0));
        fixture.logged[last].ts = fixture.logged[close].ts + Span(1);
        fixture.logged[close].ts = fixture.logged[last].ts;
        fixture.parts()
    }),
    (CheckId::K7, &[], || {
        forged(|command| {
            if let Command::Lot(_, LotCommand::CloseLot(body)) = command {
                body.root = Digest::of(b"other bids");
            }
        })
    }),
    (CheckId::K8, &[CheckId::K4], || nothing("StartReview", 0)),
    (CheckId::K9, &[CheckId::K4], || nothing("RevealScores", 4)),
    (CheckId::K10, &[CheckId::K4], || nothing("ConfirmAward", 0)),
    (CheckId::K13, &[], || logged("ConfirmReading", |act| act.rules = crate::replay::RULES + 1)),
    (CheckId::K14, &[CheckId::K4], || nothing("WithdrawBid", 0)),
    (CheckId::D1, &[], || {
        forged(|command| {
            if let Command::Lot(_, LotCommand::RecordDraw(body)) = command {
                body.order.reverse();
            }
        })
    }),
    (CheckId::D2, &[], || {
        forged(|command| {
            if let Command::Lot(_, LotCommand::RecordDraw(body)) = command {
                let among = [975, 980].map(crate::formula::Decimal::thousandths);
                body.coefficient = among.into_iter().find(|other| Some(*other) != body.coefficient);
            }
        })
    }),
    (CheckId::D3, &[], || {
        forged(|command| {
            if let Command::Lot(_, LotCommand::RecordPanelDraw(body)) = command {
                body.ranked.reverse();
            }
        })
    }),
    (CheckId::S1, &[], || {
        let forge = Some(super::procedure::mislock as fn(&mut Command));
        Fixture::of(Plan { forge, ends: End::Opened, ..Plan::default() }).parts()
    }),
    (CheckId::S2, &[], || forged(super::procedure::lower_a_price)),
    (CheckId::E1, &[], || logged("ConfirmReading", |act| act.ts = act.ts + Span(-60_000))),
    (CheckId::E2, &[], || super::clocks::with_reading(super::clocks::an_hour_behind).1),
    (CheckId::E3, &[CheckId::K4], || logged("CloseLot", |act| act.ts = act.ts + Span(-1))),
    (CheckId::E4, &[CheckId::E5, CheckId::K4], || {
        let mut fixture = Fixture::honest();
        let (close, opened) = (fixture.index_of("CloseLot", 0), fixture.index_of("RecordUnsealed", 0));
        let early = fixture.logged.remove(opened);
        fixture.logged.insert(close, Logged { ts: fixture.logged[close].ts, ..early });
        fixture.parts()
    }),
    (CheckId::E5, &[], || Fixture::of(Plan { opens_before_draw: true, ..Plan::default() }).parts()),
    (CheckId::E8, &[CheckId::A2], || without_line("— witness")),
];

#[test]
fn every_check_has_a_case_in_which_it_fails_and_no_other_one_needlessly() {
    let covered: BTreeSet<CheckId> = CASES.iter().map(|(id, _, _)| *id).collect();
    assert_eq!(covered, CheckId::ALL.iter().copied().collect(), "every check has a case");
    for (id, beside, case) in CASES {
        let report = case().verify();
        let failed: BTreeSet<CheckId> = failures(&report).into_iter().map(|(id, _)| id).collect();
        let wanted: BTreeSet<CheckId> = beside.iter().chain([id]).copied().collect();
        assert_eq!(failed, wanted, "{id:?}: {}", report.to_text());
    }
}

fn honest() -> Parts {
    Fixture::honest().parts()
}

/// An honest log in which nobody names a head, so that something early can be left out.
fn bare() -> Fixture {
    Fixture::of(Plan { without_heads: true, ..Plan::default() })
}

/// The first act of a type as the platform changes it in its log.
fn logged(kind: &str, change: impl FnOnce(&mut Logged)) -> Parts {
    let mut fixture = Fixture::honest();
    let index = fixture.index_of(kind, 0);
    change(&mut fixture.logged[index]);
    fixture.parts()
}

/// The first act of a type as its own actor signs it otherwise.
fn signed(kind: &str, change: impl FnOnce(&mut Payload)) -> Parts {
    let mut fixture = Fixture::honest();
    let index = fixture.index_of(kind, 0);
    fixture.logged[index] = fixture.resigned(index, change);
    fixture.parts()
}

/// The log without the first act of a type.
fn without(kind: &str) -> Parts {
    let mut fixture = Fixture::honest();
    fixture.logged.remove(fixture.index_of(kind, 0));
    fixture.parts()
}

/// An act that is recorded to have led to nothing.
fn nothing(kind: &str, nth: usize) -> Parts {
    let mut fixture = Fixture::honest();
    let index = fixture.index_of(kind, nth);
    fixture.logged[index].events = b"[]".to_vec();
    fixture.parts()
}

fn forged(forge: fn(&mut Command)) -> Parts {
    Fixture::of(Plan { forge: Some(forge), ..Plan::default() }).parts()
}

/// The head without the signature lines that begin so.
fn without_line(beginning: &str) -> Parts {
    let mut parts = honest();
    let lines = parts.about.head.lines().filter(|line| !line.starts_with(beginning));
    parts.about.head = lines.map(|line| format!("{line}\n")).collect();
    parts
}

/// The payload's digest of somebody else's act.
fn of_other(kind: &str) -> Digest {
    let fixture = Fixture::honest();
    Digest::of(&fixture.logged[fixture.index_of(kind, 0)].act.payload)
}
