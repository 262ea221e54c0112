//! Five experts judge, score by commit and reveal, and sign who passed.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use ring::rand::{SecureRandom, SystemRandom};

use super::Story;
use crate::base::{BidId, LongText, PersonId};
use crate::demo::cast::Player;
use crate::demo::content::TechnicalFinding;
use crate::replay::evidence;
use crate::tender::{
    CommitScores, CriterionScore, JudgePreliminary, LotCommand, Part, Rejection, RejectionCode, RevealScores,
    SignStage, Stage, StartReview, Verdict,
};

impl Story {
    pub(super) async fn evaluate(&mut self) -> Result<()> {
        self.narrator.chapter("评标", "five experts evaluate remotely, by commit and reveal");
        let host = self.enter("host").await?;
        host.lot(self.tender, &self.lot, LotCommand::StartReview(StartReview {})).await?;
        let panel = self.panel().await?;
        for player in panel.values() {
            let verdicts = self.verdicts()?;
            player
                .lot(self.tender, &self.lot, LotCommand::JudgePreliminary(JudgePreliminary { verdicts }))
                .await?;
        }
        let state = self.state()?;
        let review = &state.lots.get(&self.lot).context("the lot")?.review;
        for rejected in &review.rejected {
            let name = self.bidder_of(rejected.bid).map(|bidder| bidder.name.zh.clone()).unwrap_or_default();
            self.narrator.step(format!(
                "初步评审否决 {name}：{:?}",
                rejected.reasons.first().map(|reason| reason.code)
            ));
        }
        let valid: Vec<BidId> = review.valid().collect();
        self.score(&panel, &valid).await?;
        self.sign_stage(&panel, valid).await
    }

    /// The seated experts, by seat.
    pub(super) async fn panel(&self) -> Result<BTreeMap<u8, Player>> {
        let state = self.state()?;
        let mut panel = BTreeMap::new();
        for (seat, held) in &state.lots.get(&self.lot).context("the lot")?.panel.seats {
            let id = self.id_of(held.person).context("an unknown expert")?;
            panel.insert(*seat, self.enter(&id).await?);
        }
        Ok(panel)
    }

    fn id_of(&self, person: PersonId) -> Option<String> {
        self.stage.cast.logins().find(|login| login.person == person).map(|login| login.id.clone())
    }

    fn verdicts(&self) -> Result<Vec<Verdict>> {
        let state = self.state()?;
        let lot = state.lots.get(&self.lot).context("the lot")?;
        let mut verdicts = Vec::new();
        for bid in &lot.review.bids {
            let bidder = self.bidder_of(*bid).context("an unknown bidder")?;
            let findings =
                self.stage.content.judgements.preliminary.get(&bidder.id).context("no findings")?;
            for (criterion, finding) in findings {
                let evidence = finding.reason.clone().unwrap_or_else(|| "不符合招标文件要求".to_owned());
                let code = finding.rejection_code.unwrap_or(RejectionCode::TenderDocument);
                let reason = Rejection { code, evidence: LongText::new(evidence)? };
                verdicts.push(Verdict {
                    bid: *bid,
                    criterion: criterion.clone(),
                    is_met: finding.passes,
                    reason: (!finding.passes).then_some(reason),
                });
            }
        }
        Ok(verdicts)
    }

    async fn score(&self, panel: &BTreeMap<u8, Player>, valid: &[BidId]) -> Result<()> {
        let mut sheets = BTreeMap::new();
        for (seat, player) in panel {
            let mut salt = [0; 32];
            SystemRandom::new().fill(&mut salt).ok().context("no randomness")?;
            let scores = self.sheet(*seat, valid)?;
            let commitment = evidence::scores_commitment(&salt, &scores)?;
            player.lot(self.tender, &self.lot, LotCommand::CommitScores(CommitScores { commitment })).await?;
            sheets.insert(*seat, (salt, scores));
        }
        self.narrator.step("五位专家各自提交评分承诺；全部提交前谁也看不到谁的分");
        for (seat, player) in panel {
            let (salt, scores) = sheets.remove(seat).context("a sheet")?;
            let reveal = RevealScores { salt: hex::encode(salt), scores };
            player.lot(self.tender, &self.lot, LotCommand::RevealScores(reveal)).await?;
        }
        self.narrator.step("全部揭示，去掉一个最高分和一个最低分后平均");
        Ok(())
    }

    /// One seat's scores of all criteria that count points.
    fn sheet(&self, seat: u8, valid: &[BidId]) -> Result<Vec<CriterionScore>> {
        let state = self.state()?;
        let terms = state.notice.terms().and_then(|terms| terms.lot(&self.lot)).context("terms")?;
        let judgements = &self.stage.content.judgements;
        let mut scores = Vec::new();
        for bid in valid {
            let bidder = self.bidder_of(*bid).context("an unknown bidder")?;
            let technical =
                judgements.technical.get(&seat.to_string()).and_then(|sheet| sheet.get(&bidder.id));
            let technical = technical.context("no technical findings")?;
            for criterion in &terms.criteria {
                let (points, reason) = match criterion.part {
                    Part::Preliminary => continue,
                    Part::Technical => {
                        let points = technical.scores.get(&criterion.code).context("no score")?;
                        (points, reason_of(technical, &criterion.code)?)
                    }
                    Part::Business => {
                        let found =
                            judgements.business.get(&bidder.id).and_then(|found| found.get(&criterion.code));
                        (&found.context("no finding")?.points, None)
                    }
                };
                let (criterion, points) = (criterion.code.clone(), points.parse()?);
                scores.push(CriterionScore { bid: *bid, criterion, points, reason });
            }
        }
        Ok(scores)
    }

    async fn sign_stage(&self, panel: &BTreeMap<u8, Player>, mut passed: Vec<BidId>) -> Result<()> {
        passed.sort_unstable();
        for player in panel.values() {
            if self.state()?.lots.get(&self.lot).is_some_and(|lot| lot.stage == Stage::Passed) {
                break;
            }
            let sign = LotCommand::SignStage(SignStage { passed: passed.clone() });
            player.lot(self.tender, &self.lot, sign).await?;
        }
        self.narrator.checked(format!("{} 家通过技术评审，评委会过半数签名", passed.len()));
        Ok(())
    }
}

fn reason_of(finding: &TechnicalFinding, criterion: &str) -> Result<Option<LongText>> {
    let reason = finding.reasons.get(criterion).or(finding.total_reason.as_ref());
    Ok(reason.map(|reason| LongText::new(reason.clone())).transpose()?)
}
