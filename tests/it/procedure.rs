//! From the draft to the public notice: what every test of a published tender begins with.

use bytes::Bytes;
use kaibiao::base::{Digest, Sealing, SealingPolicy};
use kaibiao::tender::{
    AddDocument, ApproveTender, Document, DraftTender, Procedure, PublishTender, TenderCommand,
};
use kaibiao_crypto::canonical;
use kaibiao_crypto::envelope::{Floor, RecoverySecret};

use crate::harness::{Center, PERIOD, text};
use crate::terms::terms;

/// The secret of the test tender's recovery key.
pub fn recovery_secret() -> RecoverySecret {
    RecoverySecret::from_bytes(&[7; 32])
}

/// What the host names in the notice where the centre asks for `policy`.
fn sealing(policy: &SealingPolicy) -> Sealing {
    let recovery = recovery_secret().public();
    Sealing { floor: policy.beacon.map(|network| Floor { network, recovery }), suite: policy.suite }
}

impl Center {
    /// Drafts, approves and publishes.
    pub async fn publish(&self, procedure: Procedure) {
        self.draft(procedure).await;
        let publish = TenderCommand::PublishTender(self.publication());
        self.tender(&self.host, publish).await.expect("published");
    }

    /// Drafts and approves.
    pub async fn draft(&self, procedure: Procedure) {
        let terms = terms(self.buyer.org, self.host.org, self.clock.now() + PERIOD, procedure);
        let draft = TenderCommand::DraftTender(DraftTender { terms });
        self.tender(&self.host, draft).await.expect("drafted");
        self.add_document().await;
        self.approve().await;
    }

    /// Adds the tender document to the draft.
    pub async fn add_document(&self) {
        self.files.put_bytes(Bytes::from_static(b"%PDF")).await.expect("kept");
        let document = Document {
            len: 4,
            media_type: "application/pdf".to_owned(),
            name: text("招标文件.pdf"),
            sha256: Digest::of(b"%PDF"),
        };
        self.tender(&self.host, TenderCommand::AddDocument(AddDocument { document })).await.expect("added");
    }

    /// The buyer approves the draft as it stands.
    pub async fn approve(&self) {
        let PublishTender { documents, revision, terms_sha256, .. } = self.publication();
        let approve = ApproveTender { documents, revision, terms_sha256 };
        self.tender(&self.buyer, TenderCommand::ApproveTender(approve)).await.expect("approved");
    }

    /// The publication of the draft as it stands, under the appointed committee.
    pub fn publication(&self) -> PublishTender {
        let (state, centre) = (self.state(), self.ledger.centre());
        let terms = state.notice.terms().expect("a draft");
        let committee = crate::committee::committee(&self.custody, 1).expect("a committee").id();
        PublishTender {
            committee,
            documents: state.notice.document_digests(),
            group_key: centre.committee.as_ref().expect("a committee").group_key.clone(),
            opening_at: terms.opening_at,
            revision: state.notice.revision,
            sealing: sealing(&centre.sealing),
            terms_sha256: canonical::digest_of(terms).expect("terms"),
        }
    }
}
