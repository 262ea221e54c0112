//! Draft, approval, publication, a question, an addendum, the panel.

use anyhow::{Context, Result};
use kaibiao_crypto::canonical;
use uuid::Uuid;

use super::Story;
use crate::base::{EnquiryId, LongText, Sealing, ShortText};
use crate::demo::cast::Player;
use crate::demo::content::{self, DocumentContent};
use crate::tender::{
    AddDocument, AnswerEnquiry, ApproveTender, AskEnquiry, CallPanel, Document, DraftTender, IssueAddendum,
    LotCommand, PublishTender, RecuseSelf, TakeSeat, TenderCommand,
};

impl Story {
    pub(super) async fn publish(&mut self) -> Result<()> {
        self.narrator.chapter("招标：起草、核准、发布", "the tender is drafted, approved and published");
        let host = self.enter("host").await?;
        let buyer = self.enter("buyer").await?;
        let opening_at = self.stage.clock.now() + self.period;
        let terms = self.stage.content.terms(buyer.login.org, host.login.org, opening_at)?;
        let terms_sha256 = canonical::digest_of(&terms)?;
        host.tender(self.tender, TenderCommand::DraftTender(DraftTender { terms: terms.clone() })).await?;
        let mut documents = Vec::new();
        for content in self.stage.content.documents.iter().filter(|document| document.set == 1) {
            let document = upload(&host, content).await?;
            documents.push(document.sha256);
            host.tender(self.tender, TenderCommand::AddDocument(AddDocument { document })).await?;
        }
        documents.sort_unstable();
        self.narrator.step(format!("主持人 {} 起草，{} 份招标文件", host.login.name, documents.len()));
        let approve = ApproveTender { documents: documents.clone(), revision: 1, terms_sha256 };
        buyer.tender(self.tender, TenderCommand::ApproveTender(approve)).await?;
        self.narrator.step(format!("招标人 {} 核准", buyer.login.name));
        let centre = self.stage.platform.ledger.centre();
        let group_key = centre.committee.as_ref().context("no custodians")?.group_key.clone();
        let key = kaibiao_crypto::lock::GroupKey::from_bytes(&hex::decode(&group_key)?)?;
        let publish = PublishTender {
            committee: key.committee_id(),
            documents,
            group_key,
            opening_at,
            revision: 1,
            sealing: Sealing { floor: None, suite: centre.sealing.suite },
            terms_sha256,
        };
        let accepted = host.tender(self.tender, TenderCommand::PublishTender(publish)).await?;
        self.narrator.step(format!("公告发布，日志第 {} 条；开标时间 {opening_at}", accepted.index));
        self.narrator.step(format!("{}/tenders/{}", self.stage.base_url, self.tender));
        self.ask_and_answer(&host).await?;
        self.issue_addendum(&host).await
    }

    async fn ask_and_answer(&self, host: &Player) -> Result<()> {
        let asker = self.enter("bidder_01").await?;
        for content in &self.stage.content.enquiries {
            let enquiry = EnquiryId(Uuid::new_v4());
            let text = LongText::new(content.question.zh.clone())?;
            asker.tender(self.tender, TenderCommand::AskEnquiry(AskEnquiry { enquiry, text })).await?;
            let text = LongText::new(content.answer.zh.clone())?;
            host.tender(self.tender, TenderCommand::AnswerEnquiry(AnswerEnquiry { enquiry, text })).await?;
        }
        self.narrator.step(format!("{} 个匿名提问，公开答复", self.stage.content.enquiries.len()));
        Ok(())
    }

