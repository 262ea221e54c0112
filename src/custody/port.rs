//! The way to one custodian: a program of its own, over the network.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kaibiao_crypto::threshold::Partial;
use reqwest::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::custodian::card::Card;
use crate::custodian::record::SignedLine;
use crate::custodian::{
    CustodianError, RefusalBody, RehearsalRequest, ReleaseRefused, ReleaseRequest, Released, ScheduleRequest,
    ScheduleSeen, Wanted,
};
use crate::pinned::{self, OwnCertificate};

/// Longest wait for a custodian to be reached.
const CONNECT: Duration = Duration::from_secs(3);
/// Longest wait for its answer, and for each label more: a thousand gated ones take it some seconds. Short, because the
/// room is told whom it waits for only once the silent ones are given up.
const ANSWER: Duration = Duration::from_secs(4);
const ANSWER_PER_LABEL: Duration = Duration::from_millis(60);

/// What a custodian answers, or the code of its refusal.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// One custodian as the platform reaches it.
pub trait CustodianPort: Send + Sync {
    /// Asks for partial keys.
    fn release(&self, request: Arc<ReleaseRequest>) -> Answer<'_, Released>;
    /// Shows it a schedule.
    fn pin_schedule(&self, request: Arc<ScheduleRequest>) -> Answer<'_, ScheduleSeen>;
    /// Rehearses.
    fn rehearse(&self, request: Arc<RehearsalRequest>) -> Answer<'_, Partial>;
    /// Its record from line `from` on, a page.
    fn record(&self, from: u64) -> Answer<'_, Vec<SignedLine>>;
}

/// A custodian with a process, a house and a clock of its own.
pub struct RemoteCustodian {
    address: String,
    line: reqwest::Client,
}

impl RemoteCustodian {
    /// The custodian of `card`, reached with the platform's own certificate. The card was checked when it was read.
    pub fn new(card: &Card, own: &OwnCertificate) -> Result<Self, CustodianError> {
        let peer = pinned::certificate_from_base64(&card.card.certificate)?;
        let line = pinned::line(own, peer, CONNECT, ANSWER)?;
        Ok(Self { address: card.card.address.trim_end_matches('/').to_owned(), line })
    }

    async fn ask<Q: Serialize, A: DeserializeOwned>(&self, path: &str, question: &Q) -> Result<A, String> {
        self.answer(self.line.post(format!("{}{path}", self.address)).json(question)).await
    }

    async fn answer<A: DeserializeOwned>(&self, asked: reqwest::RequestBuilder) -> Result<A, String> {
        let answer = asked.send().await.map_err(|error| {
            tracing::warn!(custodian = %self.address, %error, "a custodian is not reached");
            if error.is_timeout() { "slow".to_owned() } else { "unreachable".to_owned() }
        })?;
        match answer.status() {
            StatusCode::OK => answer.json().await.map_err(|_| "wrong_answer".to_owned()),
            StatusCode::CONFLICT => {
                let refusal = answer.json::<RefusalBody>().await.map(|body| body.code);
                // The code goes into the log: a custodian cannot write whatever it likes there.
                let code = refusal.ok().filter(|code| ReleaseRefused::CODES.contains(&code.as_str()));
                Err(code.unwrap_or_else(|| "wrong_answer".to_owned()))
            }
            _ => Err("custodian_fault".to_owned()),
        }
    }
}

/// How long an answer to `request` may take.
fn patience(request: &ReleaseRequest) -> Duration {
    let labels = match &request.wanted {
        Wanted::Envelopes { items, .. } => u32::try_from(items.len()).unwrap_or(u32::MAX),
        Wanted::OpeningDraw | Wanted::PanelDraw { .. } => 1,
    };
    ANSWER.saturating_add(ANSWER_PER_LABEL.saturating_mul(labels))
}

impl CustodianPort for RemoteCustodian {
    fn release(&self, request: Arc<ReleaseRequest>) -> Answer<'_, Released> {
        let asked = self.line.post(format!("{}/release", self.address)).timeout(patience(&request));
        Box::pin(self.answer(asked.json(request.as_ref())))
    }

    fn pin_schedule(&self, request: Arc<ScheduleRequest>) -> Answer<'_, ScheduleSeen> {
        Box::pin(async move { self.ask("/schedule", request.as_ref()).await })
    }

    fn rehearse(&self, request: Arc<RehearsalRequest>) -> Answer<'_, Partial> {
        Box::pin(async move { self.ask("/rehearse", request.as_ref()).await })
    }

    fn record(&self, from: u64) -> Answer<'_, Vec<SignedLine>> {
        let asked = self.line.get(format!("{}/record?from={from}", self.address));
        Box::pin(self.answer(asked))
    }
}
