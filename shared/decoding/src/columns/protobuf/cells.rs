//! From Protobuf's values to cells.

use super::json;
use super::plan::{FieldPlan, How};
use crate::columns::build::{Cell, Misfit, decimal, time};
use arrow_buffer::i256;
use prost_reflect::{DynamicMessage, EnumDescriptor, MapKey, Value};
use std::borrow::Cow;
use std::collections::HashMap;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// Most digits after a decimal's point, or zeros before it, that are written out.
const MAX_TEXT_SCALE: i32 = 1_000;

/// The cells of a message's fields.
pub(super) fn fields<'m>(plans: &[FieldPlan], message: &'m DynamicMessage) -> Result<Vec<Cell<'m>>, Misfit> {
    plans.iter().map(|plan| field(plan, message).map_err(|it| it.within(plan.descriptor.name()))).collect()
}

fn field<'m>(plan: &FieldPlan, message: &'m DynamicMessage) -> Result<Cell<'m>, Misfit> {
    if !message.has_field(&plan.descriptor) {
        return plan.absent.clone().ok_or_else(|| Misfit::new("is missing"));
    }
    match message.get_field(&plan.descriptor) {
        Cow::Borrowed(value) => cell(&plan.how, value),
        Cow::Owned(value) => Ok(cell(&plan.how, &value)?.into_owned()),
    }
}

/// The cell of a value.
pub(super) fn cell<'v>(how: &How, value: &'v Value) -> Result<Cell<'v>, Misfit> {
    Ok(match (how, value) {
        (How::List(item), Value::List(values)) => {
            let cells = values.iter().enumerate();
            let cells = cells.map(|(index, value)| cell(item, value).map_err(|misfit| misfit.at(index)));
            Cell::List(cells.collect::<Result<_, _>>()?)
        }
        (How::Map(of), Value::Map(entries)) => {
            let entries = sorted(entries).into_iter();
            let cells =
                entries.map(|(key, value)| Ok((text_of(key), cell(of, value).map_err(Misfit::in_map)?)));
            Cell::Map(cells.collect::<Result<_, Misfit>>()?)
        }
        (How::Enum(descriptor), Value::EnumNumber(number)) => Cell::Text(symbol(descriptor, *number)),
        (_, Value::Bool(value)) => Cell::Boolean(*value),
        (_, Value::I32(value)) => Cell::Integer(i64::from(*value)),
        (_, Value::I64(value)) => Cell::Integer(*value),
        (_, Value::U32(value)) => Cell::Integer(i64::from(*value)),
        (_, Value::U64(value)) => Cell::Decimal(i256::from_i128(i128::from(*value))),
        (_, Value::F32(value)) => Cell::Float(f64::from(*value)),
        (_, Value::F64(value)) => Cell::Float(*value),
        (_, Value::String(text)) => Cell::Text(Cow::Borrowed(text)),
        (_, Value::Bytes(bytes)) => Cell::Bytes(Cow::Borrowed(bytes)),
        (_, Value::Message(value)) => message(how, value)?,
        _ => return Err(Misfit::new("is of another type than its column")),
    })
}

/// The cell of a message.
pub(super) fn message<'m>(how: &How, message: &'m DynamicMessage) -> Result<Cell<'m>, Misfit> {
    Ok(match how {
        How::Message(plans) => Cell::Struct(fields(plans, message)?),
        How::Wrapper(plan) => field(plan, message)?,
        How::Timestamp => Cell::Integer(micros(message, "is a timestamp")?),
        How::Duration => Cell::Integer(micros(message, "is a duration")?),
        How::Date => {
            let [year, month, day] = [1, 2, 3].map(|number| integer(message, number));
            let part = |value: i64| i32::try_from(value).unwrap_or(-1);
            let days = time::days(part(year), part(month), part(day));
            Cell::Integer(days.filter(|_| year > 0).ok_or_else(|| Misfit::new("is not a full date"))?)
        }
        How::TimeOfDay => {
            let [hours, minutes, seconds, nanos] = [1, 2, 3, 4].map(|number| integer(message, number));
            // Fields have 32 bits, so nothing here is beyond 64.
            let seconds = hours * 3600 + minutes * 60 + seconds;
            let micros = seconds * MICROS_PER_SECOND + nanos.div_euclid(1000);
            let is_time = (0..MICROS_PER_DAY).contains(&micros);
            Cell::Integer(is_time.then_some(micros).ok_or_else(|| Misfit::new("is not a time within a day"))?)
        }
        How::Decimal { precision, scale } => {
            let (unscaled, from) = unscaled(message)?;
            let unscaled = decimal::rescale(unscaled, from, *scale);
            let unscaled = unscaled.filter(|unscaled| decimal::fits(*unscaled, *precision));
            Cell::Decimal(unscaled.ok_or_else(|| {
                Misfit::new(format!("is not a number that DECIMAL({precision}, {scale}) holds exactly"))
            })?)
        }
        How::DecimalText => Cell::Text(Cow::Owned(digits(message)?)),
        How::Json => Cell::Text(Cow::Owned(json::text(message))),
        _ => return Err(Misfit::new("is of another type than its column")),
    })
}

