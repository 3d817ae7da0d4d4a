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
        let (local_start_ms, locals_ms) = round(instant_ms.checked_add(self.offset_ms)?, duration_ms);
        let instant_of = |local_ms: i64| local_ms.saturating_sub(self.offset_ms);
        Some(Bucket {
            instants_ms: instant_of(locals_ms.start).max(self.instants_ms.start)
                ..instant_of(locals_ms.end).min(self.instants_ms.end),
            local_start: EPOCH.checked_add(SignedDuration::from_millis(local_start_ms)).ok()?,
        })
    }
}

/// Rounds a local time toward 1970-01-01T00:00 to a multiple of the duration, and tells the local times of that
/// bucket.
///
/// Connect divides, as Java does: its bucket of 1970's first instants also holds those just before, and earlier
/// buckets are called by their ends.
fn round(local_ms: i64, duration_ms: NonZeroU64) -> (i64, Range<i64>) {
    let duration_ms = i64::try_from(duration_ms.get()).unwrap_or(i64::MAX);
    let start_ms = local_ms / duration_ms * duration_ms;
    let first_ms = if start_ms <= 0 { start_ms.saturating_sub(duration_ms - 1) } else { start_ms };
    let end_ms = if start_ms >= 0 { start_ms.saturating_add(duration_ms) } else { start_ms + 1 };
    (start_ms, first_ms..end_ms)
}

#[cfg(test)]
mod tests;
