//! A tender from the draft to the letters.

use kaibiao::base::{BidId, Digest};
use kaibiao::replay::evidence;
use kaibiao::tender::{
    ArchiveTender, CallPanel, CommitScores, ConfirmAward, ConfirmReading, CriterionScore, IssueLetters,
    JudgePreliminary, LotCommand, OpeningStep, Procedure, PublishCandidates, RecuseSelf, Rejection,
    RejectionCode, ReportAward, RevealScores, SignContract, SignRecord, SignReport, SignStage, Stage,
    StartReading, StartReview, StartSecondOpening, TakeSeat, TenderCommand, Verdict,
};
use kaibiao_crypto::canonical;

use crate::harness::{Actor, Center, PERIOD, lot, text};
use crate::terms::long;

on_both_databases!(
    two_stages,
    one_stage,
    goes_on_after_a_restart_at_every_step,
    opens_with_three_of_five_custodians
);

impl Center {
    /// Calls a panel of all experts and seats the drawn; the first drawn recuses itself.
    pub async fn seat_panel(&mut self) {
        let salts: Vec<[u8; 32]> = (0..7).map(|index| [index; 32]).collect();
        let people: Vec<_> = self.experts.iter().map(|expert| expert.person).collect();
        let commitment = |index: usize| evidence::person_commitment(&salts[index], people[index]);
        let mut commitments: Vec<Digest> = (0..7).map(commitment).collect();
        commitments.sort_unstable();
        let call = LotCommand::CallPanel(CallPanel { commitments });
        self.lot(&self.host, call).await.expect("called");
        self.settle().await;
        let ranked = self.state().lots[&lot()].panel.ranked.clone();
        assert_eq!(ranked.len(), 7, "the pool is drawn");
        for (place, drawn) in ranked.iter().take(6).enumerate() {
            let index = (0..7).find(|index| commitment(*index) == *drawn).expect("an expert");
            let salt = hex::encode(salts[index]);
            let commitment = *drawn;
            let command = if place == 0 {
                LotCommand::RecuseSelf(RecuseSelf {
                    commitment, reason: text("曾在投标人处任职"), salt
                })
            } else {
                LotCommand::TakeSeat(TakeSeat { commitment, salt })
            };
            self.lot(&self.experts[index], command).await.expect("seated or recused");
        }
        assert_eq!(self.state().lots[&lot()].panel.seats.len(), 5);
    }

    /// Closes, opens and reads out; bidders confirm; host and recorder sign.
    pub async fn hold_opening(&mut self, bidders: &[usize]) {
        self.settle().await;
        self.lot(&self.host, LotCommand::StartReading(StartReading {})).await.expect("reading");
        self.settle().await;
        self.sign_opening(bidders).await;
        self.settle().await;
    }

    async fn sign_opening(&self, bidders: &[usize]) {
        for index in bidders {
            let bidder = &self.bidders[*index];
            let bid = self.state().lots[&lot()].standing_of(bidder.org).expect("a bid").id;
            self.lot(bidder, LotCommand::ConfirmReading(ConfirmReading { bid })).await.expect("confirmed");
        }
        let state = self.state();
        let state = &state.lots[&lot()];
        let record = state.record(state.openings.len()).expect("a record");
        let record_sha256 = canonical::digest_of(&record).expect("a record");
        for signer in [&self.host, &self.recorder] {
            self.lot(signer, LotCommand::SignRecord(SignRecord { record_sha256 })).await.expect("signed");
        }
    }

    /// The experts with a seat, in the order of the seats.
    pub fn seated(&self) -> Vec<&Actor> {
        let state = self.state();
        let seats = &state.lots[&lot()].panel.seats;
        let expert = |person| self.experts.iter().find(|expert| expert.person == person).expect("an expert");
        seats.values().map(|seat| expert(seat.person)).collect()
    }

    /// The panel rejects `rejected`, scores the others and signs who passed.
    pub async fn evaluate(&self, rejected: Option<BidId>) {
        let valid = self.judge(rejected).await;
        self.score(valid).await;
    }

    /// As [`Center::evaluate`], of a lot that is under review.
    pub async fn review(&self, rejected: Option<BidId>) {
        let valid = self.verdicts(rejected).await;
        self.score(valid).await;
    }

