//! From what arrow-avro decodes to the columns.
//!
//! Types and names change, buffers mostly don't: only enums, unions, zoned timestamps and very wide decimals are built
//! anew.

use super::decimal;
use super::plan::{Column, Nulls, Shape};
use super::zoned;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, Time64NanosecondType};
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Decimal256Array, ListArray, MapArray, NullArray, StructArray,
    TimestampMicrosecondArray, UInt32Array, UnionArray,
};
use arrow_schema::{ArrowError, DataType, Fields};
use arrow_select::take::take;
use std::sync::Arc;

/// Makes the columns of a record from the arrays of its fields.
pub(super) fn columns(columns: &[Column], decoded: Vec<ArrayRef>) -> Result<Vec<ArrayRef>, ArrowError> {
    let mut decoded = decoded.into_iter();
    columns.iter().map(|column| next(column, &mut decoded)).collect()
}

/// Makes a column from as many of the arrays that come as it takes.
fn next(column: &Column, decoded: &mut dyn Iterator<Item = ArrayRef>) -> Result<ArrayRef, ArrowError> {
    match &column.shape {
        Shape::Record(inner) if column.nulls == Nulls::None => {
            let arrays = inner.iter().map(|column| next(column, decoded)).collect::<Result<_, _>>()?;
            Ok(Arc::new(StructArray::try_new(fields_of(inner.iter()), arrays, None)?))
        }
        _ => {
            let missing = || ArrowError::SchemaError("fewer arrays than columns".to_owned());
            single(column, decoded.next().ok_or_else(missing)?)
        }
    }
}

/// Makes a column from one array.
fn single(column: &Column, decoded: ArrayRef) -> Result<ArrayRef, ArrowError> {
    match &column.shape {
        Shape::Ready(_) => Ok(decoded),
        Shape::NanoTime => {
            Ok(Arc::new(decoded.as_primitive::<Int64Type>().reinterpret_cast::<Time64NanosecondType>()))
        }
        Shape::Enum(symbols) => Ok(texts(symbols, &decoded)),
        Shape::ZonedTimestamp => instants(&decoded),
        Shape::WideDecimal(_) => decimals(column.field.data_type(), &decoded),
        Shape::Record(inner) => {
            let (_, arrays, nulls) = decoded.as_struct().clone().into_parts();
            let mut arrays = arrays.into_iter();
            let arrays = inner.iter().map(|column| next(column, &mut arrays)).collect::<Result<_, _>>()?;
            Ok(Arc::new(StructArray::try_new(fields_of(inner.iter()), arrays, nulls)?))
        }
        Shape::List(item) => {
            let (_, offsets, items, nulls) = decoded.as_list::<i32>().clone().into_parts();
            let items = single(item, items)?;
            Ok(Arc::new(ListArray::try_new(Arc::clone(&item.field), offsets, items, nulls)?))
        }
        Shape::Map(values) => {
            let (_, offsets, entries, nulls, _) = decoded.as_map().clone().into_parts();
            let (_, arrays, _) = entries.into_parts();
            let [keys, inner] = <[ArrayRef; 2]>::try_from(arrays)
                .map_err(|_| ArrowError::SchemaError("a map without keys or values".to_owned()))?;
            let DataType::Map(entries, _) = column.field.data_type() else {
                return Err(ArrowError::SchemaError("a map that is none".to_owned()));
            };
            let DataType::Struct(entry) = entries.data_type() else {
                return Err(ArrowError::SchemaError("a map without entries".to_owned()));
            };
            let inner = single(values, inner)?;
            let inner = StructArray::try_new(entry.clone(), vec![keys, inner], None)?;
            Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, inner, nulls, false)?))
        }
        Shape::Single(None) => Ok(Arc::new(NullArray::new(decoded.len()))),
        Shape::Single(Some(only)) => {
            let (_, _, _, mut children) = decoded.as_union().clone().into_parts();
            let child = children.pop();
            branch(only, child)
        }
        Shape::Union(branches) => union(branches, decoded.as_union().clone()),
    }
}

