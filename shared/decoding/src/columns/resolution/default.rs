//! A field's default as a column of one value.

use super::meta;
use super::plan::logical;
use super::types::is_union;
use arrow_array::types::{
    Date32Type, Decimal128Type, Decimal256Type, Int32Type, Int64Type, Time32MillisecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType,
};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, FixedSizeBinaryArray, Float32Array,
    Float64Array, ListArray, MapArray, PrimitiveArray, StringArray, StructArray, new_empty_array,
    new_null_array,
};
use arrow_buffer::{OffsetBuffer, i256};
use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};
use arrow_select::concat::concat;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// The value that the JSON of an Avro default means for a field; none where it means none.
///
/// It may stand for any branch of a union, as in Avro from 1.12 on.
pub(super) fn column(field: &Field, json: &str) -> Option<ArrayRef> {
    value(field, &serde_json::from_str(json).ok()?)
}

fn value(field: &Field, json: &Value) -> Option<ArrayRef> {
    if json.is_null() {
        let may_be_null = field.is_nullable() || *field.data_type() == DataType::Null;
        return may_be_null.then(|| new_null_array(field.data_type(), 1));
    }
    if let Some(branches) = is_union(field) {
        return union(branches, json);
    }
    Some(match field.data_type() {
        DataType::Boolean => Arc::new(BooleanArray::from(vec![json.as_bool()?])),
        DataType::Int32 => number::<Int32Type>(json)?,
        DataType::Int64 => number::<Int64Type>(json)?,
        DataType::Float32 => Arc::new(Float32Array::from(vec![float(json)? as f32])),
        DataType::Float64 => Arc::new(Float64Array::from(vec![float(json)?])),
        DataType::Utf8 => Arc::new(StringArray::from(vec![text(field, json)?])),
        DataType::Binary => Arc::new(BinaryArray::from_vec(vec![&bytes(json)?])),
        DataType::FixedSizeBinary(length) => fixed(field, *length, json)?,
        DataType::Date32 => number::<Date32Type>(json)?,
        DataType::Time32(TimeUnit::Millisecond) => number::<Time32MillisecondType>(json)?,
        DataType::Time64(TimeUnit::Microsecond) => number::<Time64MicrosecondType>(json)?,
        DataType::Time64(TimeUnit::Nanosecond) => number::<Time64NanosecondType>(json)?,
        DataType::Timestamp(unit, zone) => timestamp(*unit, zone.clone(), json)?,
        DataType::Decimal128(precision, scale) => {
            let unscaled = unscaled(json)?.to_i128()?;
            let column = PrimitiveArray::<Decimal128Type>::from_value(unscaled, 1);
            let column = column.with_precision_and_scale(*precision, *scale).ok()?;
            column.validate_decimal_precision(*precision).ok()?;
            Arc::new(column)
        }
        DataType::Decimal256(precision, scale) => {
            let column = PrimitiveArray::<Decimal256Type>::from_value(unscaled(json)?, 1);
            let column = column.with_precision_and_scale(*precision, *scale).ok()?;
            column.validate_decimal_precision(*precision).ok()?;
            Arc::new(column)
        }
        DataType::List(item) => list(item, json)?,
        DataType::Map(entries, is_sorted) => map(entries, *is_sorted, json)?,
        DataType::Struct(fields) => structure(fields, json)?,
        _ => return None,
    })
}

fn number<T: ArrowPrimitiveType<Native: TryFrom<i64>>>(json: &Value) -> Option<ArrayRef> {
    let number = T::Native::try_from(json.as_i64()?).ok()?;
    Some(Arc::new(PrimitiveArray::<T>::from_value(number, 1)))
}

/// A number, or one of those that JSON doesn't have by the names that Avro's Java library gives them.
fn float(json: &Value) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => json.as_f64(),
    }
}

fn text<'j>(field: &Field, json: &'j Value) -> Option<&'j str> {
    let text = json.as_str()?;
    if logical(field) == Some(meta::LOGICAL_ENUM) {
        let symbols: Vec<String> = serde_json::from_str(field.metadata().get(meta::SYMBOLS)?).ok()?;
        return symbols.iter().any(|symbol| symbol == text).then_some(text);
    }
    Some(text)
}

/// Bytes, which Avro writes as a text whose characters up to U+00FF stand for them.
fn bytes(json: &Value) -> Option<Vec<u8>> {
    json.as_str()?.chars().map(|character| u8::try_from(character).ok()).collect()
}

fn fixed(field: &Field, length: i32, json: &Value) -> Option<ArrayRef> {
    let bytes = match logical(field) {
        // Avro has UUIDs as texts of their own and as fixed bytes.
        Some(meta::LOGICAL_UUID) => uuid(json.as_str()?).or_else(|| bytes(json))?,
        _ => bytes(json)?,
    };
    let fits = i32::try_from(bytes.len()) == Ok(length);
    fits.then(|| FixedSizeBinaryArray::try_from_iter([bytes].into_iter()).ok())?
        .map(|column| Arc::new(column) as ArrayRef)
}

