//! A column, and how it comes from what arrow-avro decodes.

use arrow_schema::{DataType, Field, FieldRef, Metadata};
use std::sync::Arc;

/// A column, and how it comes from what arrow-avro decodes.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) field: FieldRef,
    pub(super) shape: Shape,
    /// Whether a union with null stands before each value.
    pub(super) nulls: Nulls,
}

/// Where null stands in a union of one type and null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    None,
    First,
    Second,
}

/// What is to be done with a decoded array.
#[derive(Debug)]
pub(super) enum Shape {
    /// Nothing: arrow-avro knows a type of this name in a schema.
    Ready(Native),
    /// As many nulls.
    Null,
    /// `long` to a time in nanoseconds, which is the same number.
    NanoTime,
    /// `int` to the symbol of this index.
    Enum(Vec<String>),
    /// Text to an instant.
    ZonedTimestamp,
    /// Bytes to a decimal, where they are more than Arrow's decimals have.
    WideDecimal(usize),
    Record(Vec<Column>),
    List(Box<Column>),
    Map(Box<Column>),
    /// A union of one type, or of null alone.
    Single(Option<Box<Column>>),
    /// A union: its branches in their order, none for null.
    Union(Vec<Option<Column>>),
}

/// A type as arrow-avro decodes it.
#[derive(Debug)]
pub(super) enum Native {
    /// A primitive type.
    Primitive(&'static str),
    /// A primitive type with a `logicalType`.
    Logical(&'static str, &'static str),
    Fixed(usize),
    /// A decimal; of so many bytes where it is fixed.
    Decimal(Option<usize>, u8, u8),
}

/// A column without its name.
pub(super) struct Typed {
    pub(super) data_type: DataType,
    pub(super) shape: Shape,
    pub(super) nulls: Nulls,
    pub(super) is_nullable: bool,
    pub(super) metadata: Metadata,
}

impl Typed {
    pub(super) fn new(data_type: DataType, shape: Shape) -> Self {
        Self { data_type, shape, nulls: Nulls::None, is_nullable: false, metadata: Metadata::new() }
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.insert(key, value);
        self
    }

    pub(super) fn named(self, name: &str) -> Column {
        let field = Field::new(name, self.data_type, self.is_nullable).with_metadata(self.metadata);
        Column { field: Arc::new(field), shape: self.shape, nulls: self.nulls }
    }
}
