//! The way to one custodian: in the same process for the demo and tests; over the network when it is a daemon.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::custodian::{Custodian, ReleaseRequest, Released};

/// What a custodian answers: partial keys, or the code of its refusal.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Released, String>> + Send + 'a>>;

/// One custodian as the platform reaches it.
pub trait CustodianPort: Send + Sync {
    /// Its index in the committee.
    fn index(&self) -> u8;
    /// Asks it.
    fn release<'a>(&'a self, request: &'a ReleaseRequest) -> Answer<'a>;
}

/// A custodian in this process: for the demo and tests only; `serve` without `--demo` refuses it.
pub struct LocalCustodian(pub Arc<Custodian>);

impl CustodianPort for LocalCustodian {
    fn index(&self) -> u8 {
        self.0.index()
    }

    fn release<'a>(&'a self, request: &'a ReleaseRequest) -> Answer<'a> {
        let (custodian, request) = (Arc::clone(&self.0), request.clone());
        Box::pin(async move {
            let released = tokio::task::spawn_blocking(move || custodian.release(&request)).await;
            match released {
                Ok(Ok(partials)) => Ok(partials),
                Ok(Err(refused)) => {
                    tracing::warn!(custodian.index = self.index(), reason = %refused, "a custodian refused");
                    Err(refused.code().to_owned())
                }
                Err(_) => Err("custodian_fault".to_owned()),
            }
        })
    }
}
