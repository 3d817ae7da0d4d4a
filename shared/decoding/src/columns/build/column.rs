//! A column that grows.

use super::{Cell, Misfit};
use crate::columns::meta;
use arrow_array::types::{
    Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int32Type, Int64Type,
    Time32MillisecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType,
};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, FixedSizeBinaryArray, ListArray, MapArray,
    NullArray, PrimitiveArray, StringArray, StructArray,
};
use arrow_buffer::{
    ArrowNativeType, BooleanBufferBuilder, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, i256,
};
use arrow_schema::{DataType, Field, FieldRef, TimeUnit};
use std::sync::Arc;

/// A column that grows, and can be cut back to what it was.
#[derive(Debug)]
pub(super) struct Column {
    field: FieldRef,
    nulls: NullBufferBuilder,
    values: Values,
}

#[derive(Debug)]
enum Values {
    Null,
    Boolean(BooleanBufferBuilder),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Float32(Vec<f32>),
    Float64(Vec<f64>),
    Decimal128(Vec<i128>),
    Decimal256(Vec<i256>),
    Bytes { ends: Vec<i32>, bytes: Vec<u8> },
    Fixed { width: usize, bytes: Vec<u8> },
    Struct { fields: Vec<Column>, is_union: bool },
    List { ends: Vec<i32>, item: Box<Column> },
    Map { ends: Vec<i32>, key: Box<Column>, value: Box<Column> },
}

impl Column {
    pub(super) fn new(field: &FieldRef) -> Self {
        Self { field: Arc::clone(field), nulls: NullBufferBuilder::new(0), values: Values::new(field) }
    }

    pub(super) fn name(&self) -> &str {
        self.field.name()
    }

    fn len(&self) -> usize {
        self.nulls.len()
    }

    /// Appends one value; after an error what it left must be cut off.
    pub(super) fn push(&mut self, cell: Cell<'_>) -> Result<(), Misfit> {
        match (&mut self.values, cell) {
            (_, Cell::Null) => return self.push_null(),
            (Values::Boolean(values), Cell::Boolean(value)) => values.append(value),
            (Values::Int32(values), Cell::Integer(value)) => {
                values.push(i32::try_from(value).map_err(|_| Misfit::new("is a number beyond 32 bits"))?);
            }
            (Values::Int64(values), Cell::Integer(value)) => values.push(value),
            // Values of such columns were read as f32.
            (Values::Float32(values), Cell::Float(value)) => values.push(value as f32),
            (Values::Float64(values), Cell::Float(value)) => values.push(value),
            (Values::Decimal128(values), Cell::Decimal(value)) => {
                values.push(value.to_i128().ok_or_else(|| Misfit::new("is a number beyond 128 bits"))?);
            }
            (Values::Decimal256(values), Cell::Decimal(value)) => values.push(value),
            (Values::Bytes { ends, bytes }, Cell::Text(text)) => {
                bytes.extend_from_slice(text.as_bytes());
                ends.push(end(bytes.len())?);
            }
            (Values::Bytes { ends, bytes }, Cell::Bytes(value)) => {
                bytes.extend_from_slice(&value);
                ends.push(end(bytes.len())?);
            }
            (Values::Fixed { width, bytes }, Cell::Bytes(value)) if value.len() == *width => {
                bytes.extend_from_slice(&value);
            }
            (Values::Struct { fields, is_union: false }, Cell::Struct(cells))
                if cells.len() == fields.len() =>
            {
                for (field, cell) in fields.iter_mut().zip(cells) {
                    field.push(cell).map_err(|misfit| misfit.within(field.name()))?;
                }
            }
            (Values::Struct { fields, is_union: true }, Cell::Branch(branch, cell))
                if branch < fields.len() =>
            {
                let mut cell = Some(*cell);
                for (index, field) in fields.iter_mut().enumerate() {
                    let cell = if index == branch { cell.take() } else { None };
                    field.push(cell.unwrap_or(Cell::Null)).map_err(|misfit| misfit.within(field.name()))?;
                }
            }
            (Values::List { ends, item }, Cell::List(cells)) => {
                for (index, cell) in cells.into_iter().enumerate() {
                    item.push(cell).map_err(|misfit| misfit.at(index))?;
                }
                ends.push(end(item.len())?);
            }
            (Values::Map { ends, key, value }, Cell::Map(entries)) => {
                for (name, cell) in entries {
                    key.push(Cell::Text(name))?;
                    value.push(cell).map_err(Misfit::in_map)?;
                }
                ends.push(end(key.len())?);
            }
            _ => return Err(Misfit::new("is of another type than its column")),
        }
        self.nulls.append_non_null();
        Ok(())
    }

