//! A key that is revoked while its owner, or its thief, goes on signing (F16).

use kaibiao::centre::{CentreCommand, RevokeKey};
use kaibiao::tender::Procedure;
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::key::Algorithm;

use crate::drill::{held, times};
use crate::harness::{Center, code, text};

on_both_databases!(a_key_counts_up_to_the_place_of_its_revocation,);

/// Acts that are sent together with the revocation.
const TOGETHER: usize = 8;

async fn a_key_counts_up_to_the_place_of_its_revocation(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let (rounds, mut in_time, mut refused) = (times(6, 90), 0, 0);
    for round in 0..rounds {
        let alg = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Sm2][round % 3];
        let owner = center.newcomer(alg).await;
        let act = || SignedAct::sign(&owner.key, &center.question(&owner), None).expect("a payload");
        let acts: Vec<SignedAct> = (0..TOGETHER).map(|_| act()).collect();
        let revoke =
            CentreCommand::RevokeKey(RevokeKey { key_id: owner.key_id(), reason: text("设备遗失") });
        let (before, after) = acts.split_at(round % (TOGETHER + 1));
        let send = |acts: &[SignedAct]| {
            futures_util::future::join_all(acts.iter().cloned().map(|act| center.ledger.submit(act)))
        };
        let (before, revoked, after) = tokio::join!(send(before), center.centre(revoke), send(after));
        let revoked = revoked.expect("revoked").index;
        for (act, answer) in acts.iter().zip(before.into_iter().chain(after)) {
            let again = center.ledger.submit(act.clone()).await;
            match answer {
                Ok(accepted) => {
                    assert!(accepted.index < revoked, "{} is behind {revoked}", accepted.index);
                    let again = again.expect("what counted is answered as before");
                    assert_eq!((again.index, again.is_repeat), (accepted.index, true));
                    in_time += 1;
                }
                refusal => {
                    assert_eq!((code(refusal), code(again)), ("key_revoked", "key_revoked"));
                    refused += 1;
                }
            }
        }
        assert_eq!(code(center.ledger.submit(act()).await), "key_revoked");
    }
    held(
        "F16 keys revoked among their acts",
        &format!("{rounds} keys: {in_time} acts before the revocation, {refused} refused"),
    );
}
