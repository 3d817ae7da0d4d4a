//! From JSON texts to cells, where nothing is nested.

use super::node::{BytesForm, DecimalForm, Kind, MapForm, TemporalForm};
use super::raw::{Raw, Shape};
use crate::columns::build::{Cell, Misfit, decimal, time};
use arrow_buffer::i256;
use arrow_schema::TimeUnit;
use std::borrow::Cow;

/// The cell of a value that isn't null.
pub(super) fn cell<'v>(kind: &Kind, raw: Raw<'v>) -> Result<Cell<'v>, Misfit> {
    match (kind, raw.shape()) {
        (Kind::JsonOrInText, Shape::Text) => Ok(Cell::Text(raw.text()?)),
        (Kind::Json | Kind::JsonOrInText, _) => Ok(Cell::Text(Cow::Borrowed(raw.as_str()))),
        (Kind::Boolean, Shape::Boolean(value)) => Ok(Cell::Boolean(value)),
        (Kind::Whole(bits), Shape::Number) => whole(*bits, raw),
        (Kind::Float32, Shape::Number | Shape::Text) => {
            finite(kind, raw, |text| text.parse().ok().map(|it: f32| (f64::from(it), it.is_finite())))
        }
        (Kind::Float64, Shape::Number | Shape::Text) => {
            finite(kind, raw, |text| text.parse().ok().map(|it: f64| (it, it.is_finite())))
        }
        (Kind::Text | Kind::JsonInText, Shape::Text) => Ok(Cell::Text(raw.text()?)),
        (Kind::Enum(symbols), Shape::Text) => {
            let text = raw.text()?;
            if !symbols.iter().any(|symbol| *symbol == text) {
                return Err(Misfit::new("is none of the symbols that its schema lists"));
            }
            Ok(Cell::Text(text))
        }
        (Kind::Bytes(form), Shape::Text) => bytes(*form, &raw.text()?),
        (Kind::Uuid, Shape::Text) => {
            let bytes = uuid(&raw.text()?).ok_or_else(|| Misfit::new("is not a UUID"))?;
            Ok(Cell::Bytes(Cow::Owned(bytes.to_vec())))
        }
        (Kind::Decimal { precision, scale, .. }, Shape::Number) => {
            in_precision(decimal::from_text(raw.as_str(), *scale), *precision, *scale)
        }
        (Kind::Decimal { precision, scale, form: DecimalForm::Digits }, Shape::Text) => {
            in_precision(decimal::from_text(&raw.text()?, *scale), *precision, *scale)
        }
        (Kind::Decimal { precision, scale, form: DecimalForm::Base64 { scale: from } }, Shape::Text) => {
            let unscaled = decimal::from_bytes(&base64(&raw.text()?)?);
            let unscaled = unscaled.and_then(|unscaled| decimal::rescale(unscaled, *from, *scale));
            in_precision(unscaled, *precision, *scale)
        }
        (Kind::Date(TemporalForm::Number | TemporalForm::Both), Shape::Number) => whole(32, raw),
        (Kind::Date(TemporalForm::Text | TemporalForm::Both), Shape::Text) => {
            let days = time::date(&raw.text()?);
            days.map(Cell::Integer).ok_or_else(|| Misfit::new("is not a date such as 2018-06-20"))
        }
        (Kind::Time(unit, TemporalForm::Number | TemporalForm::Both), Shape::Number) => {
            time::within_a_day(integer(raw)?, *unit).map(Cell::Integer)
        }
        (Kind::Time(unit, TemporalForm::Text | TemporalForm::Both), Shape::Text) => {
            let nanos = time::time_of_day(&raw.text()?);
            let value = nanos.and_then(|nanos| time::in_unit(i128::from(nanos), *unit));
            value.map(Cell::Integer).ok_or_else(|| Misfit::new("is not a time of day such as 13:37:03"))
        }
        (Kind::Timestamp { form: TemporalForm::Number | TemporalForm::Both, .. }, Shape::Number) => {
            integer(raw).map(Cell::Integer)
        }
        (Kind::Timestamp { unit, utc, form: TemporalForm::Text | TemporalForm::Both }, Shape::Text) => {
            timestamp(&raw.text()?, *unit, *utc)
        }
        _ => Err(another_type(expected(kind), raw)),
    }
}

/// Says what a value is and what it should be.
pub(super) fn another_type(expected: &str, raw: Raw<'_>) -> Misfit {
    let actual = match raw.shape() {
        Shape::Null => "null",
        Shape::Boolean(_) => "a boolean",
        Shape::Number => "a number",
        Shape::Text => "a text",
        Shape::Array => "an array",
        Shape::Object => "an object",
    };
    Misfit::new(format!("is {actual} where its schema has {expected}"))
}

