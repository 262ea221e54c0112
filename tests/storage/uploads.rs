//! Uploads in parts: what counts, what is refused, what they become.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use kaibiao::files::Address;
use kaibiao::files::upload::{CoreRefused, EnvelopeLabel, NewUpload, Part, Purpose, UploadError, Uploads};
use kaibiao::limits::UploadLimits;
use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use crate::content;
use crate::house::House;

on_both_databases!(
    an_envelope_arrives_in_parts,
    the_cuts_between_parts_do_not_matter,
    a_document_becomes_a_file,
    a_part_elsewhere_is_refused,
    a_part_with_other_bytes_counts_for_nothing,
    of_a_broken_part_what_came_counts,
    a_broken_part_with_a_checksum_counts_for_nothing,
    a_dropped_part_counts_for_nothing,
    a_part_has_a_limit,
    an_upload_has_limits,
    a_person_has_a_quota,
    two_parts_at_once_are_not_mixed,
    an_upload_exists_for_its_person_only,
    finishing_twice_answers_the_same,
    a_refused_core_becomes_nothing,
    a_copied_envelope_is_refused,
    abandoned_uploads_are_swept,
    the_start_sweeps_what_a_crash_left,
    a_finish_that_was_killed_is_done_again,
);

const CORE: u64 = 700;

fn new_upload(core_len: u64, length: u64) -> NewUpload {
    let purpose = Purpose::Envelope { core_len };
    NewUpload { id: Uuid::new_v4(), person: Uuid::new_v4(), purpose, meta: "{}".into(), length }
}

fn part(new: &NewUpload, offset: u64) -> Part {
    Part { id: new.id, person: new.person, offset, checksum: None }
}

fn label(submission: u8, capsule: u8) -> impl FnOnce(&[u8]) -> Result<EnvelopeLabel, CoreRefused> + Send {
    move |_core| {
        Ok(EnvelopeLabel {
            submission: [submission; 16],
            tender: "tender".into(),
            lot: "1".into(),
            kind: 1,
            capsule_u: vec![capsule; 96],
        })
    }
}

async fn begun(uploads: &Uploads, core_len: u64, length: u64) -> NewUpload {
    let new = new_upload(core_len, length);
    uploads.create(new.clone(), 1).await.expect("it may begin");
    new
}

async fn sent(uploads: &Uploads, core_len: u64, length: u64) -> NewUpload {
    let new = begun(uploads, core_len, length).await;
    assert_eq!(
        uploads.append(part(&new, 0), content::line(0..length), 2).await.expect("it is taken"),
        length
    );
    new
}

async fn an_envelope_arrives_in_parts(house: House) {
    let uploads = house.uploads();
    let length = 3 * content::SEGMENT_BYTES + 5_000;
    let new = begun(&uploads, CORE, length).await;
    let ends = [500, 700, 1_000_000, 1_049_292, 3_000_000, length];
    let mut start = 0;
    for end in ends {
        let checksum = Some(Digest::of(&content::bytes(start..end)));
        let part = Part { checksum, ..part(&new, start) };
        assert_eq!(uploads.append(part, content::line(start..end), 2).await.expect("it is taken"), end);
        assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").received, end);
        start = end;
    }
    let core = content::bytes(0..CORE);
    let read_core = |seen: &[u8]| {
        assert_eq!(seen, core);
        label(7, 8)(seen)
    };
    let envelope = uploads.finish_envelope(new.id, new.person, read_core, 9).await.expect("it is whole");

    let (core_sha256, root) = content::digests(CORE, length);
    assert_eq!((envelope.core_sha256, envelope.root), (core_sha256, root));
    assert_eq!((envelope.core_len, envelope.total_len), (CORE, length - CORE));
    assert_eq!((envelope.person, envelope.stored_at_ms), (new.person, 9));
    let database = &house.database;
    assert_eq!(database.envelope(&[7; 16]).await.expect("readable"), Some(envelope.clone()));
    assert_eq!(database.envelopes_of_lot("tender", "1").await.expect("readable"), [envelope]);
    assert_eq!(database.envelopes_of_lot("tender", "2").await.expect("readable"), []);
    let kept = house.files().read(Address::Sealed { root, core_sha256 }, None).await.expect("it stands");
    assert_eq!(kept.try_collect::<Vec<_>>().await.expect("readable").concat(), content::bytes(0..length));
    assert_eq!(std::fs::read_dir(house.root.join("staging")).expect("it stands").count(), 0);
}

