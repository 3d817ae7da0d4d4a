//! From a row to its path.

use crate::{Fields, PathFormat, TimestampExtractor};
use jiff::tz::TimeZone;
use naming::Delimiter;
use std::num::NonZeroU64;

/// One partitioner of Connect's.
#[derive(Debug, Clone)]
pub enum Partitioner {
    /// `DefaultPartitioner`: `partition=<n>`.
    Default,
    /// `FieldPartitioner`: `<field>=<value>` for each of these fields.
    ///
    /// The field's whole dotted name stands before the value, and both are encoded by
    /// [`naming::encode_value`]. What is absent or null is `null`, as is any field of a tombstone.
    Field(Fields),
    /// `TimeBasedPartitioner`, `DailyPartitioner` and `HourlyPartitioner`.
    TimeBased(TimeBased),
}

/// What a time-based partitioner needs to know.
#[derive(Debug, Clone)]
pub struct TimeBased {
    /// `partition.duration.ms`: the path is that of the bucket's start, in local time.
    ///
    /// Buckets are counted in local time from 1970-01-01T00:00:00. So a day is the day
    /// of the calendar, also where clocks change, and two hours that have one name are one bucket. A bucket
    /// that starts in an hour that clocks skip keeps that hour's name, where Connect takes the next.
    pub duration_ms: NonZeroU64,
    /// `path.format`.
    pub format: PathFormat,
    /// `timezone`.
    pub time_zone: TimeZone,
    /// `timestamp.extractor`.
    pub extractor: TimestampExtractor,
}

const HOUR_MS: NonZeroU64 = NonZeroU64::new(3_600_000).expect("an hour is not zero");
const DAY_MS: NonZeroU64 = NonZeroU64::new(86_400_000).expect("a day is not zero");

impl Partitioner {
    /// `DailyPartitioner`: `year=2025/month=11/day=11`.
    pub fn daily(time_zone: TimeZone, extractor: TimestampExtractor, delimiter: &Delimiter) -> Self {
        let format = PathFormat::daily(delimiter);
        Self::TimeBased(TimeBased { duration_ms: DAY_MS, format, time_zone, extractor })
    }

    /// `HourlyPartitioner`: `year=2025/month=11/day=11/hour=10`.
    pub fn hourly(time_zone: TimeZone, extractor: TimestampExtractor, delimiter: &Delimiter) -> Self {
        let format = PathFormat::hourly(delimiter);
        Self::TimeBased(TimeBased { duration_ms: HOUR_MS, format, time_zone, extractor })
    }

    /// Whether a path depends on when the record is delivered.
    pub fn uses_wall_clock(&self) -> bool {
        matches!(self, Self::TimeBased(TimeBased { extractor: TimestampExtractor::Wallclock, .. }))
    }
}
