//! Documents that a notice, an addendum or a case names: they must have been uploaded.

use super::{Intake, failed};
use crate::base::{Digest, Refusal};
use crate::ledger::Rejected;
use crate::tender::Document;

impl Intake {
    pub(super) async fn look_at_evidence(&self, evidence: &[Digest]) -> Result<(), Rejected> {
        for sha256 in evidence {
            if self.database.file(*sha256).await.map_err(failed)?.is_none() {
                return Err(Refusal::rule("document_not_uploaded").with("sha256", sha256).into());
            }
        }
        Ok(())
    }

    pub(super) async fn look_at_documents(&self, documents: &[Document]) -> Result<(), Rejected> {
        for document in documents {
            let kept = self.database.file(document.sha256).await.map_err(failed)?;
            if kept.is_none_or(|kept| kept.len != document.len) {
                let refusal = Refusal::rule("document_not_uploaded").with("sha256", document.sha256);
                return Err(refusal.into());
            }
        }
        Ok(())
    }
}
