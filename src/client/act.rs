//! Acting: builds an act, signs it with the key of this computer, sends it, and checks the receipt.
//!
//! *Invariant*: what is sent again is the same bytes, so that an act is never done twice; an act is answered only once
//! its receipt was verified.

use kaibiao_crypto::act::{Nonce, Payload, Seen, SignedAct, VERSION};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;
use serde_json::Value;
use tokio::sync::Mutex;

use super::limits::{WITNESSES_ASKED_MAX, WITNESSES_PAUSE};
use super::memory::{Memory, SeenHead};
use super::receipt::is_witnessed;
use super::{Accepted, Client, ClientError, Home, KeyStanding, LogPolicy, Me, clock};
use crate::base::{KeyId, LotId, Role, TenderId};

/// What is to be done: a command, to what it is addressed, and in which role.
#[derive(Debug, Clone)]
pub struct ActRequest {
    /// The command's name, such as `SubmitBid`.
    pub kind: String,
    /// The tender; none for acts of the centre.
    pub tender: Option<TenderId>,
    /// The lot; none where the act is about the whole tender.
    pub lot: Option<LotId>,
    /// The role.
    pub role: Role,
    /// The command's own fields, an object.
    pub body: Value,
}

/// A person who can act: signed in, with a certified key, and with the log's keys pinned.
pub struct Signatory {
    client: Client,
    me: Me,
    key: SigningKey,
    policy: LogPolicy,
    memory: Mutex<Memory>,
}

impl Signatory {
    /// The person who is signed in at `client`, with key and memory in `home`. The key is made and certified if there is
    /// none. `trust_new_keys` takes over keys of the log that differ from those of first use.
    /// Errors: `not_signed_in`, `key_not_active`, `log_key_changed`, those of files and of the server.
    pub async fn open(client: Client, home: &Home, trust_new_keys: bool) -> Result<Self, ClientError> {
        let key = home.key_or_make()?;
        let me = client.certify_key(&key, "kaibiao").await?;
        match me.standing(key.public().key_id()) {
            KeyStanding::Active => {}
            standing @ (KeyStanding::Pending | KeyStanding::Revoked | KeyStanding::Unknown) => {
                return Err(ClientError::KeyNotActive(standing.name()));
            }
        }
        let centre = client.centre().await?;
        let mut memory = Memory::open(home)?;
        let policy = memory.pin(&centre, trust_new_keys)?;
        Ok(Self { client, me, key, policy, memory: Mutex::new(memory) })
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Who it is.
    pub fn me(&self) -> &Me {
        &self.me
    }

    /// The signing key's id.
    pub fn key_id(&self) -> KeyId {
        self.key.public().key_id()
    }

    /// Whose signatures make a head of the log.
    pub fn policy(&self) -> &LogPolicy {
        &self.policy
    }

    /// Does something. Errors: those of the server, `line_lost`, those of heads and receipts.
    pub async fn act(&self, request: &ActRequest) -> Result<Accepted, ClientError> {
        let act = self.sign(request).await?;
        self.send(&act).await
    }

    /// Signs without sending, on top of the newest verified head.
    pub async fn sign(&self, request: &ActRequest) -> Result<SignedAct, ClientError> {
        let seen = self.newest_head().await?;
        let memory = self.memory.lock().await;
        let mut payload = Payload {
            actor: self.me.person.to_string(),
            body: None,
            body_sha256: None,
            client_time: clock::now_ms(),
            lot: request.lot.as_ref().map(LotId::to_string),
            nonce: Nonce::generate(&SystemRandom::new())?,
            origin: self.me.origin.clone(),
            prev: memory.previous(&self.me.origin, self.key_id()),
            role: role_name(request.role)?,
            seen: seen.map(|head| Seen { root: head.root, size: head.size }),
            tender: request.tender.map(|tender| tender.to_string()),
            kind: request.kind.clone(),
            v: VERSION,
        };
        let body = payload.take_body(&request.body)?;
        Ok(SignedAct::sign(&self.key, &payload, body)?)
    }

    /// Sends an act, again and again as the same bytes while the line fails, and verifies its receipt. The log's signature
    /// is there at once; the witnesses' may come a moment later, and are waited for a while.
    pub async fn send(&self, act: &SignedAct) -> Result<Accepted, ClientError> {
        let mut accepted: Accepted = self.client.post("/api/acts", act).await?;
        accepted.is_witnessed = is_witnessed(&self.policy, act, &accepted)?;
        for _ in 0..WITNESSES_ASKED_MAX {
            if accepted.is_witnessed {
                break;
            }
            tokio::time::sleep(WITNESSES_PAUSE).await;
            // The same bytes again: nothing is done twice, and the receipt is the better one that there is by now.
            let Ok(again) = self.client.post::<Accepted>("/api/acts", act).await else { break };
            if is_witnessed(&self.policy, act, &again).unwrap_or(false) {
                accepted = Accepted { is_witnessed: true, ..again };
            }
        }
        let mut memory = self.memory.lock().await;
        memory.keep_previous(&self.me.origin, self.key_id(), act.payload_digest())?;
        Ok(accepted)
    }

    async fn newest_head(&self) -> Result<Option<SeenHead>, ClientError> {
        let mut memory = self.memory.lock().await;
        let head = self.client.newest_head(&self.policy, memory.head(&self.me.origin)).await?;
        if let Some(head) = head {
            memory.keep_head(&self.me.origin, head)?;
        }
        Ok(head)
    }
}

/// The role as acts name it.
fn role_name(role: Role) -> Result<String, ClientError> {
    match serde_json::to_value(role) {
        Ok(Value::String(name)) => Ok(name),
        Ok(_) | Err(_) => Err(ClientError::Usage("a role".into())),
    }
}