/// The 16 bytes of a UUID such as `0b9a1f50-…`, in either case.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|dash| text[*dash] != b'-') {
        return None;
    }
    let mut digits = text.iter().enumerate().filter(|(index, _)| !matches!(index, 8 | 13 | 18 | 23));
    let mut bytes = [0; 16];
    for byte in &mut bytes {
        for _ in 0..2 {
            let digit = char::from(*digits.next()?.1).to_digit(16)?;
            *byte = *byte << 4 | u8::try_from(digit).ok()?;
        }
    }
    Some(bytes)
}

fn integer(raw: Raw<'_>) -> Result<i64, Misfit> {
    decimal::whole(raw.as_str()).ok_or_else(|| Misfit::new("is not a whole number of 64 bits"))
}

fn whole(bits: u8, raw: Raw<'_>) -> Result<Cell<'static>, Misfit> {
    let value = decimal::whole(raw.as_str());
    // All bits from the sign on must be alike.
    let value = value.filter(|value| matches!(value >> (bits - 1), 0 | -1));
    value.map(Cell::Integer).ok_or_else(|| Misfit::new(format!("is not a whole number of {bits} bits")))
}

/// Numbers, and the texts that stand for what JSON's numbers can't say.
fn finite(
    kind: &Kind,
    raw: Raw<'_>,
    parse: impl Fn(&str) -> Option<(f64, bool)>,
) -> Result<Cell<'static>, Misfit> {
    match raw.as_str() {
        r#""NaN""# => Ok(Cell::Float(f64::NAN)),
        r#""Infinity""# => Ok(Cell::Float(f64::INFINITY)),
        r#""-Infinity""# => Ok(Cell::Float(f64::NEG_INFINITY)),
        text if !text.starts_with('"') => match parse(text) {
            Some((value, true)) => Ok(Cell::Float(value)),
            _ => Err(Misfit::new("is a number beyond what its type holds")),
        },
        _ => Err(another_type(expected(kind), raw)),
    }
}

fn bytes(form: BytesForm, text: &str) -> Result<Cell<'static>, Misfit> {
    let bytes = base64(text)?;
    let width = match form {
        BytesForm::Any => None,
        BytesForm::Fixed(width) => usize::try_from(width).ok(),
        BytesForm::Interval => Some(12),
    };
    match width {
        Some(width) if width != bytes.len() => Err(Misfit::new(format!("doesn't have {width} bytes"))),
        _ => Ok(Cell::Bytes(Cow::Owned(bytes))),
    }
}

fn base64(text: &str) -> Result<Vec<u8>, Misfit> {
    let alphabet =
        if text.len().is_multiple_of(4) { base64_simd::STANDARD } else { base64_simd::STANDARD_NO_PAD };
    alphabet.decode_to_vec(text).map_err(|_| Misfit::new("is not base64"))
}

fn in_precision(unscaled: Option<i256>, precision: u8, scale: i8) -> Result<Cell<'static>, Misfit> {
    let unscaled = unscaled.filter(|unscaled| decimal::fits(*unscaled, precision));
    unscaled.map(Cell::Decimal).ok_or_else(|| {
        Misfit::new(format!("is not a number that DECIMAL({precision}, {scale}) holds exactly"))
    })
}

fn timestamp(text: &str, unit: TimeUnit, utc: bool) -> Result<Cell<'static>, Misfit> {
    let nanos = match utc {
        true => time::instant(text).ok_or("is not a timestamp with an offset such as 2018-06-20T13:37:03Z"),
        false => time::local(text).ok_or("is not a timestamp without an offset such as 2018-06-20T13:37:03"),
    };
    let value = time::in_unit(nanos.map_err(Misfit::new)?, unit);
    value.map(Cell::Integer).ok_or_else(|| Misfit::new("is a timestamp beyond 64 bits in its column's unit"))
}

fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "a boolean",
        Kind::Whole(_) => "a whole number",
        Kind::Float32 | Kind::Float64 => "a number",
        Kind::Text | Kind::Enum(_) => "a text",
        Kind::Bytes(_) => "a text in base64",
        Kind::Uuid => "a UUID",
        Kind::Json | Kind::JsonOrInText => "JSON",
        Kind::JsonInText => "a text that holds JSON",
        Kind::Decimal { .. } => "a decimal number",
        Kind::Date(_) => "a date",
        Kind::Time(..) => "a time of day",
        Kind::Timestamp { .. } => "a timestamp",
        Kind::List(_) => "an array",
        Kind::Map(MapForm::Object, _) | Kind::Struct(_) => "an object",
        Kind::Map(..) => "a map",
        Kind::Union(_) => "one of several types",
    }
}