/// The bytes of a UUID in its text form, such as `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
fn uuid(text: &str) -> Option<Vec<u8>> {
    let is_hyphen = |index| matches!(index, 8 | 13 | 18 | 23);
    let is_uuid = text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(index, byte)| if is_hyphen(index) { byte == b'-' } else { byte.is_ascii_hexdigit() });
    if !is_uuid {
        return None;
    }
    let digits: String = text.split('-').collect();
    (0..16).map(|index| u8::from_str_radix(&digits[index * 2..index * 2 + 2], 16).ok()).collect()
}

/// A number in the column's unit, or the text of an instant where the schema has one.
fn timestamp(unit: TimeUnit, zone: Option<Arc<str>>, json: &Value) -> Option<ArrayRef> {
    let number = match json.as_str() {
        Some(text) => {
            let instant: Timestamp = text.parse().ok()?;
            match unit {
                TimeUnit::Second => instant.as_second(),
                TimeUnit::Millisecond => instant.as_millisecond(),
                TimeUnit::Microsecond => instant.as_microsecond(),
                TimeUnit::Nanosecond => i64::try_from(instant.as_nanosecond()).ok()?,
            }
        }
        None => json.as_i64()?,
    };
    Some(match unit {
        TimeUnit::Second => return None,
        TimeUnit::Millisecond => Arc::new(
            PrimitiveArray::<TimestampMillisecondType>::from_value(number, 1).with_timezone_opt(zone),
        ),
        TimeUnit::Microsecond => Arc::new(
            PrimitiveArray::<TimestampMicrosecondType>::from_value(number, 1).with_timezone_opt(zone),
        ),
        TimeUnit::Nanosecond => {
            Arc::new(PrimitiveArray::<TimestampNanosecondType>::from_value(number, 1).with_timezone_opt(zone))
        }
    })
}

/// A decimal's number without its point: big-endian bytes of two's complement, none of them for 0.
fn unscaled(json: &Value) -> Option<i256> {
    let bytes = bytes(json)?;
    let sign = if bytes.first().is_some_and(|first| *first >= 0x80) { 0xff } else { 0 };
    let mut all = [sign; 32];
    let skipped = all.len().checked_sub(bytes.len())?;
    all[skipped..].copy_from_slice(&bytes);
    Some(i256::from_be_bytes(all))
}

fn list(item: &FieldRef, json: &Value) -> Option<ArrayRef> {
    let items: Vec<ArrayRef> = json.as_array()?.iter().map(|it| value(item, it)).collect::<Option<_>>()?;
    let offsets = OffsetBuffer::from_lengths([items.len()]);
    Some(Arc::new(
        ListArray::try_new(Arc::clone(item), offsets, joined(&items, item.data_type())?, None).ok()?,
    ))
}

fn map(entries: &FieldRef, is_sorted: bool, json: &Value) -> Option<ArrayRef> {
    let DataType::Struct(fields) = entries.data_type() else { return None };
    let [_, of_value] = fields.as_ref() else { return None };
    let members = json.as_object()?;
    let keys: ArrayRef = Arc::new(StringArray::from_iter_values(members.keys()));
    let values: Vec<ArrayRef> = members.values().map(|it| value(of_value, it)).collect::<Option<_>>()?;
    let columns = vec![keys, joined(&values, of_value.data_type())?];
    let pairs = StructArray::try_new(fields.clone(), columns, None).ok()?;
    let offsets = OffsetBuffer::from_lengths([members.len()]);
    Some(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, pairs, None, is_sorted).ok()?))
}

fn joined(items: &[ArrayRef], data_type: &DataType) -> Option<ArrayRef> {
    if items.is_empty() {
        return Some(new_empty_array(data_type));
    }
    concat(&items.iter().map(AsRef::as_ref).collect::<Vec<_>>()).ok()
}

/// A record; a field that the default leaves out has its own.
fn structure(fields: &Fields, json: &Value) -> Option<ArrayRef> {
    let members = json.as_object()?;
    let columns = fields.iter().map(|field| match members.get(field.name()) {
        Some(json) => value(field, json),
        None => column(field, field.metadata().get(meta::DEFAULT).map_or("null", String::as_str)),
    });
    Some(Arc::new(StructArray::try_new(fields.clone(), columns.collect::<Option<_>>()?, None).ok()?))
}

/// A value of a union, in the first branch of which it can be one.
fn union(branches: &Fields, json: &Value) -> Option<ArrayRef> {
    let (taken, taking) =
        branches.iter().enumerate().find_map(|(index, branch)| Some((index, value(branch, json)?)))?;
    let columns = branches.iter().enumerate().map(|(index, branch)| {
        if index == taken { Arc::clone(&taking) } else { new_null_array(branch.data_type(), 1) }
    });
    Some(Arc::new(StructArray::try_new(branches.clone(), columns.collect(), None).ok()?))
}
