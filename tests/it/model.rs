//! A tender against its model: made-up lists of acts, repeats, restarts and moves of the clock, each held to what a few
//! lines say must happen. A list that fails is shrunk to the shortest that still does.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use kaibiao::base::{BidId, Instant, Span, TenderId};
use kaibiao::ledger::{Accepted, Rejected};
use kaibiao::tender::{
    CheckIn, CloseLot, Command, IssueAddendum, LotCommand, OpeningStep, Procedure, Stage, TenderCommand,
    WithdrawBid,
};
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::receipt::Receipt;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::drill::{held, times};
use crate::harness::{Center, PERIOD, code, lot};
use crate::sealed::{Sealed, envelopes};
use crate::terms::long;

/// Tenders that one centre sees before the next begins: its log is read anew at each restart.
const TENDERS_EACH: usize = 40;
const BIDDERS: usize = 4;

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// Bids, or replaces the own bid.
    Submit(usize),
    /// Bids as if no bid of one's own stood.
    SubmitAnew(usize),
    /// Bids on the documents before the newest addendum.
    SubmitOutdated(usize),
    /// Withdraws the own bid.
    Withdraw(usize),
    /// Withdraws another's.
    WithdrawOf(usize, usize),
    CheckIn(usize),
    /// Sends the last accepted act of a person again.
    Repeat,
    /// The host postpones by so many seconds.
    Postpone(i64),
    /// The platform would close before the time.
    CloseEarly,
    /// So many seconds pass.
    Wait(i64),
    /// The platform does what is due.
    Settle,
    /// The platform is killed and started again.
    Restart,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let who = 0..BIDDERS;
    let op = prop_oneof![
        6 => who.clone().prop_map(Op::Submit),
        1 => who.clone().prop_map(Op::SubmitAnew),
        1 => who.clone().prop_map(Op::SubmitOutdated),
        2 => who.clone().prop_map(Op::Withdraw),
        1 => (who.clone(), 0..BIDDERS).prop_map(|(who, whose)| Op::WithdrawOf(who, whose)),
        2 => who.prop_map(Op::CheckIn),
        2 => Just(Op::Repeat),
        1 => (1_i64..4000).prop_map(Op::Postpone),
        1 => Just(Op::CloseEarly),
        3 => (1_i64..2500).prop_map(Op::Wait),
        2 => Just(Op::Settle),
        1 => Just(Op::Restart),
    ];
    prop::collection::vec(op, 1..24)
}

/// What must be so.
struct Model {
    deadline: Instant,
    addenda: u32,
    standing: [Option<BidId>; BIDDERS],
    checked_in: [bool; BIDDERS],
    closed: Option<BTreeSet<BidId>>,
    /// Every accepted act: where it stands, and what was signed.
    accepted: Vec<(Accepted, SignedAct)>,
}

impl Model {
    fn at(now: Instant) -> Self {
        Self {
            deadline: now + PERIOD,
            addenda: 0,
            standing: [None; BIDDERS],
            checked_in: [false; BIDDERS],
            closed: None,
            accepted: Vec::new(),
        }
    }

    fn is_late(&self, now: Instant) -> bool {
        self.closed.is_some() || now > self.deadline
    }

    fn bids(&self) -> BTreeSet<BidId> {
        self.standing.iter().flatten().copied().collect()
    }
}

/// One tender, and how far it and its model are.
struct Play<'a> {
    center: &'a mut Center,
    model: Model,
}

