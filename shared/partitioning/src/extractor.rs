//! From a row to its time.

use record::FieldPath;

/// `timestamp.extractor`: where a record's time comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimestampExtractor {
    /// `Wallclock`: the time of the invocation. Not a function of the record.
    Wallclock,
    /// `Record`: the Kafka record's timestamp.
    Record,
    /// `RecordField`: a field of the value.
    RecordField {
        /// `timestamp.field`.
        field: FieldPath,
        /// `timestamp.unit`: the unit of a numeric field.
        unit: TimestampUnit,
    },
}

/// `timestamp.unit`: the unit of a numeric `timestamp.field`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampUnit {
    /// `s`
    Seconds,
    /// `ms`
    Milliseconds,
    /// `us`
    Microseconds,
    /// `ns`
    Nanoseconds,
}
