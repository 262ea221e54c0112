//! Documents that a notice or an addendum names: they must have been uploaded.

use super::{Intake, failed};
use crate::base::Refusal;
use crate::ledger::Rejected;
use crate::tender::Document;

impl Intake {
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