impl Play<'_> {
    async fn step(&mut self, op: Op) {
        let now = self.center.clock.now();
        match op {
            Op::Submit(who) => self.submit(who, self.model.standing[who], self.model.addenda).await,
            Op::SubmitAnew(who) => self.submit(who, None, self.model.addenda).await,
            Op::SubmitOutdated(who) => {
                let outdated = self.model.addenda.checked_sub(1).unwrap_or(7);
                self.submit(who, self.model.standing[who], outdated).await;
            }
            Op::Withdraw(who) => self.withdraw(who, who).await,
            Op::WithdrawOf(who, whose) => self.withdraw(who, whose).await,
            Op::CheckIn(who) => self.check_in(who).await,
            Op::Repeat => self.repeat().await,
            Op::Postpone(seconds) => self.postpone(Span::seconds(seconds)).await,
            Op::CloseEarly if now < self.model.deadline => self.close_early().await,
            Op::CloseEarly => {}
            Op::Wait(seconds) => self.center.clock.advance(Span::seconds(seconds)),
            Op::Settle => self.settle().await,
            Op::Restart => self.center.restart().await,
        }
    }

    async fn submit(&mut self, who: usize, replaces: Option<BidId>, document_set: u32) {
        let is_late = self.model.is_late(self.center.clock.now());
        let expected = match () {
            () if is_late => "too_late",
            () if document_set != self.model.addenda => "document_set_outdated",
            () if replaces != self.model.standing[who] => "replaces_other_bid",
            () => "accepted",
        };
        let sealed: Vec<Sealed> =
            envelopes(&self.center.state(), self.center.bidders[who].key_id(), 100 + who as i64);
        if expected == "accepted" {
            for envelope in &sealed {
                self.center.upload(&self.center.bidders[who], envelope).await;
            }
        }
        let body = Center::submission(&sealed, replaces, document_set);
        let bid = body.bid;
        if self.act(who, LotCommand::SubmitBid(body), expected).await {
            self.model.standing[who] = Some(bid);
        }
    }

    async fn withdraw(&mut self, who: usize, whose: usize) {
        let standing = self.model.standing[whose];
        let expected = match standing {
            _ if self.model.is_late(self.center.clock.now()) => "too_late",
            Some(_) if who == whose => "accepted",
            Some(_) | None => "unknown_bid",
        };
        let bid = standing.unwrap_or_else(|| BidId(Uuid::new_v4()));
        if self.act(who, LotCommand::WithdrawBid(WithdrawBid { bid }), expected).await {
            self.model.standing[who] = None;
        }
    }

    async fn check_in(&mut self, who: usize) {
        let expected = match () {
            () if self.model.is_late(self.center.clock.now()) => "too_late",
            () if self.model.checked_in[who] => "already_checked_in",
            () => "accepted",
        };
        self.model.checked_in[who] |= self.act(who, LotCommand::CheckIn(CheckIn {}), expected).await;
    }

    /// A bidder's act; whether it was accepted, which must be as expected.
    async fn act(&mut self, who: usize, command: LotCommand, expected: &str) -> bool {
        let (kind, lot, body) = Command::Lot(lot(), command).encode().expect("a command is JSON");
        let act = self.center.bidders[who].sign(Some(self.center.tender), lot, &kind, &body);
        let answer = self.center.ledger.submit(act.clone()).await;
        if let Ok(accepted) = &answer {
            self.model.accepted.push((accepted.clone(), act));
        }
        is_as(answer, expected)
    }

    async fn repeat(&mut self) {
        let Some((first, act)) = self.model.accepted.last() else { return };
        let again = self.center.ledger.submit(act.clone()).await.expect("it was accepted once");
        assert_eq!((again.index, again.ts, again.is_repeat), (first.index, first.ts, true));
    }

    async fn postpone(&mut self, by: Span) {
        let is_late = self.center.clock.now() > self.model.deadline;
        let opening_at = self.model.deadline + by;
        let addendum = IssueAddendum {
            affects_bids: false,
            documents: Vec::new(),
            number: self.model.addenda + 1,
            opening_at: Some(opening_at),
            text: long("开标时间顺延。"),
        };
        let answer = self.center.tender(&self.center.host, TenderCommand::IssueAddendum(addendum)).await;
        if is_as(answer, if is_late { "deadline_passed" } else { "accepted" }) {
            self.model.deadline = opening_at;
            self.model.addenda += 1;
        }
    }

    async fn close_early(&mut self) {
        let bids = u32::try_from(self.model.bids().len()).expect("four");
        let close = LotCommand::CloseLot(CloseLot { bids, root: Digest::of(b"") });
        let answer = self.center.ledger.system(self.center.tender, Command::Lot(lot(), close)).await;
        is_as(answer, if self.model.closed.is_some() { "wrong_stage" } else { "before_deadline" });
    }

    async fn settle(&mut self) {
        self.center.settle().await;
        if self.center.clock.now() >= self.model.deadline {
            self.model.closed.get_or_insert_with(|| self.model.standing.iter().flatten().copied().collect());
        }
    }

    /// To the opening; then everything that was ever answered is held against what stands.
    async fn end(mut self) {
        let left = self.model.deadline.since(self.center.clock.now());
        self.center.clock.advance(Span(left.0.max(0)));
        self.settle().await;
        let state = self.center.state();
        let (lot, bids) = (&state.lots[&lot()], self.model.bids());
        assert_eq!(self.model.closed.as_ref(), Some(&bids));
        assert_eq!(
            lot.standing().map(|bid| bid.id).collect::<BTreeSet<_>>(),
            bids,
            "what stands is what was last said"
        );
        assert!(lot.closed_at.is_some_and(|closed| closed >= self.model.deadline));
        match lot.stage {
            Stage::Opening => assert_eq!(lot.openings[0].step, OpeningStep::Unsealed),
            Stage::Failed(_) => assert!(bids.len() < 3),
            stage => panic!("{stage:?}"),
        }
        self.nothing_is_lost().await;
        self.center.audit().await;
    }

    /// Every accepted act stands where its answer said, and its receipt holds.
    async fn nothing_is_lost(&self) {
        let ledger = &self.center.ledger;
        let key = |vkey: &String| NoteVerifier::parse(vkey).expect("a vkey");
        let (log, witnesses) = (key(&ledger.log_vkey()), ledger.witness_vkeys());
        let witnesses: Vec<NoteVerifier> = witnesses.iter().map(key).collect();
        for (accepted, act) in &self.model.accepted {
            let receipt = ledger.receipt(accepted.index).await.expect("it stands");
            let receipt = Receipt::parse(receipt.as_bytes()).expect("a receipt");
            let proven = receipt.verify(&log, &witnesses, 1).expect("the receipt holds");
            assert_eq!(proven.entry.payload, act.payload, "what was signed, byte for byte");
        }
    }
}

