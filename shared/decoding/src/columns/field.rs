//! From a row and a path to the field there.

use super::meta;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Decimal256Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType,
};
use arrow_array::{Array, RecordBatch, StructArray};
use arrow_schema::{DataType, Field as Column, TimeUnit};
use jiff::Span;
use jiff::civil::{Date, date};
use record::{Field, FieldPath};
use std::borrow::Cow;

/// The field at a path of a row.
pub(super) fn field_of<'t>(rows: &'t RecordBatch, row: usize, path: &FieldPath) -> Field<'t> {
    let mut names = path.segments();
    let schema = rows.schema_ref();
    let Some((index, column)) = names.next().and_then(|name| schema.fields().find(name)) else {
        return Field::Absent;
    };
    let mut place = Place { column, array: rows.column(index).as_ref(), row };
    for name in names {
        match place.member(name) {
            Some(member) => place = member,
            None => return Field::Absent,
        }
    }
    place.value()
}

/// A value: that of a row of a column, or of a member of one.
#[derive(Clone, Copy)]
struct Place<'t> {
    column: &'t Column,
    array: &'t dyn Array,
    row: usize,
}

impl<'t> Place<'t> {
    /// The member of this name; of a union, the branch of this name, or the member of the branch that has a value.
    fn member(self, name: &str) -> Option<Self> {
        let members = self.as_struct()?;
        match members.fields().find(name) {
            Some((index, column)) => Some(self.at(members, index, column)),
            None if self.is_union() => self.branch(members)?.member(name),
            None => None,
        }
    }

    fn value(self) -> Field<'t> {
        let Self { array, row, .. } = self;
        if array.is_null(row) {
            return Field::Absent;
        }
        match array.data_type() {
            DataType::Null => Field::Absent,
            DataType::Boolean => Field::Boolean(array.as_boolean().value(row)),
            DataType::Int32 => digits(array.as_primitive::<Int32Type>().value(row)),
            DataType::Int64 => digits(array.as_primitive::<Int64Type>().value(row)),
            DataType::Utf8 => Field::Text(Cow::Borrowed(array.as_string::<i32>().value(row))),
            DataType::Date32 => match day(array.as_primitive::<Date32Type>().value(row)) {
                Some(day) => Field::Text(Cow::Owned(day.to_string())),
                None => Field::Other("date beyond the year 9999"),
            },
            DataType::Timestamp(unit, _) => Field::Timestamp(match unit {
                TimeUnit::Second => return Field::Other("timestamp in seconds"),
                TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
                TimeUnit::Microsecond => {
                    array.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000)
                }
                TimeUnit::Nanosecond => {
                    array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000_000)
                }
            }),
            DataType::Decimal128(_, 0) => digits(array.as_primitive::<Decimal128Type>().value(row)),
            DataType::Decimal256(_, 0) => digits(array.as_primitive::<Decimal256Type>().value(row)),
            DataType::FixedSizeBinary(16) if self.has_logical(meta::LOGICAL_UUID) => {
                Field::Text(Cow::Owned(uuid(array.as_fixed_size_binary().value(row))))
            }
            DataType::Struct(_) if self.is_union() => {
                let branch = self.as_struct().and_then(|members| self.branch(members));
                branch.map_or(Field::Absent, Self::value)
            }
            other => Field::Other(type_name(other)),
        }
    }

    /// The struct that this is; none where it is null, or no struct.
    fn as_struct(self) -> Option<&'t StructArray> {
        self.array.as_struct_opt().filter(|members| members.is_valid(self.row))
    }

    /// The branch of a union that has a value.
    fn branch(self, members: &'t StructArray) -> Option<Self> {
        let mut branches =
            members.fields().iter().enumerate().map(|(index, column)| self.at(members, index, column));
        branches.find(|branch| branch.array.is_valid(branch.row))
    }

    fn at(self, members: &'t StructArray, index: usize, column: &'t Column) -> Self {
        Self { column, array: members.column(index).as_ref(), row: self.row }
    }

    fn is_union(self) -> bool {
        self.has_logical(meta::LOGICAL_UNION)
    }

    fn has_logical(self, logical: &str) -> bool {
        self.column.metadata().get(meta::LOGICAL).is_some_and(|meaning| meaning == logical)
    }
}

fn digits<'t>(number: impl ToString) -> Field<'t> {
    Field::Integer(Cow::Owned(number.to_string()))
}

fn day(days: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(Span::new().try_days(days).ok()?).ok()
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for half in [byte >> 4, byte & 0xf] {
            text.push(char::from_digit(u32::from(half), 16).expect("four bits are a hexadecimal digit"));
        }
    }
    text
}

fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Float32 | DataType::Float64 => "fractional number",
        DataType::Binary | DataType::FixedSizeBinary(_) => "bytes",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Decimal128(..) | DataType::Decimal256(..) => "decimal",
        DataType::List(_) => "array",
        DataType::Map(..) => "map",
        DataType::Struct(_) => "record",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests;
