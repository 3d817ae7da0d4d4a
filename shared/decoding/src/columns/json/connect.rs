//! Connect's types, wherever a schema names them.

use super::node::{BytesForm, DecimalForm, Kind, TemporalForm};
use crate::columns::build::fields::{DEFAULT_PRECISION, MAX_PRECISION};
use crate::columns::{Semantic, Temporal, semantic};
use arrow_schema::TimeUnit;

/// Connect's plain types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::columns) enum Base {
    Int8,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Boolean,
    Text,
    Bytes,
}

impl Base {
    /// The type of this name, which JSON Schemas write as `connect.type` and Connect's envelope as `type`.
    pub(in crate::columns) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "int8" => Self::Int8,
            "int16" => Self::Int16,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            "float" | "float32" => Self::Float32,
            "double" | "float64" => Self::Float64,
            "boolean" => Self::Boolean,
            "string" => Self::Text,
            "bytes" => Self::Bytes,
            _ => return None,
        })
    }

    fn kind(self) -> Kind {
        match self {
            Self::Int8 => Kind::Whole(8),
            Self::Int16 => Kind::Whole(16),
            Self::Int32 => Kind::Whole(32),
            Self::Int64 => Kind::Whole(64),
            Self::Float32 => Kind::Float32,
            Self::Float64 => Kind::Float64,
            Self::Boolean => Kind::Boolean,
            Self::Text => Kind::Text,
            Self::Bytes => Kind::Bytes(BytesForm::Any),
        }
    }
}

/// What a plain type is, given the name and the parameters of its schema; a name that doesn't go with its plain
/// type says nothing.
///
/// # Errors
///
/// When a decimal's parameters make no column; a sentence without a subject.
pub(in crate::columns) fn kind<'p>(
    base: Base,
    name: Option<&str>,
    parameter: impl Fn(&str) -> Option<&'p str>,
    temporal: Temporal,
) -> Result<Kind, String> {
    let meaning = name.and_then(|name| semantic(name, temporal));
    let (is_whole, form) = (matches!(base, Base::Int32 | Base::Int64), TemporalForm::Number);
    Ok(match (meaning, base) {
        (Some(Semantic::Date), _) if is_whole => Kind::Date(form),
        (Some(Semantic::Time(unit)), _) if is_whole => Kind::Time(arrow(unit), form),
        (Some(Semantic::Instant(unit)), _) if is_whole => {
            Kind::Timestamp { unit: arrow(unit), utc: true, form }
        }
        (Some(Semantic::LocalTimestamp(unit)), _) if is_whole => {
            Kind::Timestamp { unit: arrow(unit), utc: false, form }
        }
        (Some(Semantic::ZonedTimestamp), Base::Text) => {
            Kind::Timestamp { unit: TimeUnit::Microsecond, utc: true, form: TemporalForm::Text }
        }
        (Some(Semantic::Json), Base::Text) => Kind::JsonInText,
        (Some(Semantic::Uuid), Base::Text) => Kind::Uuid,
        (Some(Semantic::Decimal), Base::Bytes) => {
            decimal(parameter("scale"), parameter("connect.decimal.precision"))?
        }
        _ => base.kind(),
    })
}

/// A decimal column that holds every decimal of a scale, which may be negative, and maybe a precision.
pub(in crate::columns) fn decimal(scale: Option<&str>, precision: Option<&str>) -> Result<Kind, String> {
    let scale = scale.ok_or("is a decimal without the parameter `scale`")?;
    let from: i32 =
        scale.parse().map_err(|_| format!("is a decimal whose scale is `{scale}`, not a whole number"))?;
    let (precision, scale) = bounds(from, precision)?;
    Ok(Kind::Decimal { precision, scale, form: DecimalForm::Base64 { scale: from } })
}

/// Precision and scale of a column for decimals of a scale. Parquet has no negative scales: such numbers have
/// zeros at their end.
pub(in crate::columns) fn bounds(scale: i32, precision: Option<&str>) -> Result<(u8, i8), String> {
    let told: Option<u32> = match precision {
        Some(text) => Some(text.parse().map_err(|_| format!("is a decimal whose precision is `{text}`"))?),
        None => None,
    };
    let zeros = if scale < 0 { scale.unsigned_abs() } else { 0 };
    let scale = u32::try_from(scale).unwrap_or(0);
    let precision = match told {
        Some(told) => told.saturating_add(zeros).max(scale),
        None => u32::from(DEFAULT_PRECISION).max(scale),
    };
    let too_wide = || format!("is a decimal of more than {MAX_PRECISION} digits");
    let precision =
        u8::try_from(precision).ok().filter(|it| (1..=MAX_PRECISION).contains(it)).ok_or_else(too_wide)?;
    Ok((precision, i8::try_from(scale).map_err(|_| too_wide())?))
}

fn arrow(unit: crate::columns::TimeUnit) -> TimeUnit {
    match unit {
        crate::columns::TimeUnit::Milliseconds => TimeUnit::Millisecond,
        crate::columns::TimeUnit::Microseconds => TimeUnit::Microsecond,
        crate::columns::TimeUnit::Nanoseconds => TimeUnit::Nanosecond,
    }
}