/// Whether an act was accepted, which must be as expected.
fn is_as(answer: Result<Accepted, Rejected>, expected: &str) -> bool {
    let is_accepted = answer.is_ok();
    assert_eq!(code(answer), expected);
    is_accepted
}

/// Plays a list in a tender of its own.
async fn play(center: &mut Center, ops: Vec<Op>) {
    center.tender = TenderId(Uuid::new_v4());
    center.publish(Procedure::OneStage).await;
    let model = Model::at(center.clock.now());
    let mut play = Play { center, model };
    for op in ops {
        play.step(op).await;
    }
    play.end().await;
}

/// Plays many lists; `begin` makes the centres.
fn play_all(name: &str, begin: fn(&tokio::runtime::Runtime) -> Center) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cases = times(24, 1000);
    let seed = seed();
    let config =
        Config { cases: u32::try_from(cases).expect("fits"), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let centre: Mutex<Option<(Center, usize)>> = Mutex::new(None);
    let played = runner.run(&ops(), |ops| {
        // A list that failed leaves its centre as it was: the next begins another.
        let taken = centre.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (mut center, seen) = taken.unwrap_or_else(|| (begin(&runtime), 0));
        runtime.block_on(play(&mut center, ops));
        if seen < TENDERS_EACH {
            *centre.lock().unwrap_or_else(PoisonError::into_inner) = Some((center, seen + 1));
        }
        Ok(())
    });
    let seed = hex::encode(seed);
    assert!(
        played.is_ok(),
        "seed {seed}: {}",
        played.err().map(|error| error.to_string()).unwrap_or_default()
    );
    held(
        &format!("F29 tenders against their model, {name}"),
        &format!("{cases} of {cases}, each bundle verified"),
    );
}

/// The same lists in each `make test`; others in each drill.
fn seed() -> [u8; 32] {
    let mut seed = [29; 32];
    if times(0, 1) == 1 {
        SystemRandom::new().fill(&mut seed).expect("randomness");
    }
    seed
}

#[test]
fn a_tender_does_what_its_model_says_on_sqlite() {
    play_all("SQLite", |runtime| runtime.block_on(Center::on_sqlite()));
}

#[test]
fn a_tender_does_what_its_model_says_on_postgres() {
    play_all("PostgreSQL", |runtime| runtime.block_on(Center::on_postgres()));
}