    async fn issue_addendum(&self, host: &Player) -> Result<()> {
        for (content, number) in self.stage.content.addenda.iter().zip(1..) {
            let mut documents = Vec::new();
            for document in self.stage.content.documents.iter().filter(|document| document.set == number + 1)
            {
                documents.push(upload(host, document).await?);
            }
            let text = LongText::new(content.text.zh.join("\n"))?;
            let addendum = IssueAddendum { affects_bids: true, documents, number, opening_at: None, text };
            host.tender(self.tender, TenderCommand::IssueAddendum(addendum)).await?;
            self.narrator.step(format!("补遗书第 {number} 号，所有人同时看到"));
        }
        Ok(())
    }

    pub(super) async fn seat_panel(&mut self) -> Result<()> {
        self.narrator.chapter("评标专家抽取", "the panel is drawn by the custodians' public random value");
        let host = self.enter("host").await?;
        let path = format!("/api/tenders/{}/lots/{}/panel/pool", self.tender, self.lot);
        let pool: CallPanelPool = host.signatory.client().post(&path, &serde_json::json!({})).await?;
        let call = LotCommand::CallPanel(CallPanel { commitments: pool.commitments });
        host.lot(self.tender, &self.lot, call).await?;
        self.wait_for("the draw of the panel", |lot| !lot.panel.ranked.is_empty()).await?;
        self.narrator.step("托管人释放抽取标签的密钥，排序由任何人可重算；名单在结果公布前保密");
        let size = usize::from(self.terms_panel_size()?);
        // A recusal invites the next in the draw, so everybody is asked until the seats are taken.
        for _ in 0..self.stage.content.people.experts.len() {
            if self.seats_taken()? == size {
                break;
            }
            self.answer_invitations().await?;
        }
        self.narrator.step(format!("{} 位专家入座并作出承诺", self.seats_taken()?));
        Ok(())
    }

    async fn answer_invitations(&self) -> Result<()> {
        for expert in &self.stage.content.people.experts {
            let player = self.enter(&expert.id).await?;
            let path = format!("/api/tenders/{}/lots/{}/panel", self.tender, self.lot);
            let sheet: PanelSheet = player.signatory.client().get(&path).await?;
            let (Some(invitation), None) = (sheet.invitation, sheet.seat) else { continue };
            let Invitation { commitment, salt } = invitation;
            let command = match expert.recused_from.first() {
                Some(recusal) => {
                    self.narrator.step("一位被抽中的专家依法回避，由下一位递补");
                    let reason = ShortText::new(recusal.reason.zh.clone())?;
                    LotCommand::RecuseSelf(RecuseSelf { commitment, reason, salt })
                }
                None => LotCommand::TakeSeat(TakeSeat { commitment, salt }),
            };
            player.lot(self.tender, &self.lot, command).await?;
        }
        Ok(())
    }

    fn seats_taken(&self) -> Result<usize> {
        Ok(self.state()?.lots.get(&self.lot).map_or(0, |lot| lot.panel.seats.len()))
    }

    fn terms_panel_size(&self) -> Result<u8> {
        let state = self.state()?;
        let terms = state.notice.terms().and_then(|terms| terms.lot(&self.lot));
        Ok(terms.context("the lot has no terms")?.panel.size)
    }
}

#[derive(serde::Deserialize)]
struct CallPanelPool {
    commitments: Vec<crate::base::Digest>,
}

#[derive(serde::Deserialize)]
struct PanelSheet {
    invitation: Option<Invitation>,
    seat: Option<u8>,
}

#[derive(serde::Deserialize)]
struct Invitation {
    commitment: crate::base::Digest,
    salt: String,
}

/// Uploads a document of the tender.
async fn upload(host: &Player, content: &DocumentContent) -> Result<Document> {
    const MEDIA_TYPE: &str = "application/pdf";
    let bytes = content::file(&content.file)?.into_owned();
    let name = format!("{}.pdf", content.name.zh);
    let len = bytes.len() as u64;
    let sha256 = host.signatory.client().upload_document(&name, MEDIA_TYPE, bytes.into()).await?;
    Ok(Document { len, media_type: MEDIA_TYPE.to_owned(), name: ShortText::new(name)?, sha256 })
}
