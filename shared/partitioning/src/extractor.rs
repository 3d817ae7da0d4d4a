//! From a row to its time.

use crate::iso8601;
use jiff::tz::TimeZone;
use record::{Field, FieldPath, Row};
use std::str::FromStr;

/// `timestamp.extractor`: where a record's time comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimestampExtractor {
    /// `Wallclock`: the time of the invocation. Not a function of the record.
    Wallclock,
    /// `Record`: the Kafka record's timestamp.
    Record,
    /// `RecordField`: a field of the value.
    ///
    /// A whole number counts in `unit`, and so does a text of up to 19 digits. Any other text is a date, or a
    /// date and time, of ISO 8601; where it has no offset it is in the partitioner's time zone. (Connect
    /// takes the zone of the worker's JVM there, so that one record may get two paths.)
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

/// A unit is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `s`, `ms`, `us` or `ns`")]
pub struct TimestampUnitError;

impl TimestampExtractor {
    /// The row's time in milliseconds since 1970-01-01T00:00:00Z, or why it has none.
    pub(crate) fn timestamp_ms<'b>(
        &self,
        row: &impl Row<'b>,
        now_ms: i64,
        time_zone: &TimeZone,
    ) -> Result<i64, String> {
        match self {
            Self::Wallclock => Ok(now_ms),
            Self::Record => {
                row.record().event_time_ms().ok_or_else(|| "the record has no timestamp".to_owned())
            }
            Self::RecordField { field, unit } => match row.field(field) {
                Field::Integer(digits) => unit
                    .to_milliseconds(&digits)
                    .ok_or_else(|| format!("the field `{field}` is out of the range of timestamps")),
                Field::Text(text) if is_number(&text) => unit
                    .to_milliseconds(&text)
                    .ok_or_else(|| format!("the field `{field}` is out of the range of timestamps")),
                Field::Text(text) => iso8601::parse(&text, time_zone).ok_or_else(|| {
                    format!("the field `{field}` is neither a number nor a date and time of ISO 8601")
                }),
                Field::Timestamp(milliseconds) => Ok(milliseconds),
                Field::Absent => {
                    Err(format!("the field `{field}` is absent or null, where a timestamp is expected"))
                }
                Field::NotAnObject => Err(format!(
                    "the value is not an object, so it has no field `{field}` to hold a timestamp"
                )),
                Field::Boolean(_) => Err(not_a_timestamp(field, "boolean")),
                Field::Other(type_name) => Err(not_a_timestamp(field, type_name)),
            },
        }
    }
}

fn not_a_timestamp(field: &FieldPath, type_name: &str) -> String {
    format!("the field `{field}` has the type {type_name}, where a timestamp is expected")
}

/// Whether a text counts as a number: what Connect takes for one.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl TimestampUnit {
    /// Rounds toward the past, so that no time gets into the bucket after its own.
    fn to_milliseconds(self, digits: &str) -> Option<i64> {
        let number: i64 = digits.parse().ok()?;
        match self {
            Self::Seconds => number.checked_mul(1_000),
            Self::Milliseconds => Some(number),
            Self::Microseconds => Some(number.div_euclid(1_000)),
            Self::Nanoseconds => Some(number.div_euclid(1_000_000)),
        }
    }
}

impl FromStr for TimestampUnit {
    type Err = TimestampUnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "s" => Ok(Self::Seconds),
            "ms" => Ok(Self::Milliseconds),
            "us" => Ok(Self::Microseconds),
            "ns" => Ok(Self::Nanoseconds),
            _ => Err(TimestampUnitError),
        }
    }
}

#[cfg(test)]
mod tests;