    async fn score(&self, valid: Vec<BidId>) {
        self.commit_scores(&valid).await;
        for (seat, expert) in self.seated().into_iter().enumerate() {
            let reveal = RevealScores { salt: hex::encode([9; 32]), scores: scores(seat, &valid) };
            self.lot(expert, LotCommand::RevealScores(reveal)).await.expect("revealed");
        }
        let mut passed = valid;
        passed.sort_unstable();
        for expert in self.seated().into_iter().take(3) {
            let sign = LotCommand::SignStage(SignStage { passed: passed.clone() });
            self.lot(expert, sign).await.expect("signed");
        }
    }

    /// The review begins and the panel rejects `rejected`; the others.
    pub async fn judge(&self, rejected: Option<BidId>) -> Vec<BidId> {
        self.lot(&self.host, LotCommand::StartReview(StartReview {})).await.expect("review");
        self.verdicts(rejected).await
    }

    async fn verdicts(&self, rejected: Option<BidId>) -> Vec<BidId> {
        let bids = self.state().lots[&lot()].review.bids.clone();
        for expert in self.seated() {
            let verdict = |bid: &BidId| Verdict {
                bid: *bid,
                criterion: "P1".to_owned(),
                is_met: rejected != Some(*bid),
                reason: (rejected == Some(*bid)).then(|| Rejection {
                    code: RejectionCode::NotStampedAndSigned,
                    evidence: long("第3页无签字"),
                }),
            };
            let verdicts = bids.iter().map(verdict).collect();
            let judge = LotCommand::JudgePreliminary(JudgePreliminary { verdicts });
            self.lot(expert, judge).await.expect("judged");
        }
        bids.into_iter().filter(|bid| rejected != Some(*bid)).collect()
    }

    /// Every seat commits to its scores under the salt of nines.
    pub async fn commit_scores(&self, valid: &[BidId]) {
        for (seat, expert) in self.seated().into_iter().enumerate() {
            let commitment = evidence::scores_commitment(&[9; 32], &scores(seat, valid)).expect("scores");
            self.lot(expert, LotCommand::CommitScores(CommitScores { commitment })).await.expect("committed");
        }
    }

    /// Report, candidates, award, letters, contract, archive.
    pub async fn award(&self) {
        self.name_candidates().await;
        self.wait_and_award().await;
        self.conclude().await;
        self.tender(&self.host, TenderCommand::ArchiveTender(ArchiveTender { note: None }))
            .await
            .expect("archived");
    }

    /// The panel signs its report, the host publishes the candidates.
    pub async fn name_candidates(&self) {
        let report = canonical::digest_of(&self.state().lots[&lot()].report()).expect("a report");
        for expert in self.seated() {
            let sign = SignReport { dissent: None, report_sha256: report };
            self.lot(expert, LotCommand::SignReport(sign)).await.expect("signed");
        }
        self.lot(&self.host, LotCommand::PublishCandidates(PublishCandidates {})).await.expect("published");
    }

    /// The first candidate that stands gets the award when its time has come; everybody gets a letter.
    pub async fn wait_and_award(&self) {
        let first = self.state().lots[&lot()].standing_candidates().next().expect("a candidate");
        let award = || LotCommand::ConfirmAward(ConfirmAward { bid: first });
        let until = self.state().lots[&lot()].candidates.as_ref().expect("candidates").1;
        if self.clock.now() < until {
            assert_eq!(crate::harness::code(self.lot(&self.buyer, award()).await), "standstill");
            self.clock.advance(until.since(self.clock.now()));
        }
        self.lot(&self.buyer, award()).await.expect("awarded");
        self.lot(&self.host, LotCommand::IssueLetters(IssueLetters {})).await.expect("letters");
    }

    /// Report to the supervisor, and the contract with both signatures.
    pub async fn conclude(&self) {
        let report = LotCommand::ReportAward(ReportAward { text: long("招标投标情况书面报告") });
        self.lot(&self.buyer, report).await.expect("reported");
        self.lot(&self.buyer, self.contract()).await.expect("the buyer signs");
        self.lot(self.winner(), self.contract()).await.expect("the winner signs");
    }

    /// The bidder of the awarded bid.
    pub fn winner(&self) -> &Actor {
        let state = self.state();
        let lot = &state.lots[&lot()];
        let org = lot.bids[&lot.awarded.expect("awarded")].org;
        self.bidders.iter().find(|bidder| bidder.org == org).expect("a bidder")
    }

