//! Somebody who uploads.

use kaibiao::files::upload::{CoreRefused, EnvelopeLabel, NewUpload, Part, Purpose, Uploads};
use uuid::Uuid;

use crate::content;

/// Bytes of the core of the envelopes here.
pub const CORE: u64 = 700;

/// An envelope of somebody new.
pub fn new_upload(core_len: u64, length: u64) -> NewUpload {
    let purpose = Purpose::Envelope { core_len };
    NewUpload { id: Uuid::new_v4(), person: Uuid::new_v4(), purpose, meta: "{}".into(), length }
}

/// A part without a checksum.
pub fn part(new: &NewUpload, offset: u64) -> Part {
    Part { id: new.id, person: new.person, offset, checksum: None }
}

/// A reader that finds this in every core.
pub fn label(submission: u8, capsule: u8) -> impl FnOnce(&[u8]) -> Result<EnvelopeLabel, CoreRefused> + Send {
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

/// An upload that has begun.
pub async fn begun(uploads: &Uploads, core_len: u64, length: u64) -> NewUpload {
    let new = new_upload(core_len, length);
    uploads.create(new.clone(), 1).await.expect("it may begin");
    new
}

/// An upload of which all bytes have come.
pub async fn sent(uploads: &Uploads, core_len: u64, length: u64) -> NewUpload {
    let new = begun(uploads, core_len, length).await;
    assert_eq!(
        uploads.append(part(&new, 0), content::line(0..length), 2).await.expect("it is taken"),
        length
    );
    new
}
