//! Connect's and Debezium's names for what a value means.

use super::Temporal;

/// What a named Connect type means, where its plain type doesn't say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Semantic {
    /// A number of days since 1970-01-01.
    Date,
    /// A number since midnight.
    Time(TimeUnit),
    /// A number since 1970-01-01T00:00:00, of an instant in UTC.
    Instant(TimeUnit),
    /// A number since 1970-01-01T00:00:00, of a local time in no zone.
    LocalTimestamp(TimeUnit),
    /// A text of ISO 8601 with a zone, such as `2018-06-20T13:37:03Z`, up to nanoseconds.
    ZonedTimestamp,
    /// A text that is JSON.
    Json,
    /// A text that is a UUID.
    Uuid,
    /// Big-endian two's complement bytes of an unscaled decimal; the schema's parameters tell scale and precision.
    Decimal,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
    /// Billionths of a second.
    Nanoseconds,
}

/// What a Connect schema of this name means; none where its plain type says all, or shall.
///
/// Names: <https://debezium.io/documentation/reference/stable/connectors/mysql.html#mysql-temporal-types> and
/// `org.apache.kafka.connect.data`.
pub fn semantic(name: &str, temporal: Temporal) -> Option<Semantic> {
    use TimeUnit::{Microseconds, Milliseconds, Nanoseconds};
    let meaning = match name {
        "io.debezium.time.Date" | "org.apache.kafka.connect.data.Date" => Semantic::Date,
        "io.debezium.time.Time" | "org.apache.kafka.connect.data.Time" => Semantic::Time(Milliseconds),
        "io.debezium.time.MicroTime" => Semantic::Time(Microseconds),
        "io.debezium.time.NanoTime" => Semantic::Time(Nanoseconds),
        "io.debezium.time.Timestamp" => Semantic::LocalTimestamp(Milliseconds),
        "io.debezium.time.MicroTimestamp" => Semantic::LocalTimestamp(Microseconds),
        "io.debezium.time.NanoTimestamp" => Semantic::LocalTimestamp(Nanoseconds),
        "org.apache.kafka.connect.data.Timestamp" => Semantic::Instant(Milliseconds),
        "io.debezium.time.ZonedTimestamp" => Semantic::ZonedTimestamp,
        "io.debezium.data.Json" => Semantic::Json,
        "io.debezium.data.Uuid" => Semantic::Uuid,
        "org.apache.kafka.connect.data.Decimal" => Semantic::Decimal,
        _ => return None,
    };
    let is_time = matches!(meaning, Semantic::Time(_));
    let is_temporal = !matches!(meaning, Semantic::Json | Semantic::Uuid | Semantic::Decimal);
    match temporal {
        Temporal::Raw if is_temporal => None,
        Temporal::Timestamps if is_time => None,
        _ => Some(meaning),
    }
}