async fn the_cuts_between_parts_do_not_matter(house: House) {
    let uploads = house.uploads();
    let segment = content::SEGMENT_BYTES;
    // Lengths and cuts on, before and after the edges of core and segments.
    for length in [CORE + 16, CORE + segment, CORE + segment + 1, CORE + 2 * segment - 1] {
        let edges = [1, CORE - 1, CORE, CORE + 1, CORE + segment - 1, CORE + segment, CORE + segment + 1];
        let new = begun(&uploads, CORE, length).await;
        let mut start = 0;
        for end in edges.into_iter().filter(|end| *end < length).chain([length]) {
            start =
                uploads.append(part(&new, start), content::line(start..end), 2).await.expect("it is taken");
        }
        // An empty part at the end asks again and changes nothing.
        let end = uploads.append(part(&new, length), content::line(length..length), 2).await;
        assert_eq!(end.expect("it is taken"), length);
        let id = (length % 251) as u8;
        let envelope = uploads.finish_envelope(new.id, new.person, label(id, id), 9).await.expect("whole");
        assert_eq!((envelope.core_sha256, envelope.root), content::digests(CORE, length), "{length}");
    }
}

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

async fn a_part_elsewhere_is_refused(house: House) {
    let uploads = house.uploads();
    let new = begun(&uploads, CORE, 10_000).await;
    uploads.append(part(&new, 0), content::line(0..4000), 2).await.expect("it is taken");
    for offset in [0, 3999, 4001, 10_000, u64::MAX] {
        let refused = uploads.append(part(&new, offset), content::line(0..10), 2).await;
        assert!(matches!(refused, Err(UploadError::OffsetMismatch { expected: 4000 })), "{refused:?}");
    }
    assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").received, 4000);
}

async fn a_part_with_other_bytes_counts_for_nothing(house: House) {
    let uploads = house.uploads();
    let new = begun(&uploads, CORE, 10_000).await;
    let checksum = Some(Digest::of(b"other bytes"));
    let refused = uploads.append(Part { checksum, ..part(&new, 0) }, content::line(0..4000), 2).await;
    assert!(matches!(refused, Err(UploadError::ChecksumMismatch)), "{refused:?}");
    assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").received, 0);
    uploads.append(part(&new, 0), content::line(0..10_000), 2).await.expect("the right bytes are taken");
    let envelope = uploads.finish_envelope(new.id, new.person, label(1, 1), 3).await.expect("it is whole");
    assert_eq!((envelope.core_sha256, envelope.root), content::digests(CORE, 10_000));
}

async fn of_a_broken_part_what_came_counts(house: House) {
    let uploads = house.uploads();
    let new = begun(&uploads, CORE, 300_000).await;
    let broken = content::line(0..200_000).map_err(|_| "never").chain(stream::iter([Err("the line broke")]));
    let told = uploads.append(part(&new, 0), broken, 2).await;
    assert!(matches!(told, Err(UploadError::Interrupted { offset: 200_000 })), "{told:?}");
    uploads.append(part(&new, 200_000), content::line(200_000..300_000), 2).await.expect("it goes on there");
    let envelope = uploads.finish_envelope(new.id, new.person, label(1, 1), 3).await.expect("it is whole");
    assert_eq!(envelope.root, content::digests(CORE, 300_000).1);
}

async fn a_broken_part_with_a_checksum_counts_for_nothing(house: House) {
    let uploads = house.uploads();
    let new = begun(&uploads, CORE, 300_000).await;
    let checksum = Some(Digest::of(&content::bytes(0..300_000)));
    let broken = content::line(0..200_000).map_err(|_| "never").chain(stream::iter([Err("the line broke")]));
    let told = uploads.append(Part { checksum, ..part(&new, 0) }, broken, 2).await;
    assert!(matches!(told, Err(UploadError::Interrupted { offset: 0 })), "{told:?}");
    assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").received, 0);
}

/// A part may wait a moment for the worker of the one before it to notice that its sender is gone.
async fn append_when_free(uploads: &Uploads, new: &NewUpload, start: u64, end: u64) -> u64 {
    loop {
        match uploads.append(part(new, start), content::line(start..end), 2).await {
            Err(UploadError::Busy) => tokio::time::sleep(Duration::from_millis(5)).await,
            taken => break taken.expect("it is taken"),
        }
    }
}