/// A union as a struct: a field for each branch but null.
fn union(branches: &[Option<Column>], decoded: UnionArray) -> Result<ArrayRef, ArrowError> {
    let (_, numbers, offsets, children) = decoded.into_parts();
    let offsets = offsets.ok_or_else(|| ArrowError::SchemaError("a union without offsets".to_owned()))?;
    let mut arrays = Vec::with_capacity(branches.len());
    let mut nulls = None;
    for ((index, column), child) in branches.iter().enumerate().zip(children) {
        let is_this = |number: i8| usize::try_from(number).is_ok_and(|number| number == index);
        match column {
            Some(column) => {
                let rows = numbers.iter().zip(offsets.iter());
                // Offsets are never below zero.
                let rows = rows.map(|(&number, &offset)| is_this(number).then_some(offset.cast_unsigned()));
                arrays.push(take(&branch(column, Some(child))?, &UInt32Array::from_iter(rows), None)?);
            }
            None => nulls = Some(numbers.iter().map(|&number| !is_this(number)).collect()),
        }
    }
    Ok(Arc::new(StructArray::try_new(fields_of(branches.iter().flatten()), arrays, nulls)?))
}

/// Takes the record off a branch.
fn branch(column: &Column, decoded: Option<ArrayRef>) -> Result<ArrayRef, ArrowError> {
    let missing = || ArrowError::SchemaError("fewer branches than the union has".to_owned());
    let (_, arrays, _) = decoded.ok_or_else(missing)?.as_struct().clone().into_parts();
    next(column, &mut arrays.into_iter())
}

fn texts(symbols: &[String], indexes: &ArrayRef) -> ArrayRef {
    let longest = symbols.iter().map(String::len).max().unwrap_or(0);
    let mut texts = StringBuilder::with_capacity(indexes.len(), indexes.len() * longest.min(32));
    for index in indexes.as_primitive::<Int32Type>() {
        // Where the record around it is null, the index is one that means nothing.
        let symbol = |index: i32| usize::try_from(index).ok().and_then(|index| symbols.get(index));
        texts.append_option(index.map(|index| symbol(index).map_or("", String::as_str)));
    }
    Arc::new(texts.finish())
}

fn instants(texts: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let texts = texts.as_string::<i32>();
    let instants = texts.iter().map(|text| match text {
        // Where the record around it is null; an empty text never passes the check.
        Some("") => Ok(Some(0)),
        Some(text) => match zoned::microseconds(text) {
            Some(instant) => Ok(Some(instant)),
            None => Err(ArrowError::ParseError("a text that is no instant".to_owned())),
        },
        None => Ok(None),
    });
    let instants = instants.collect::<Result<TimestampMicrosecondArray, _>>()?;
    Ok(Arc::new(instants.with_timezone("UTC")))
}

fn decimals(data_type: &DataType, bytes: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let wide = || ArrowError::ParseError("a decimal of too many digits".to_owned());
    let numbers = bytes.as_fixed_size_binary().iter();
    match *data_type {
        DataType::Decimal128(precision, scale) => {
            let numbers = numbers.map(|bytes| {
                let number = |bytes| decimal::number(bytes, precision).and_then(|number| number.to_i128());
                bytes.map(|bytes| number(bytes).ok_or_else(wide)).transpose()
            });
            let numbers = numbers.collect::<Result<Decimal128Array, _>>()?;
            Ok(Arc::new(numbers.with_precision_and_scale(precision, scale)?))
        }
        DataType::Decimal256(precision, scale) => {
            let numbers = numbers.map(|bytes| {
                bytes.map(|bytes| decimal::number(bytes, precision).ok_or_else(wide)).transpose()
            });
            let numbers = numbers.collect::<Result<Decimal256Array, _>>()?;
            Ok(Arc::new(numbers.with_precision_and_scale(precision, scale)?))
        }
        _ => Err(ArrowError::SchemaError("a decimal that is none".to_owned())),
    }
}

fn fields_of<'c>(columns: impl Iterator<Item = &'c Column>) -> Fields {
    columns.map(|column| Arc::clone(&column.field)).collect()
}