    fn push_null(&mut self) -> Result<(), Misfit> {
        if !self.field.is_nullable() {
            return Err(Misfit::new("is null, which its schema doesn't allow"));
        }
        self.fill();
        self.nulls.append_null();
        Ok(())
    }

    /// Appends what stands under a null.
    fn push_filler(&mut self) {
        self.fill();
        self.nulls.append(!self.field.is_nullable());
    }

    fn fill(&mut self) {
        match &mut self.values {
            Values::Null => {}
            Values::Boolean(values) => values.append(false),
            Values::Int32(values) => values.push(0),
            Values::Int64(values) => values.push(0),
            Values::Float32(values) => values.push(0.0),
            Values::Float64(values) => values.push(0.0),
            Values::Decimal128(values) => values.push(0),
            Values::Decimal256(values) => values.push(i256::ZERO),
            Values::Fixed { width, bytes } => bytes.resize(bytes.len() + *width, 0),
            Values::Struct { fields, .. } => fields.iter_mut().for_each(Self::push_filler),
            Values::Bytes { ends, .. } | Values::List { ends, .. } | Values::Map { ends, .. } => {
                ends.push(*ends.last().expect("ends begin with a zero"));
            }
        }
    }

    /// Cuts the column back to its first `len` values.
    pub(super) fn truncate(&mut self, len: usize) {
        match &mut self.values {
            Values::Null => {}
            Values::Boolean(values) => values.truncate(len),
            Values::Int32(values) => values.truncate(len),
            Values::Int64(values) => values.truncate(len),
            Values::Float32(values) => values.truncate(len),
            Values::Float64(values) => values.truncate(len),
            Values::Decimal128(values) => values.truncate(len),
            Values::Decimal256(values) => values.truncate(len),
            Values::Fixed { width, bytes } => bytes.truncate(len * *width),
            Values::Bytes { ends, bytes } => bytes.truncate(cut(ends, len)),
            Values::Struct { fields, .. } => fields.iter_mut().for_each(|field| field.truncate(len)),
            Values::List { ends, item } => item.truncate(cut(ends, len)),
            Values::Map { ends, key, value } => {
                let kept = cut(ends, len);
                key.truncate(kept);
                value.truncate(kept);
            }
        }
        self.nulls.truncate(len);
    }

    pub(super) fn finish(mut self) -> ArrayRef {
        let len = self.len();
        let nulls = self.nulls.finish();
        match (self.values, self.field.data_type()) {
            (Values::Null, _) => Arc::new(NullArray::new(len)),
            (Values::Boolean(mut values), _) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            (Values::Int32(values), data_type) => {
                let array = primitive::<Int32Type>(values, nulls);
                match data_type {
                    DataType::Date32 => Arc::new(array.reinterpret_cast::<Date32Type>()),
                    DataType::Time32(_) => Arc::new(array.reinterpret_cast::<Time32MillisecondType>()),
                    _ => Arc::new(array),
                }
            }
            (Values::Int64(values), data_type) => int64(primitive(values, nulls), data_type),
            (Values::Float32(values), _) => Arc::new(primitive::<Float32Type>(values, nulls)),
            (Values::Float64(values), _) => Arc::new(primitive::<Float64Type>(values, nulls)),
            (Values::Decimal128(values), data_type) => {
                let array = primitive::<Decimal128Type>(values, nulls);
                Arc::new(array.with_data_type(data_type.clone()))
            }
            (Values::Decimal256(values), data_type) => {
                let array = primitive::<Decimal256Type>(values, nulls);
                Arc::new(array.with_data_type(data_type.clone()))
            }
            (Values::Bytes { ends, bytes }, DataType::Utf8) => {
                Arc::new(StringArray::new(offsets(ends), Buffer::from_vec(bytes), nulls))
            }
            (Values::Bytes { ends, bytes }, _) => {
                Arc::new(BinaryArray::new(offsets(ends), Buffer::from_vec(bytes), nulls))
            }
            (Values::Fixed { width, bytes }, _) => {
                let width = i32::try_from(width).expect("the width came from an i32");
                Arc::new(FixedSizeBinaryArray::new(width, Buffer::from_vec(bytes), nulls))
            }
            (Values::Struct { fields, .. }, DataType::Struct(of)) => {
                let arrays = fields.into_iter().map(Self::finish).collect();
                Arc::new(StructArray::new(of.clone(), arrays, nulls))
            }
            (Values::List { ends, item }, DataType::List(of)) => {
                Arc::new(ListArray::new(Arc::clone(of), offsets(ends), item.finish(), nulls))
            }
            (Values::Map { ends, key, value }, DataType::Map(of, is_sorted)) => {
                let DataType::Struct(fields) = of.data_type() else { unreachable!("entries are structs") };
                let entries = StructArray::new(fields.clone(), vec![key.finish(), value.finish()], None);
                Arc::new(MapArray::new(Arc::clone(of), offsets(ends), entries, nulls, *is_sorted))
            }
            _ => unreachable!("values are made for the field's type"),
        }
    }
}