/// An enum's name for a number, or its digits.
pub(super) fn symbol(descriptor: &EnumDescriptor, number: i32) -> Cow<'static, str> {
    let name = descriptor.get_value(number).map(|value| value.name().to_owned());
    Cow::Owned(name.unwrap_or_else(|| number.to_string()))
}

/// A map's entries by their keys: they have no order of their own.
pub(super) fn sorted(entries: &HashMap<MapKey, Value>) -> Vec<(&MapKey, &Value)> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by_key(|(key, _)| match key {
        MapKey::Bool(value) => (i128::from(*value), ""),
        MapKey::I32(value) => (i128::from(*value), ""),
        MapKey::I64(value) => (i128::from(*value), ""),
        MapKey::U32(value) => (i128::from(*value), ""),
        MapKey::U64(value) => (i128::from(*value), ""),
        MapKey::String(text) => (0, text.as_str()),
    });
    entries
}

/// A map's key as a text.
pub(super) fn text_of(key: &MapKey) -> Cow<'_, str> {
    match key {
        MapKey::Bool(value) => Cow::Owned(value.to_string()),
        MapKey::I32(value) => Cow::Owned(value.to_string()),
        MapKey::I64(value) => Cow::Owned(value.to_string()),
        MapKey::U32(value) => Cow::Owned(value.to_string()),
        MapKey::U64(value) => Cow::Owned(value.to_string()),
        MapKey::String(text) => Cow::Borrowed(text),
    }
}

/// A whole number of a well-known message, by its number.
pub(super) fn integer(message: &DynamicMessage, number: u32) -> i64 {
    match message.get_field_by_number(number).as_deref() {
        Some(Value::I32(value)) => i64::from(*value),
        Some(Value::I64(value)) => *value,
        Some(Value::U32(value)) => i64::from(*value),
        _ => 0,
    }
}

/// Seconds and nanoseconds as microseconds, rounded down.
fn micros(message: &DynamicMessage, is_what: &str) -> Result<i64, Misfit> {
    let (seconds, nanos) = (integer(message, 1), integer(message, 2));
    if nanos.unsigned_abs() >= 1_000_000_000 {
        return Err(Misfit::new(format!("{is_what} with a second or more in its nanoseconds")));
    }
    let micros = seconds.checked_mul(MICROS_PER_SECOND);
    let micros = micros.and_then(|micros| micros.checked_add(nanos.div_euclid(1000)));
    micros.ok_or_else(|| Misfit::new(format!("{is_what} beyond 64 bits of microseconds")))
}

/// Value and scale of a `confluent.type.Decimal`.
fn unscaled(message: &DynamicMessage) -> Result<(i256, i32), Misfit> {
    let value = message.get_field_by_number(1);
    let bytes = value.as_deref().and_then(Value::as_bytes).map_or(&[][..], |bytes| bytes);
    let unscaled = decimal::from_bytes(bytes).ok_or_else(|| Misfit::new("is a decimal beyond 256 bits"))?;
    Ok((unscaled, i32::try_from(integer(message, 3)).unwrap_or(i32::MAX)))
}

fn digits(message: &DynamicMessage) -> Result<String, Misfit> {
    let (unscaled, scale) = unscaled(message)?;
    if scale.unsigned_abs() > MAX_TEXT_SCALE.unsigned_abs() {
        return Err(Misfit::new(format!("is a decimal with a scale beyond {MAX_TEXT_SCALE}")));
    }
    let text = unscaled.to_string();
    let (sign, magnitude) = text.strip_prefix('-').map_or(("", text.as_str()), |magnitude| ("-", magnitude));
    let Ok(places) = usize::try_from(scale) else {
        let zeros = usize::try_from(scale.unsigned_abs()).unwrap_or_default();
        let zeros = if unscaled == i256::ZERO { 0 } else { zeros };
        return Ok(format!("{text}{}", "0".repeat(zeros)));
    };
    if places == 0 {
        return Ok(text);
    }
    let padded = format!("{magnitude:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    Ok(format!("{sign}{whole}.{fraction}"))
}
