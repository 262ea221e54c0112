//! A committee in the test's own process: the real key generation among `n` parties, the real custodian with its state,
//! each in a folder of its own. What a real house adds is the sealed vault and the network.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::lock::Randomness;
use kaibiao_crypto::threshold::keygen::{self, KeygenError};
use kaibiao_crypto::threshold::{Committee, Partial, Quorum, Share, ShareFile};
use ring::rand::SystemRandom;

use kaibiao::base::ShortText;
use kaibiao::centre;
use kaibiao::custodian::record::SignedLine;
use kaibiao::custodian::{
    Custodian, CustodianError, OwnClock, RehearsalRequest, ReleaseRefused, ReleaseRequest, Released,
    ScheduleRequest, ScheduleSeen, State, Trust,
};
use kaibiao::custody::{Answer, CustodianPort};
use kaibiao::held;

/// Makes a committee named `names` with threshold `threshold`: each custodian's share, identity key and pins lie in
/// `folder/custodian-<index>/`. Gives what the centre registers.
pub fn make(folder: &Path, names: &[ShortText], threshold: u8) -> Result<centre::Committee, CustodianError> {
    let count = u8::try_from(names.len()).unwrap_or(u8::MAX);
    let quorum = Quorum::new(threshold, count)?;
    let random = SystemRandom::new();
    let mut session = [0; 32];
    random.fill(&mut session).map_err(KeygenError::from)?;
    let (shares, committee, transcript) = run(Digest(session), quorum, &random)?;
    let mut custodians = Vec::with_capacity(names.len());
    for (share, name) in shares.iter().zip(names) {
        let own = place(folder, share.index());
        write(&own.join("share.json"), &share_text(share, &committee)?)?;
        let identity = SigningKey::generate(&random)?;
        write(&own.join("identity.key"), &identity.to_pkcs8())?;
        custodians.push(centre::CustodianRecord {
            identity: STANDARD.encode(identity.public().spki()),
            index: share.index(),
            name: name.clone(),
            public_share: hex::encode(committee.public_share(share.index())?.to_bytes()),
            signature: STANDARD.encode(identity.sign(committee.id().as_bytes())),
        });
    }
    Ok(centre::Committee {
        custodians,
        epoch: committee.epoch().0,
        group_key: hex::encode(committee.group_key().to_bytes()),
        threshold,
        transcript,
    })
}

/// Opens custodian `index` from its folder.
pub async fn open(
    folder: &Path,
    index: u8,
    trust: Trust,
    clock: OwnClock,
) -> Result<Custodian, CustodianError> {
    let own = place(folder, index);
    let (share, committee) = share(folder, index)?;
    let identity = SigningKey::from_pkcs8(&read(&own.join("identity.key"))?)?;
    let state = State::open(&own.join("state.db")).await?;
    let shares = [(share, committee)].into_iter().collect();
    Ok(Custodian::new(identity, shares, trust, clock, state))
}

/// The share of custodian `index`, with the committee that it belongs to.
pub fn share(folder: &Path, index: u8) -> Result<(Share, Committee), CustodianError> {
    let path = place(folder, index).join("share.json");
    let file: ShareFile =
        serde_json::from_slice(&read(&path)?).map_err(|_| CustodianError::Malformed(path, "a share"))?;
    Ok(file.import()?)
}

fn read(path: &Path) -> Result<Vec<u8>, CustodianError> {
    std::fs::read(path).map_err(|error| CustodianError::File(path.to_owned(), error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CustodianError> {
    held::write(path, bytes).map_err(|error| CustodianError::File(path.to_owned(), error))
}

/// The committee as custodian `index` knows it.
pub fn committee(folder: &Path, index: u8) -> Result<Committee, CustodianError> {
    Ok(share(folder, index)?.1)
}

fn place(folder: &Path, index: u8) -> PathBuf {
    folder.join(format!("custodian-{index}"))
}

/// All rounds of the key generation, each party with its own secrets.
fn run(
    session: Digest,
    quorum: Quorum,
    random: &SystemRandom,
) -> Result<(Vec<Share>, Committee, Digest), CustodianError> {
    let mut parties = Vec::new();
    let mut announcements = Vec::new();
    for index in quorum.indices() {
        let (party, announcement) = keygen::announce(session, quorum, index, random)?;
        parties.push(party);
        announcements.push(announcement);
    }
    let mut dealt = Vec::new();
    let mut sealed = Vec::new();
    for party in parties {
        let (dealer, shares) = party.receive(&announcements)?;
        dealt.push(dealer);
        sealed.extend(shares);
    }
    let finished = dealt.into_iter().map(|dealer| dealer.receive(&sealed)).collect::<Result<Vec<_>, _>>()?;
    let first = finished.first().ok_or(KeygenError::NoCommittee)?;
    let (committee, transcript) = (first.committee.clone(), first.transcript.digest());
    Ok((finished.into_iter().map(|party| party.share).collect(), committee, transcript))
}

fn share_text(share: &Share, committee: &Committee) -> Result<Vec<u8>, CustodianError> {
    serde_json::to_vec(&share.export(committee)?).map_err(|_| CustodianError::VaultDamaged)
}

/// A custodian in this process.
pub struct LocalCustodian(pub Arc<Custodian>);

impl CustodianPort for LocalCustodian {
    fn release(&self, request: Arc<ReleaseRequest>) -> Answer<'_, Released> {
        let custodian = Arc::clone(&self.0);
        Box::pin(async move { custodian.release(Arc::unwrap_or_clone(request)).await.map_err(refused) })
    }

    fn pin_schedule(&self, request: Arc<ScheduleRequest>) -> Answer<'_, ScheduleSeen> {
        let custodian = Arc::clone(&self.0);
        Box::pin(async move { custodian.pin_schedule(Arc::unwrap_or_clone(request)).await.map_err(refused) })
    }

    fn record(&self, from: u64) -> Answer<'_, Vec<SignedLine>> {
        let custodian = Arc::clone(&self.0);
        Box::pin(async move {
            let lines = custodian.state().lines(from, 500).await;
            lines.map_err(|error| error.code().to_owned())
        })
    }

    fn rehearse(&self, request: Arc<RehearsalRequest>) -> Answer<'_, Partial> {
        Box::pin(async move { self.0.rehearse(&request).await.map_err(refused) })
    }
}

fn refused(refused: ReleaseRefused) -> String {
    refused.code().to_owned()
}
