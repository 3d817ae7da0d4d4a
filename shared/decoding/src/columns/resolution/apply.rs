//! Carrying out a plan.

use super::plan::{Source, Step};
use super::widening::widen;
use arrow_array::cast::AsArray as _;
use arrow_array::{
    Array, ArrayRef, ListArray, MapArray, StringArray, StructArray, UInt32Array, new_null_array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, FieldRef, Fields};
use arrow_select::interleave::interleave;
use arrow_select::take::take;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// The reader's columns from the writer's.
pub(super) fn columns(
    sources: &[Source],
    writer: &[ArrayRef],
    length: usize,
) -> Result<Vec<ArrayRef>, ArrowError> {
    let column = |source: &Source| match source {
        Source::Column(index, step) => match writer.get(*index) {
            Some(column) => apply(step, column),
            None => Err(not_the_writers("rows lack a column")),
        },
        Source::Default(value) => take(value, &UInt32Array::from_value(0, length), None),
        Source::Null(data_type) => Ok(new_null_array(data_type, length)),
    };
    sources.iter().map(column).collect()
}

fn apply(step: &Step, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match step {
        Step::Keep => Ok(Arc::clone(column)),
        Step::Widen(data_type) => expect(widen(column, data_type)),
        Step::Null(data_type) => Ok(new_null_array(data_type, column.len())),
        Step::Symbols { known, default } => symbols(column, known, default),
        Step::Struct { fields, sources } => {
            let record = expect(column.as_struct_opt())?;
            let columns = columns(sources, record.columns(), record.len())?;
            structure(fields, columns, record)
        }
        Step::List { item, step } => {
            let list: &ListArray = expect(column.as_list_opt())?;
            let (offsets, reached) = reached(list.offsets());
            let values = apply(step, &list.values().slice(reached.start, reached.len()))?;
            let nulls = list.nulls().cloned();
            Ok(Arc::new(ListArray::try_new(Arc::clone(item), offsets, values, nulls)?))
        }
        Step::Map { entries, value, is_sorted } => {
            let map = expect(column.as_map_opt())?;
            self::map(map, entries, value, *is_sorted)
        }
        Step::Branch { fields, branch, step } => {
            let value = apply(step, column)?;
            let branches = fields.iter().enumerate().map(|(index, field)| {
                if index == *branch {
                    Arc::clone(&value)
                } else {
                    new_null_array(field.data_type(), column.len())
                }
            });
            let branches = branches.collect();
            let nulls = column.nulls().cloned();
            Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), branches, nulls, column.len())?))
        }
        Step::Union { fields, branches } => {
            let union = expect(column.as_struct_opt())?;
            let columns = branches.iter().zip(fields).map(|(sources, field)| {
                let columns = sources.iter().map(|(index, step)| match union.columns().get(*index) {
                    Some(column) => apply(step, column),
                    None => Err(not_the_writers("a union lacks a branch")),
                });
                coalesce(columns.collect::<Result<_, _>>()?, field.data_type(), union.len())
            });
            structure(fields, columns.collect::<Result<_, _>>()?, union)
        }
    }
}

/// A struct where another was.
fn structure(fields: &Fields, columns: Vec<ArrayRef>, of: &StructArray) -> Result<ArrayRef, ArrowError> {
    let nulls = of.nulls().cloned();
    Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, of.len())?))
}

fn map(map: &MapArray, entries: &FieldRef, value: &Step, is_sorted: bool) -> Result<ArrayRef, ArrowError> {
    let DataType::Struct(fields) = entries.data_type() else {
        return Err(not_the_writers("a map has no entries"));
    };
    let (offsets, reached) = reached(map.offsets());
    let of_reached = |column: &ArrayRef| column.slice(reached.start, reached.len());
    let columns = vec![of_reached(map.keys()), apply(value, &of_reached(map.values()))?];
    let pairs = StructArray::try_new_with_length(fields.clone(), columns, None, reached.len())?;
    let nulls = map.nulls().cloned();
    Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, pairs, nulls, is_sorted)?))
}

/// Offsets from 0 on, and which items they reach: a row that is cut out of many must not cost as much as all.
fn reached(offsets: &OffsetBuffer<i32>) -> (OffsetBuffer<i32>, Range<usize>) {
    let first = offsets[0];
    let reached = first as usize..offsets[offsets.len() - 1] as usize;
    if first == 0 {
        return (offsets.clone(), reached);
    }
    (OffsetBuffer::new(offsets.iter().map(|offset| offset - first).collect()), reached)
}

fn symbols(column: &ArrayRef, known: &BTreeSet<String>, default: &str) -> Result<ArrayRef, ArrowError> {
    let column: &StringArray = expect(column.as_string_opt())?;
    let symbol = |symbol: Option<&'_ str>| {
        symbol.map(|symbol| if known.contains(symbol) { symbol.to_owned() } else { default.to_owned() })
    };
    Ok(Arc::new(column.iter().map(symbol).collect::<StringArray>()))
}

/// The one that is not null of several columns, row by row.
fn coalesce(columns: Vec<ArrayRef>, data_type: &DataType, length: usize) -> Result<ArrayRef, ArrowError> {
    let mut columns = columns.into_iter();
    let Some(first) = columns.next() else { return Ok(new_null_array(data_type, length)) };
    columns.try_fold(first, |one, other| {
        let of_row = |row| (usize::from(one.is_null(row)), row);
        interleave(&[&one, &other], &Vec::from_iter((0..length).map(of_row)))
    })
}

fn expect<T>(column: Option<T>) -> Result<T, ArrowError> {
    column.ok_or_else(|| not_the_writers("a column has another type"))
}

fn not_the_writers(what: &str) -> ArrowError {
    ArrowError::SchemaError(format!("rows are not of the schema that they are said to be: {what}"))
}
