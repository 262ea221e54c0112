//! What the compiler must hold to: secrets cannot be printed, copied or written unasked, and are overwritten.

use std::fmt::{Debug, Display};

use x25519_dalek::StaticSecret;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::envelope::{Opened, RecoverySecret, SealSeed};
use crate::key::SigningKey;
use crate::lock::Scalar;
use crate::payload::{PayloadKey, SegmentCipher};
use crate::threshold::{Share, ShareFile, keygen, reshare};

/// Compiles only while `$type` has none of the traits: with one of them, two implementations fit and the call of
/// `stays` is ambiguous.
macro_rules! has_none_of {
    ($type:ty: $($forbidden:path),+) => {
        const _: fn() = || {
            trait Ambiguous<Which> {
                fn stays() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            $({
                #[allow(dead_code, reason = "one type for each trait, so that the implementations differ")]
                struct Forbidden;
                impl<T: ?Sized + $forbidden> Ambiguous<Forbidden> for T {}
            })+
            <$type as Ambiguous<_>>::stays();
        };
    };
}

macro_rules! secret {
    ($($type:ty),+ $(,)?) => {
        $(has_none_of!($type: Debug, Display, Clone, serde::Serialize);)+
    };
}

secret!(
    Share,
    SealSeed,
    Opened,
    RecoverySecret,
    SigningKey,
    PayloadKey,
    SegmentCipher,
    keygen::Announced,
    keygen::Dealt,
    keygen::Finished,
    reshare::Dealer,
    reshare::Recipient,
    reshare::Reshared,
);
has_none_of!(Scalar: Debug, Display, serde::Serialize);
has_none_of!(ShareFile: Display, Clone);
has_none_of!(keygen::Complaint: Display, Clone);
has_none_of!(reshare::Complaint: Display, Clone);

/// The leaves that all secret states are built of are overwritten when dropped.
const _: fn() = || {
    fn is_overwritten<T: ZeroizeOnDrop>() {}
    is_overwritten::<Scalar>();
    is_overwritten::<Zeroizing<[u8; 32]>>();
    is_overwritten::<Zeroizing<String>>();
    is_overwritten::<Share>();
};

/// It has the destructor of its feature `zeroize`, but not the mark.
const _: () = assert!(std::mem::needs_drop::<StaticSecret>());
