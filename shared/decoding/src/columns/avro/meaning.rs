//! What a type means, by its `logicalType` and its `connect.name`.

use super::super::{Semantic, Temporal, TimeUnit, semantic};
use super::graph::{Kind, Meaning};
use serde_json::{Map, Value};

/// Attributes of a type in its schema.
pub(super) type Attributes = Map<String, Value>;

/// Digits that a `Decimal256` holds.
const MAX_PRECISION: u64 = 76;

/// What Connect's Avro converters write for decimals of no stated precision.
const PRECISION_UNSTATED: u64 = 64;

/// Digits of a decimal that states none: the most that Athena, Hive and Spark read.
const PRECISION_OF_UNSTATED: u64 = 38;

/// What a type means. Attributes that say nothing valid of this kind of type are as good as absent.
pub(super) fn of(kind: &Kind, attributes: &Attributes, temporal: Temporal) -> Meaning {
    if let Some(name) = attributes.get("connect.name").and_then(Value::as_str)
        && semantic(name, Temporal::Logical).is_some()
    {
        let Some(meant) = semantic(name, temporal) else {
            // The setting wants the number, so the `logicalType` that stands beside the name does not count.
            return Meaning::Plain;
        };
        if let Some(meaning) = named(kind, meant, attributes) {
            return meaning;
        }
    }
    logical(kind, attributes).unwrap_or(Meaning::Plain)
}

fn named(kind: &Kind, meant: Semantic, attributes: &Attributes) -> Option<Meaning> {
    match (kind, meant) {
        (Kind::Int, Semantic::Date) => Some(Meaning::Date),
        (Kind::Int, Semantic::Time(unit @ TimeUnit::Milliseconds))
        | (Kind::Long, Semantic::Time(unit @ (TimeUnit::Microseconds | TimeUnit::Nanoseconds))) => {
            Some(Meaning::Time { unit, is_optional: true })
        }
        (Kind::Long, Semantic::Instant(unit)) => Some(Meaning::Timestamp { unit, is_utc: true }),
        (Kind::Long, Semantic::LocalTimestamp(unit)) => Some(Meaning::Timestamp { unit, is_utc: false }),
        (Kind::String, Semantic::ZonedTimestamp) => Some(Meaning::ZonedTimestamp),
        (Kind::String, Semantic::Json) => Some(Meaning::Json),
        (Kind::String, Semantic::Uuid) => Some(Meaning::Uuid),
        (Kind::Bytes | Kind::Fixed { .. }, Semantic::Decimal) => connect_decimal(kind, attributes),
        _ => None,
    }
}

fn logical(kind: &Kind, attributes: &Attributes) -> Option<Meaning> {
    use TimeUnit::{Microseconds, Milliseconds, Nanoseconds};
    let time = |unit| Some(Meaning::Time { unit, is_optional: false });
    let instant = |unit| Some(Meaning::Timestamp { unit, is_utc: true });
    let local = |unit| Some(Meaning::Timestamp { unit, is_utc: false });
    match (kind, attributes.get("logicalType")?.as_str()?) {
        (Kind::Int, "date") => Some(Meaning::Date),
        (Kind::Int, "time-millis") => time(Milliseconds),
        (Kind::Long, "time-micros") => time(Microseconds),
        (Kind::Long, "timestamp-millis") => instant(Milliseconds),
        (Kind::Long, "timestamp-micros") => instant(Microseconds),
        (Kind::Long, "timestamp-nanos") => instant(Nanoseconds),
        (Kind::Long, "local-timestamp-millis") => local(Milliseconds),
        (Kind::Long, "local-timestamp-micros") => local(Microseconds),
        (Kind::Long, "local-timestamp-nanos") => local(Nanoseconds),
        (Kind::String | Kind::Fixed { size: 16, .. }, "uuid") => Some(Meaning::Uuid),
        (Kind::Fixed { size: 12, .. }, "duration") => Some(Meaning::Interval),
        (Kind::Bytes | Kind::Fixed { .. }, "decimal") => {
            let scale = match attributes.get("scale") {
                Some(scale) => scale.as_u64()?,
                None => 0,
            };
            decimal(kind, attributes.get("precision")?.as_u64()?, scale)
        }
        _ => None,
    }
}

/// A decimal of Connect: its converters write scale and precision as Avro does, and as Connect's parameters.
fn connect_decimal(kind: &Kind, attributes: &Attributes) -> Option<Meaning> {
    let parameter = |name: &str| -> Option<u64> {
        attributes.get("connect.parameters")?.get(name)?.as_str()?.parse().ok()
    };
    let attribute = |name: &str| attributes.get(name).and_then(Value::as_u64);
    let scale = parameter("scale").or_else(|| attribute("scale"))?;
    let stated = parameter("connect.decimal.precision")
        .or_else(|| attribute("precision").filter(|&precision| precision != PRECISION_UNSTATED));
    decimal(kind, stated.unwrap_or(PRECISION_OF_UNSTATED.max(scale)), scale)
}

fn decimal(kind: &Kind, precision: u64, scale: u64) -> Option<Meaning> {
    let most = match kind {
        Kind::Fixed { size, .. } => digits_of(*size),
        _ => MAX_PRECISION,
    };
    let is_valid = (1..=most.min(MAX_PRECISION)).contains(&precision) && scale <= precision;
    is_valid.then(|| Meaning::Decimal {
        precision: u8::try_from(precision).expect("at most 76"),
        scale: u8::try_from(scale).expect("at most the precision"),
    })
}

/// How many decimal digits a two's complement number of this many bytes holds, whichever they are; at most
/// [`MAX_PRECISION`].
fn digits_of(bytes: usize) -> u64 {
    let bits = u32::try_from(bytes).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(1);
    // No power of two is so near to a power of ten that 64-bit floats could tell it wrong up to 256 bits.
    ((f64::from(bits.min(256)) * std::f64::consts::LOG10_2).floor() as u64).min(MAX_PRECISION)
}

#[cfg(test)]
mod tests {
    use super::digits_of;

    #[test]
    fn a_fixed_number_holds_so_many_digits() {
        let of_sizes = [0, 2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38, 40, 43, 45, 47, 50];
        for (bytes, digits) in of_sizes.into_iter().enumerate() {
            assert_eq!(digits_of(bytes), digits, "{bytes} bytes");
        }
        assert_eq!(digits_of(31), 74);
        assert_eq!(digits_of(32), 76);
        assert_eq!(digits_of(100), 76);
        assert_eq!(digits_of(usize::MAX), 76);
    }
}
