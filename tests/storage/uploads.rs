//! Uploads in parts: what counts and what is refused.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use kaibiao::files::Address;
use kaibiao::files::upload::{NewUpload, Part, UploadError, Uploads};
use kaibiao_crypto::digest::Digest;

use crate::content;
use crate::house::House;
use crate::sender::{CORE, begun, label, part};

on_both_databases!(
    an_envelope_arrives_in_parts,
    the_cuts_between_parts_do_not_matter,
    a_part_elsewhere_is_refused,
    a_part_with_other_bytes_counts_for_nothing,
    of_a_broken_part_what_came_counts,
    a_broken_part_with_a_checksum_counts_for_nothing,
    a_dropped_part_counts_for_nothing,
    two_parts_at_once_are_not_mixed,
);

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
    // Dropped at the start, inside a segment, across its edge; then resumed by a fresh view of disk and
    // database.
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
