//! From an instant to the start of its bucket.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::num::NonZeroU64;
use std::ops::Range;

/// Where local times are counted from.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// Instants between two changes of a zone's clocks, and how far local time is ahead of UTC there.
///
/// To look an offset up for each record would cost more than all the rest of placing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OffsetSpan {
    pub(crate) instants_ms: Range<i64>,
    pub(crate) offset_ms: i64,
}

/// A bucket: the instants that are in it, and the local time that it starts at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// Where clocks change inside a bucket, only those on one side of the change.
    pub(crate) instants_ms: Range<i64>,
    pub(crate) local_start: DateTime,
}

impl OffsetSpan {
    /// The span of an instant, or none where it is out of the range of dates.
    pub(crate) fn of(instant_ms: i64, time_zone: &TimeZone) -> Option<Self> {
        let instant = Timestamp::from_millisecond(instant_ms).ok()?;
        // `preceding` leaves out a change at the very instant, which is the start of its span.
        let after = instant.checked_add(SignedDuration::from_nanos(1)).unwrap_or(instant);
        let start = time_zone.preceding(after).next().map_or(Timestamp::MIN, |change| change.timestamp());
        let end = time_zone.following(instant).next().map(|change| change.timestamp().as_millisecond());
        Some(Self {
            instants_ms: start.as_millisecond()..end.unwrap_or(Timestamp::MAX.as_second() * 1_000 + 1),
            offset_ms: i64::from(time_zone.to_offset(instant).seconds()) * 1_000,
        })
    }

    /// The bucket of an instant of this span, or none where it starts out of the range of dates.
    pub(crate) fn bucket(&self, instant_ms: i64, duration_ms: NonZeroU64) -> Option<Bucket> {
        let local_start_ms = floor(instant_ms + self.offset_ms, duration_ms)?;
        let duration_ms = i64::try_from(duration_ms.get()).unwrap_or(i64::MAX);
        let start_ms = local_start_ms.saturating_sub(self.offset_ms);
        let end_ms = start_ms.saturating_add(duration_ms);
        Some(Bucket {
            instants_ms: start_ms.max(self.instants_ms.start)..end_ms.min(self.instants_ms.end),
            local_start: EPOCH.checked_add(SignedDuration::from_millis(local_start_ms)).ok()?,
        })
    }
}

/// Rounds a local time down to a multiple of the duration, toward the past before 1970 too.
///
/// (Connect rounds toward 1970, so that its first bucket before 1970 is one with the first after.)
fn floor(local_ms: i64, duration_ms: NonZeroU64) -> Option<i64> {
    match i64::try_from(duration_ms.get()) {
        Ok(duration_ms) => local_ms.checked_sub(local_ms.rem_euclid(duration_ms)),
        // One bucket is all the future, and the one before it starts before all dates.
        Err(_) => (local_ms >= 0).then_some(0),
    }
}

#[cfg(test)]
mod tests;
