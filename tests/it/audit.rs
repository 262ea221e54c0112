//! The end of a product test: the evidence goes out, and a stranger who knows the log's keys checks it.

use std::io::Cursor;

use kaibiao::ledger::{Keeping, rebuild};
use kaibiao::replay::bundle::{Bundle, Scope};
use kaibiao::replay::check::{self, Policy, Report, Trust, Verdict};
use kaibiao_crypto::checkpoint::NoteVerifier;

use crate::harness::{Center, ORIGIN, lot};

impl Center {
    /// Exports the tender as its supervisor gets it, with all files, and verifies it by the pinned keys of the log and
    /// its witness, without the database. What the verifier recomputes must be what the platform holds, and what the
    /// database holds beside the log must follow from it.
    pub async fn audit(&self) -> Report {
        let sink = Cursor::new(Vec::new());
        let written = self.ledger.export(self.tender, Scope::Supervisor, &self.files, true, sink).await;
        let mut bundle = Bundle::open(written.expect("exported")).expect("a bundle");
        let (log, witnesses) = (self.ledger.log_vkey(), self.ledger.witness_vkeys());
        let policy = Policy::parse(&Policy::text_of(&log, &witnesses, witnesses.len())).expect("a policy");
        let log_key = NoteVerifier::parse(&log).expect("a vkey");
        let trust = Trust { log_key: Some(log_key), policy: Some(policy) };
        let report = check::verify(&mut bundle, &trust).expect("a readable bundle");
        assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_text());
        assert_eq!(report.not_carried, [], "every document is there");
        let (state, recomputed) = (self.state(), &report.lots[0]);
        let held = &state.lots[&lot()];
        assert_eq!((recomputed.stage, recomputed.closed_root), (held.stage, held.closed_root));
        assert_eq!(recomputed.ranking, held.review.ranking);
        let rebuilt =
            rebuild(self.ledger.database(), ORIGIN, Keeping::OnlyCompare).await.expect("decided again");
        assert!(rebuilt.is_equal(), "what rooms heard follows from the log, byte for byte");
        report
    }
}