    /// The contract at the price of the awarded bid.
    pub fn contract(&self) -> LotCommand {
        let state = self.state();
        let lot = &state.lots[&lot()];
        let won = lot.review.ranking.iter().find(|result| Some(result.bid) == lot.awarded).expect("ranked");
        let contract_sha256 = Digest::of(b"the contract");
        LotCommand::SignContract(SignContract { contract_sha256, price_minor: won.price_minor })
    }
}

/// What the expert on `seat` (from 0) gives.
pub fn scores(seat: usize, valid: &[BidId]) -> Vec<CriterionScore> {
    let score = |bid: &BidId, criterion: &str, points: i64| CriterionScore {
        bid: *bid,
        criterion: criterion.to_owned(),
        points: kaibiao::base::Points::from_hundredths(points).expect("points"),
        reason: None,
    };
    let seat = i64::try_from(seat).expect("a seat");
    valid.iter().flat_map(|bid| [score(bid, "T1", 700 + 10 * seat), score(bid, "B1", 800)]).collect()
}

const PRICES: [i64; 4] = [86_000_000, 85_000_000, 84_000_000, 95_000_000];

async fn two_stages(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    center.seat_panel().await;
    let mut bids = Vec::new();
    for (index, price) in PRICES.iter().enumerate() {
        bids.push(center.bid(&center.bidders[index], *price).await);
    }
    center.clock.advance(PERIOD);
    center.hold_opening(&[0, 1, 2]).await;
    let state = center.state();
    let first = &state.lots[&lot()].openings[0];
    assert_eq!((first.step, first.read.len()), (OpeningStep::Recorded, 4));
    assert!(state.lots[&lot()].bids[&bids[0]].unsealed.keys().eq([&1, &3]), "no price is open yet");

    center.evaluate(Some(bids[3])).await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Passed);
    center.lot(&center.host, LotCommand::StartSecondOpening(StartSecondOpening {})).await.expect("second");
    center.hold_opening(&[0, 1, 2]).await;
    let state = center.state();
    let ended = &state.lots[&lot()];
    assert!(
        ended.bids[&bids[3]].unsealed.keys().eq([&1, &3]),
        "the price of the rejected bid stays sealed for ever"
    );
    assert!(ended.bids[&bids[0]].unsealed.keys().eq([&1, &2, &3, &4]));
    assert_eq!(ended.review.ranking.len(), 3);
    center.award().await;
    let ended = center.state();
    assert_eq!(ended.lots[&lot()].stage, Stage::Contracted);
    let report = center.audit().await;
    assert_eq!(report.lots[0].ranking, ended.lots[&lot()].review.ranking, "recomputed from the export alone");
}

async fn one_stage(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    center.seat_panel().await;
    for (index, price) in PRICES.iter().enumerate() {
        center.bid(&center.bidders[index], *price).await;
    }
    center.clock.advance(PERIOD);
    center.hold_opening(&[0, 1, 2, 3]).await;
    center.evaluate(None).await;
    assert_eq!(center.state().lots[&lot()].review.ranking.len(), 4);
    center.award().await;
    center.audit().await;
}

async fn goes_on_after_a_restart_at_every_step(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for (index, price) in PRICES.iter().enumerate() {
        center.bid(&center.bidders[index], *price).await;
        center.restart().await;
    }
    center.clock.advance(PERIOD);
    let mut steps = 0;
    while center.jobs.turn().await {
        let head = center.ledger.head();
        center.restart().await;
        assert_eq!(center.ledger.head().root, head.root, "nothing was lost");
        steps += 1;
    }
    assert!(steps >= 4, "close, draw, seal check and unsealing are steps of their own");
    let state = center.state();
    assert_eq!(state.lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    center.audit().await;
}

async fn opens_with_three_of_five_custodians(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for (index, price) in PRICES.iter().enumerate() {
        center.bid(&center.bidders[index], *price).await;
    }
    center.clock.advance(PERIOD);
    center.jobs = center.new_jobs(&[2, 5]).await;
    center.settle().await;
    assert!(center.state().lots[&lot()].order.is_empty(), "two of five open nothing, not even the draw");
    center.jobs = center.new_jobs(&[2, 4, 5]).await;
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    center.audit().await;
}
