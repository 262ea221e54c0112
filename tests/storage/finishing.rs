//! What uploads become, and what is swept away.

use kaibiao::files::Address;
use kaibiao::files::upload::{CoreRefused, NewUpload, Part, Purpose, UploadError};
use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use crate::content;
use crate::house::House;
use crate::sender::{CORE, begun, label, new_upload, part, sent};

on_both_databases!(
    a_document_becomes_a_file,
    an_upload_exists_for_its_person_only,
    finishing_twice_answers_the_same,
    a_refused_core_becomes_nothing,
    a_copied_envelope_is_refused,
    abandoned_uploads_are_swept,
    the_start_sweeps_what_a_crash_left,
    a_finish_that_was_killed_is_done_again,
    lost_bytes_are_told,
);

async fn a_document_becomes_a_file(house: House) {
    let uploads = house.uploads();
    let length = 1_500_000;
    let new = NewUpload { purpose: Purpose::Document, ..new_upload(1, length) };
    uploads.create(new.clone(), 1).await.expect("it may begin");
    uploads.append(part(&new, 0), content::line(0..800_000), 2).await.expect("it is taken");
    let early = uploads.finish_document(new.id, new.person, "application/pdf", 3).await;
    assert!(
        matches!(early, Err(UploadError::Incomplete { received: 800_000, length: 1_500_000 })),
        "{early:?}"
    );
    uploads.append(part(&new, 800_000), content::line(800_000..length), 2).await.expect("it is taken");
    let wrong = uploads.finish_envelope(new.id, new.person, label(1, 1), 3).await;
    assert!(matches!(wrong, Err(UploadError::OtherPurpose)), "{wrong:?}");

    let file = uploads.finish_document(new.id, new.person, "application/pdf", 3).await.expect("it is whole");
    assert_eq!((file.sha256, file.len), (Digest::of(&content::bytes(0..length)), length));
    assert_eq!(house.files().length(Address::Plain(file.sha256)).await.expect("readable"), Some(length));
    let again = uploads.finish_document(new.id, new.person, "application/pdf", 4).await;
    assert_eq!(again.expect("it answers the same"), file);
}

async fn an_upload_exists_for_its_person_only(house: House) {
    let uploads = house.uploads();
    let (new, stranger) = (sent(&uploads, CORE, 5000).await, Uuid::new_v4());
    let errors = [
        uploads.status(new.id, stranger).await.expect_err("not theirs"),
        uploads.terminate(new.id, stranger).await.expect_err("not theirs"),
        uploads.finish_envelope(new.id, stranger, label(1, 1), 3).await.expect_err("not theirs"),
        uploads.finish_document(new.id, stranger, "text/plain", 3).await.expect_err("not theirs"),
        uploads
            .append(Part { person: stranger, ..part(&new, 5000) }, content::line(0..0), 3)
            .await
            .expect_err("not theirs"),
        uploads.status(Uuid::new_v4(), new.person).await.expect_err("there is none"),
    ];
    for error in errors {
        assert_eq!(error.code(), "upload_gone");
    }
}

async fn finishing_twice_answers_the_same(house: House) {
    let uploads = house.uploads();
    let new = sent(&uploads, CORE, 5000).await;
    let first = uploads.finish_envelope(new.id, new.person, label(1, 1), 3).await.expect("it is whole");
    let again = uploads.finish_envelope(new.id, new.person, label(9, 9), 4).await.expect("it was finished");
    assert_eq!(again, first);
    let more = uploads.append(part(&new, 5000), content::line(0..1), 4).await;
    assert!(matches!(more, Err(UploadError::AlreadyComplete)), "{more:?}");

    // The same envelope, uploaded once more by the same person, is the same envelope.
    let twin = NewUpload { id: Uuid::new_v4(), ..new };
    uploads.create(twin.clone(), 5).await.expect("it may begin");
    uploads.append(part(&twin, 0), content::line(0..5000), 5).await.expect("it is taken");
    let same = uploads.finish_envelope(twin.id, twin.person, label(1, 1), 6).await.expect("it is the same");
    assert_eq!(same, first);
}

async fn a_refused_core_becomes_nothing(house: House) {
    let uploads = house.uploads();
    let new = sent(&uploads, CORE, 5000).await;
    let refuse = |_: &[u8]| Err(CoreRefused { code: "wrong_tender", detail: "of another tender".into() });
    let error = uploads.finish_envelope(new.id, new.person, refuse, 3).await.expect_err("it is refused");
    assert_eq!((error.code(), error.to_string().as_str()), ("wrong_tender", "of another tender"));
    assert!(!house.root.join("ct").exists(), "nothing was kept");
    assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").outcome, None);
}

