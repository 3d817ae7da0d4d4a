//! Made-up events of the size that Lambda sends; the same in every run.

mod avro;
mod cdc;
mod order;
mod payments;
mod random;
mod tracking;

pub(crate) use avro::AvroEvent;
pub(crate) use cdc::order_changes;
pub(crate) use payments::payments;
pub(crate) use tracking::{tracking, tracking_with_headers};

/// Most records in a batch.
pub(crate) const MAX_RECORDS: usize = 10_000;

/// Most bytes in an event.
const MAX_BYTES: usize = 6 * 1024 * 1024;

/// 2024-01-15T10:30:00Z.
const START_MS: i64 = 1_705_314_600_000;

/// How far the timestamps of a batch's records reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Span {
    /// 25 minutes of one hour for a full batch: as a rule a batch is minutes old.
    OneHour,
    /// Two hours for a full batch, which begin and end amid an hour: what a function has to catch up with.
    ThreeHours,
}

impl Span {
    /// The timestamp of a record, later than that of the one before.
    fn timestamp_ms(self, index: usize, random: &mut random::Random) -> i64 {
        let pace_ms = match self {
            Self::OneHour => 150,
            Self::ThreeHours => 720,
        };
        START_MS + index as i64 * pace_ms + random.below(pace_ms as u64) as i64
    }
}
