//! One text per bid, and proofs that a manifest stands in the closed root.

use proptest::prelude::*;

use super::*;

fn line(envelope: EnvelopeKind, submission: u8) -> ManifestLine {
    ManifestLine {
        core_sha256: Digest::of(b"core"),
        envelope,
        root: Digest::of(b"root"),
        submission: SubmissionId([submission; 16]),
        total_len: 65_552,
    }
}

fn refused(lines: Vec<ManifestLine>) -> &'static str {
    Manifest::new(lines).expect_err("it is refused").code()
}

#[test]
fn the_text_is_canonical_and_reads_back() {
    let manifest = Manifest::new(vec![line(EnvelopeKind::Documents, 1), line(EnvelopeKind::Statement, 2)]);
    let manifest = manifest.expect("ascending");
    let text = manifest.to_bytes();
    let start = format!(r#"[{{"core_sha256":"{}","envelope":1,"root":"#, Digest::of(b"core"));
    assert!(text.starts_with(start.as_bytes()));
    assert_eq!(Manifest::parse(&text), Ok(manifest.clone()));
    assert_eq!(manifest.digest(), Digest::of(&text));
    let spaced = [b" ".as_slice(), &text].concat();
    assert_eq!(Manifest::parse(&spaced), Err(ManifestError::Text));
    assert_eq!(manifest.line(EnvelopeKind::Statement).map(|line| line.submission.0[0]), Some(2));
    assert_eq!(manifest.line(EnvelopeKind::PriceStatement), None);
}

#[test]
fn lines_that_are_no_manifest_are_refused() {
    let (documents, statement) = (EnvelopeKind::Documents, EnvelopeKind::Statement);
    assert_eq!(refused(Vec::new()), "manifest_empty");
    assert_eq!(refused(vec![line(statement, 1), line(documents, 2)]), "manifest_order");
    assert_eq!(refused(vec![line(documents, 1), line(documents, 2)]), "manifest_order");
    assert_eq!(refused(vec![line(documents, 1), line(statement, 1)]), "manifest_submission_twice");
    assert_eq!(refused(vec![ManifestLine { total_len: 1 << 53, ..line(documents, 1) }]), "manifest_text");
    let json = serde_json::to_value(vec![line(statement, 1), line(documents, 2)]).expect("it is JSON");
    assert!(serde_json::from_value::<Manifest>(json).is_err(), "serde checks too");
}

proptest! {
    #[test]
    fn each_standing_manifest_is_proven_and_no_other(count in 0_u8..40, stranger: u8) {
        let manifests: Vec<Digest> = (0..count).map(|i| Digest::of(&[i])).collect();
        let root = closed_root(&manifests);
        let reversed: Vec<Digest> = manifests.iter().rev().copied().collect();
        prop_assert_eq!(closed_root(&reversed), root);
        for manifest in &manifests {
            let proof = ClosedProof::of(&reversed, manifest).expect("it stands");
            prop_assert_eq!(proof.verify(manifest, root), Ok(()));
            prop_assert!(proof.verify(&Digest::of(b"late"), root).is_err());
            prop_assert!(proof.verify(manifest, Digest::of(&[stranger])).is_err());
        }
        prop_assert_eq!(ClosedProof::of(&manifests, &Digest::of(b"late")), None);
    }
}
