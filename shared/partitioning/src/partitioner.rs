//! From a row to its path.

use crate::{PathFormat, TimestampExtractor};
use jiff::tz::TimeZone;
use record::FieldPath;
use std::num::NonZeroU64;

/// One partitioner of Connect's.
#[derive(Debug, Clone)]
pub enum Partitioner {
    /// `DefaultPartitioner`: `partition=<n>`.
    Default,
    /// `FieldPartitioner`: `<field>=<value>` for each of these fields.
    Field(Vec<FieldPath>),
    /// `TimeBasedPartitioner`, `DailyPartitioner` and `HourlyPartitioner`.
    TimeBased(TimeBased),
}

/// What a time-based partitioner needs to know.
#[derive(Debug, Clone)]
pub struct TimeBased {
    /// `partition.duration.ms`: the path is that of the bucket's start, in local time.
    pub duration_ms: NonZeroU64,
    /// `path.format`.
    pub format: PathFormat,
    /// `timezone`.
    pub time_zone: TimeZone,
    /// `timestamp.extractor`.
    pub extractor: TimestampExtractor,
}
