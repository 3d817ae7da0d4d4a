//! Columns of types that hold no other.

use super::super::TimeUnit;
use super::super::meta;
use super::column::{Native, Shape, Typed};
use super::graph::Meaning;
use arrow_schema::{DataType, TimeUnit as ArrowUnit};

pub(super) fn primitive(data_type: DataType, name: &'static str) -> Typed {
    Typed::new(data_type, Shape::Ready(Native::Primitive(name)))
}

pub(super) fn int(meaning: Meaning) -> Typed {
    let logical = |data_type, name| Typed::new(data_type, Shape::Ready(Native::Logical("int", name)));
    match meaning {
        Meaning::Date => logical(DataType::Date32, "date"),
        Meaning::Time { .. } => logical(DataType::Time32(ArrowUnit::Millisecond), "time-millis"),
        _ => primitive(DataType::Int32, "int"),
    }
}

pub(super) fn long(meaning: Meaning) -> Typed {
    use TimeUnit::{Microseconds, Milliseconds, Nanoseconds};
    let logical = |data_type, name| Typed::new(data_type, Shape::Ready(Native::Logical("long", name)));
    match meaning {
        Meaning::Time { unit: Nanoseconds, .. } => {
            Typed::new(DataType::Time64(ArrowUnit::Nanosecond), Shape::NanoTime)
        }
        Meaning::Time { .. } => logical(DataType::Time64(ArrowUnit::Microsecond), "time-micros"),
        Meaning::Timestamp { unit, is_utc } => {
            let (arrow_unit, name) = match (unit, is_utc) {
                (Milliseconds, true) => (ArrowUnit::Millisecond, "timestamp-millis"),
                (Milliseconds, false) => (ArrowUnit::Millisecond, "local-timestamp-millis"),
                (Microseconds, true) => (ArrowUnit::Microsecond, "timestamp-micros"),
                (Microseconds, false) => (ArrowUnit::Microsecond, "local-timestamp-micros"),
                (Nanoseconds, true) => (ArrowUnit::Nanosecond, "timestamp-nanos"),
                (Nanoseconds, false) => (ArrowUnit::Nanosecond, "local-timestamp-nanos"),
            };
            logical(DataType::Timestamp(arrow_unit, is_utc.then(|| "UTC".into())), name)
        }
        _ => primitive(DataType::Int64, "long"),
    }
}

pub(super) fn string(meaning: Meaning) -> Typed {
    match meaning {
        Meaning::Uuid => {
            let native = Native::Logical("string", "uuid");
            Typed::new(DataType::FixedSizeBinary(16), Shape::Ready(native))
                .with(meta::LOGICAL, meta::LOGICAL_UUID)
        }
        Meaning::ZonedTimestamp => {
            let data_type = DataType::Timestamp(ArrowUnit::Microsecond, Some("UTC".into()));
            Typed::new(data_type, Shape::ZonedTimestamp)
        }
        Meaning::Json => primitive(DataType::Utf8, "string").with(meta::LOGICAL, meta::LOGICAL_JSON),
        _ => primitive(DataType::Utf8, "string"),
    }
}

pub(super) fn fixed(size: usize, meaning: Meaning) -> Typed {
    let width = i32::try_from(size).expect("a fixed is at most 16 KiB long");
    let typed = Typed::new(DataType::FixedSizeBinary(width), Shape::Ready(Native::Fixed(size)));
    match meaning {
        Meaning::Decimal { precision, scale } => decimal(Some(size), precision, scale),
        Meaning::Uuid => typed.with(meta::LOGICAL, meta::LOGICAL_UUID),
        Meaning::Interval => typed.with(meta::LOGICAL, meta::LOGICAL_INTERVAL),
        _ => typed,
    }
}

pub(super) fn decimal(size: Option<usize>, precision: u8, scale: u8) -> Typed {
    let arrow_scale = scale.cast_signed();
    let data_type = match precision {
        ..=38 => DataType::Decimal128(precision, arrow_scale),
        _ => DataType::Decimal256(precision, arrow_scale),
    };
    let shape = match size {
        // arrow-avro's decimals end here.
        Some(size) if size > 32 => Shape::WideDecimal(size),
        _ => Shape::Ready(Native::Decimal(size, precision, scale)),
    };
    Typed::new(data_type, shape)
}