async fn a_copied_envelope_is_refused(house: House) {
    let uploads = house.uploads();
    let original = sent(&uploads, CORE, 5000).await;
    uploads.finish_envelope(original.id, original.person, label(1, 1), 3).await.expect("it is whole");
    let copy = sent(&uploads, CORE, 5000).await;
    let code = async |submission, capsule| {
        let finished = uploads.finish_envelope(copy.id, copy.person, label(submission, capsule), 4).await;
        finished.expect_err("a copy is refused").code()
    };
    assert_eq!(code(1, 1).await, "submission_taken");
    assert_eq!(code(2, 1).await, "capsule_reused");
}

async fn abandoned_uploads_are_swept(house: House) {
    let uploads = house.uploads();
    let (old, fresh) = (sent(&uploads, CORE, 5000).await, begun(&uploads, CORE, 5000).await);
    uploads.append(part(&fresh, 0), content::line(0..100), 50).await.expect("it is taken");
    let finished = sent(&uploads, CORE, 6000).await;
    uploads.finish_envelope(finished.id, finished.person, label(1, 1), 3).await.expect("it is whole");

    assert_eq!(uploads.expire(10).await.expect("swept"), 2);
    let gone = uploads.append(part(&old, 5000), content::line(0..0), 60).await;
    assert!(matches!(gone, Err(UploadError::Gone)), "{gone:?}");
    assert_eq!(uploads.status(fresh.id, fresh.person).await.expect("it stands").received, 100);
    assert!(house.database.envelope(&[1; 16]).await.expect("readable").is_some(), "what it became stays");
    assert_eq!(std::fs::read_dir(house.root.join("staging")).expect("it stands").count(), 1);
}

async fn the_start_sweeps_what_a_crash_left(house: House) {
    let uploads = house.uploads();
    let (good, damaged) = (sent(&uploads, CORE, 5000).await, sent(&uploads, CORE, 5000).await);
    let staging = house.root.join("staging");
    // Bytes behind the acknowledged ones, bytes lost by a disk, and names that nothing refers to.
    let longer = [&content::bytes(0..5000)[..], b"tail"].concat();
    std::fs::write(staging.join(good.id.to_string()), longer).expect("writable");
    std::fs::write(staging.join(damaged.id.to_string()), b"short").expect("writable");
    std::fs::write(staging.join(Uuid::new_v4().to_string()), b"x").expect("writable");
    std::fs::write(staging.join("put-0"), b"x").expect("writable");

    let reopened = house.uploads();
    let found = reopened.recover().await.expect("swept");
    assert_eq!((found.resumable, found.damaged, found.orphans), (1, 1, 2));
    let gone = reopened.status(damaged.id, damaged.person).await;
    assert!(matches!(gone, Err(UploadError::Gone)), "{gone:?}");
    reopened.append(part(&good, 5000), content::line(0..0), 3).await.expect("the tail is cut");
    let envelope = reopened.finish_envelope(good.id, good.person, label(1, 1), 3).await.expect("it is whole");
    let kept = house.root.join(format!("ct/{}/{}", envelope.root, envelope.core_sha256));
    assert_eq!(std::fs::read(kept).expect("it stands"), content::bytes(0..5000));
}

async fn a_finish_that_was_killed_is_done_again(house: House) {
    let uploads = house.uploads();
    let new = sent(&uploads, CORE, 5000).await;
    let staged = house.root.join(format!("staging/{}", new.id));
    let (core_sha256, root) = content::digests(CORE, 5000);
    // Killed after the file had got its address and before the database knew.
    let address = house.root.join(format!("ct/{root}"));
    std::fs::create_dir_all(&address).expect("writable");
    std::fs::hard_link(&staged, address.join(core_sha256.to_string())).expect("linked");
    let reopened = house.uploads();
    assert_eq!(reopened.recover().await.expect("swept").resumable, 1);
    let envelope = reopened.finish_envelope(new.id, new.person, label(1, 1), 3).await.expect("it is whole");
    assert_eq!((envelope.core_sha256, envelope.root), (core_sha256, root));

    // Killed after the database knew and before the staged name was gone.
    std::fs::hard_link(address.join(core_sha256.to_string()), &staged).expect("linked");
    let reopened = house.uploads();
    assert_eq!(reopened.recover().await.expect("swept").orphans, 1);
    assert!(!staged.exists(), "the staged name is gone");
    let again = reopened.finish_envelope(new.id, new.person, label(1, 1), 4).await;
    assert_eq!(again.expect("it was finished"), envelope);
    let kept = std::fs::read(address.join(core_sha256.to_string())).expect("it stands");
    assert_eq!(kept, content::bytes(0..5000));
}

async fn lost_bytes_are_told(house: House) {
    let uploads = house.uploads();
    let new = sent(&uploads, CORE, 5000).await;
    std::fs::remove_file(house.root.join(format!("staging/{}", new.id))).expect("it stands");
    let appended = uploads.append(part(&new, 5000), content::line(0..0), 3).await;
    assert!(matches!(appended, Err(UploadError::Damaged)), "{appended:?}");
    let finished = uploads.finish_envelope(new.id, new.person, label(1, 1), 3).await;
    assert!(matches!(finished, Err(UploadError::Damaged)), "{finished:?}");
}