impl Values {
    fn new(field: &Field) -> Self {
        match field.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(BooleanBufferBuilder::new(0)),
            DataType::Int32 | DataType::Date32 | DataType::Time32(_) => Self::Int32(Vec::new()),
            DataType::Int64 | DataType::Time64(_) | DataType::Timestamp(..) => Self::Int64(Vec::new()),
            DataType::Float32 => Self::Float32(Vec::new()),
            DataType::Float64 => Self::Float64(Vec::new()),
            DataType::Decimal128(..) => Self::Decimal128(Vec::new()),
            DataType::Decimal256(..) => Self::Decimal256(Vec::new()),
            DataType::Utf8 | DataType::Binary => Self::Bytes { ends: vec![0], bytes: Vec::new() },
            DataType::FixedSizeBinary(width) => {
                Self::Fixed { width: usize::try_from(*width).unwrap_or_default(), bytes: Vec::new() }
            }
            DataType::Struct(fields) => Self::Struct {
                fields: fields.iter().map(Column::new).collect(),
                is_union: field.metadata().get(meta::LOGICAL).is_some_and(|it| it == meta::LOGICAL_UNION),
            },
            DataType::List(item) => Self::List { ends: vec![0], item: Box::new(Column::new(item)) },
            DataType::Map(entries, _) => {
                let DataType::Struct(fields) = entries.data_type() else {
                    unreachable!("entries are structs")
                };
                let [key, value] = [&fields[0], &fields[1]].map(|field| Box::new(Column::new(field)));
                Self::Map { ends: vec![0], key, value }
            }
            other => unreachable!("{other} is no type of a column"),
        }
    }
}

/// Where a value ends; Arrow's offsets have 32 bits.
fn end(len: usize) -> Result<i32, Misfit> {
    i32::try_from(len).map_err(|_| Misfit::new("makes its column larger than 2 GiB"))
}

/// Forgets the ends after the first `len` values, and says where the last of these ends.
fn cut(ends: &mut Vec<i32>, len: usize) -> usize {
    ends.truncate(len + 1);
    ends.last().map_or(0, |end| end.as_usize())
}

fn offsets(ends: Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ends.into())
}

fn primitive<T: ArrowPrimitiveType>(values: Vec<T::Native>, nulls: Option<NullBuffer>) -> PrimitiveArray<T> {
    PrimitiveArray::new(values.into(), nulls)
}

fn int64(array: PrimitiveArray<Int64Type>, data_type: &DataType) -> ArrayRef {
    match data_type {
        DataType::Time64(TimeUnit::Nanosecond) => Arc::new(array.reinterpret_cast::<Time64NanosecondType>()),
        DataType::Time64(_) => Arc::new(array.reinterpret_cast::<Time64MicrosecondType>()),
        DataType::Timestamp(unit, zone) => match unit {
            TimeUnit::Nanosecond => {
                let array = array.reinterpret_cast::<TimestampNanosecondType>();
                Arc::new(array.with_timezone_opt(zone.clone()))
            }
            TimeUnit::Microsecond => {
                let array = array.reinterpret_cast::<TimestampMicrosecondType>();
                Arc::new(array.with_timezone_opt(zone.clone()))
            }
            _ => {
                let array = array.reinterpret_cast::<TimestampMillisecondType>();
                Arc::new(array.with_timezone_opt(zone.clone()))
            }
        },
        _ => Arc::new(array),
    }
}
