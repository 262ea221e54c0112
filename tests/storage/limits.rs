//! What one upload, one person and everybody may take.

use kaibiao::files::upload::{NewUpload, Purpose, UploadError};
use kaibiao::limits::UploadLimits;
use uuid::Uuid;

use crate::content;
use crate::house::House;
use crate::sender::{CORE, begun, new_upload, part};

on_both_databases!(an_upload_has_limits, a_person_has_a_quota, a_part_has_a_limit,);

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
