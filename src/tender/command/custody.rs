//! What the platform records of custodians and of the floor under an opening.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{Digest, Envelope, Instant};

bodies! {
    /// See [`super::TenderCommand::RecordSchedule`].
    RecordSchedule {
        /** Who has pinned it, ascending by index. */ pins: Vec<SchedulePin>,
        /** What is pinned. */ schedule: Schedule,
    }
    /// When a tender opens, as custodians pin it.
    Schedule {
        /** Whether it was cancelled: never. */ is_cancelled: bool,
        /** SHA-256 of the signed notice. */ #[ts(type = "string")] notice: Digest,
        /** Not before. */ opening_at: Instant,
    }
    /// A custodian has pinned a schedule.
    SchedulePin {
        /** Index in the committee. */ index: u8,
        /** By its identity key (docs/formats.md, custody), base64. */ signature: String,
    }
    /// See [`super::TenderCommand::RecordFloorKey`].
    RecordFloorKey { /** The key. */ key: FloorKey, }
    /// See [`super::LotCommand::RecordWaiting`].
    RecordWaiting {
        /** Who answered rightly. */ answered: Vec<u8>,
        /** Of which dealing of the shares they are the custodians. */ epoch: u32,
        /** Who did not, and why. */ failed: Vec<CustodianFault>,
    }
    /// See [`super::LotCommand::RecordRelease`].
    RecordRelease {
        /** Indices of custodians whose partial keys were valid. */ answered: Vec<u8>,
        /** Which envelope's keys. */ #[ts(type = "1 | 2 | 3 | 4")] envelope: Envelope,
        /** Of which dealing of the shares they are the custodians. */ epoch: u32,
        /** Custodians that failed, and how. */ failed: Vec<CustodianFault>,
    }
    /// A custodian that did not give a valid partial key.
    CustodianFault { /** Error code. */ code: String, /** Index from 1. */ index: u8, }
}

/// A key of the floor under a tender's opening. It opens nothing without the custodians.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FloorKey {
    /// A round of the beacon.
    Beacon {
        /// Which, from 1.
        round: u64,
        /// Its signature, 96 hexadecimal digits.
        signature: String,
    },
    /// The secret of the tender's recovery key: its holders say that the beacon has failed.
    Recovery {
        /// 64 hexadecimal digits.
        secret: String,
    },
}
