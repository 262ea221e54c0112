//! Passwords at rest: Argon2id (RFC 9106) with the least parameters that OWASP's *Password Storage Cheat Sheet* names
//! (19 MiB, 2 passes, 1 lane).
//!
//! *Invariant*: at most [`HASHINGS_MAX`] are computed at a time and [`HASHINGS_WAITING_MAX`] wait, so that a flood of
//! sign-ins takes neither all processors nor all memory.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::{IdentityError, random_bytes};
use crate::limits::{HASHINGS_MAX, HASHINGS_WAITING_MAX};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes and checks passwords off the threads that serve.
#[derive(Clone)]
pub(super) struct Hashing {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// The hash of a password that nobody has: checked where there is no account, so that it takes as long.
    nobody: Arc<str>,
}

impl Hashing {
    pub(super) fn new() -> Result<Self, IdentityError> {
        let nobody = hash_now(&hex::encode(random_bytes::<16>()?))?;
        Ok(Self {
            running: Arc::new(Semaphore::new(HASHINGS_MAX)),
            places: Arc::new(Semaphore::new(HASHINGS_MAX + HASHINGS_WAITING_MAX)),
            nobody: nobody.into(),
        })
    }

    /// The hash of a password, as text with its parameters (PHC string).
    pub(super) async fn hash(&self, password: String) -> Result<String, IdentityError> {
        self.run(move || hash_now(&password)).await
    }

    /// Whether `password` is the one of `hash`; without a hash the same work for the answer no.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, IdentityError> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let fits = self.run(move || verify_now(&password, &hash)).await?;
        Ok(fits && is_known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, IdentityError> + Send + 'static,
    ) -> Result<T, IdentityError> {
        let _place = self.places.try_acquire().map_err(|_| IdentityError::Busy)?;
        let _turn = self.running.acquire().await.map_err(|_| IdentityError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| IdentityError::Hashing)?
    }
}

fn argon2() -> Result<Argon2<'static>, IdentityError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| IdentityError::Hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String, IdentityError> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()?).map_err(|_| IdentityError::Hashing)?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt).map_err(|_| IdentityError::Hashing)?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> Result<bool, IdentityError> {
    let parsed = PasswordHash::new(hash).map_err(|_| IdentityError::Hashing)?;
    Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hashing = Hashing::new().expect("a generator");
        let hash = hashing.hash("correct horse".to_owned()).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hashing.verify("correct horse".to_owned(), Some(hash.clone())).await.expect("checked"));
        assert!(!hashing.verify("correct horsf".to_owned(), Some(hash)).await.expect("checked"));
        assert!(
            !hashing.verify("correct horse".to_owned(), None).await.expect("checked"),
            "nobody's password"
        );
    }
}