async fn a_dropped_part_counts_for_nothing(house: House) {
    let uploads = house.uploads();
    let length = 4 * content::SEGMENT_BYTES;
    let new = begun(&uploads, CORE, length).await;
    let mut start = 0;
    // Dropped at the start, inside a segment, across its edge; then resumed by a fresh view of disk and database.
    for (dropped, taken) in [(10, 1000), (300_000, 900_000), (2_000_000, 1_300_000)] {
        let hanging = content::line(start..start + dropped).chain(stream::pending());
        let waited = Duration::from_millis(150);
        let outcome = tokio::time::timeout(waited, uploads.append(part(&new, start), hanging, 2)).await;
        assert!(outcome.is_err(), "the part never ends by itself");
        assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").received, start);
        let reopened = house.uploads();
        while let Err(UploadError::Busy) = uploads.append(part(&new, start), content::line(0..0), 2).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        start = append_when_free(&reopened, &new, start, start + taken).await;
    }
    append_when_free(&uploads, &new, start, length).await;
    let envelope = uploads.finish_envelope(new.id, new.person, label(1, 1), 3).await.expect("it is whole");
    assert_eq!((envelope.core_sha256, envelope.root), content::digests(CORE, length));
}

async fn a_part_has_a_limit(house: House) {
    let uploads = house.uploads_within(UploadLimits { part_bytes_max: 100_000, ..UploadLimits::default() });
    let new = begun(&uploads, CORE, 150_000).await;
    let large = uploads.append(part(&new, 0), content::line(0..100_001), 2).await;
    assert!(matches!(large, Err(UploadError::TooLarge { bytes_max: 100_000 })), "{large:?}");
    uploads.append(part(&new, 0), content::line(0..100_000), 2).await.expect("it just fits");
    let beyond = uploads.append(part(&new, 100_000), content::line(100_000..150_001), 2).await;
    assert!(matches!(beyond, Err(UploadError::TooLarge { bytes_max: 50_000 })), "{beyond:?}");
    assert_eq!(uploads.status(new.id, new.person).await.expect("it stands").received, 100_000);
}

async fn an_upload_has_limits(house: House) {
    let limits = UploadLimits { upload_bytes_max: 1000, core_bytes_max: 100, ..UploadLimits::default() };
    let uploads = house.uploads_within(limits);
    let code = async |new: NewUpload| match uploads.create(new, 1).await {
        Ok(_) => "created",
        Err(error) => error.code(),
    };
    assert_eq!(code(new_upload(100, 1100)).await, "created");
    assert_eq!(code(new_upload(100, 1101)).await, "too_large");
    assert_eq!(code(new_upload(101, 1000)).await, "too_large");
    assert_eq!(code(new_upload(10, u64::MAX)).await, "too_large");
    assert_eq!(code(new_upload(0, 500)).await, "length_invalid");
    assert_eq!(code(new_upload(100, 99)).await, "length_invalid");
    assert_eq!(code(new_upload(100, 115)).await, "length_invalid");
    assert_eq!(code(NewUpload { purpose: Purpose::Document, ..new_upload(1, 0) }).await, "length_invalid");
    assert_eq!(code(NewUpload { meta: "x".repeat(4097), ..new_upload(100, 500) }).await, "too_large");
}

async fn a_person_has_a_quota(house: House) {
    let limits = UploadLimits {
        open_per_person_max: 2,
        open_bytes_per_person_max: 5000,
        open_bytes_max: 6000,
        ..UploadLimits::default()
    };
    let uploads = house.uploads_within(limits);
    let person = Uuid::new_v4();
    let of = |length| NewUpload { person, ..new_upload(CORE, length) };
    let first = of(2000);
    uploads.create(first.clone(), 1).await.expect("the first fits");
    let code = async |new: NewUpload| uploads.create(new, 1).await.expect_err("it does not fit").code();
    assert_eq!(code(of(3001)).await, "quota_exceeded", "the person's bytes");
    uploads.create(of(3000), 1).await.expect("the second fits");
    assert_eq!(code(of(800)).await, "quota_exceeded", "the person's count");
    assert_eq!(code(new_upload(CORE, 1001)).await, "quota_exceeded", "everybody's bytes");
    uploads.create(new_upload(CORE, 1000), 1).await.expect("somebody else's fits");

    uploads.terminate(first.id, person).await.expect("it ends");
    uploads.create(of(1500), 1).await.expect("its place is free");
    let gone = uploads.status(first.id, person).await;
    assert!(matches!(gone, Err(UploadError::Gone)), "{gone:?}");
}

async fn two_parts_at_once_are_not_mixed(house: House) {
    let uploads = house.uploads();
    let new = begun(&uploads, CORE, 2_000_000).await;
    let slow = content::line(0..1_000_000).then(async |piece| {
        tokio::time::sleep(Duration::from_millis(10)).await;
        piece
    });
    let (first, second) = tokio::join!(uploads.append(part(&new, 0), slow, 2), async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        uploads.append(part(&new, 0), content::line(0..10), 2).await
    });
    assert!(matches!(second, Err(UploadError::Busy)), "{second:?}");
    assert_eq!(first.expect("the first is taken"), 1_000_000);
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
