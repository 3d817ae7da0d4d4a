//! What JSON values become.

use crate::columns::build::{Cell, fields};
use crate::columns::meta;
use arrow_schema::{DataType, Field, TimeUnit};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A value's column, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::columns) struct Node {
    pub(in crate::columns) kind: Kind,
    pub(in crate::columns) nullable: bool,
    /// What a missing value is.
    pub(in crate::columns) default: Option<Cell<'static>>,
    /// More metadata of the column, beside what its kind tells.
    pub(in crate::columns) notes: BTreeMap<&'static str, String>,
}

/// The types of columns, with how their values are written.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::columns) enum Kind {
    Null,
    Boolean,
    /// A whole number of so many bits.
    Whole(u8),
    Float32,
    Float64,
    Text,
    Enum(Vec<String>),
    Bytes(BytesForm),
    Uuid,
    /// Whatever stands there, as its JSON text.
    Json,
    /// A text that holds JSON.
    JsonInText,
    /// A text that holds JSON, or whatever else stands there.
    JsonOrInText,
    Decimal {
        precision: u8,
        scale: i8,
        form: DecimalForm,
    },
    Date(TemporalForm),
    Time(TimeUnit, TemporalForm),
    /// An instant where it is in UTC, else a local time in no zone.
    Timestamp {
        unit: TimeUnit,
        utc: bool,
        form: TemporalForm,
    },
    List(Box<Node>),
    Map(MapForm, Box<Node>),
    Struct(Object),
    /// One of several, each with the name of its field; each node is nullable.
    Union(Vec<Member>),
}

/// Base64, of any or of a fixed number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::columns) enum BytesForm {
    Any,
    Fixed(i32),
    /// Months, days and milliseconds.
    Interval,
}

/// How decimals are written, beside as JSON numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::columns) enum DecimalForm {
    /// As texts of digits.
    Digits,
    /// As base64 of big-endian two's complement, unscaled at this scale.
    Base64 { scale: i32 },
}

/// How dates and times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::columns) enum TemporalForm {
    /// As texts of ISO 8601.
    Text,
    /// As numbers in the column's unit; dates in days.
    Number,
    /// As either.
    Both,
}

/// How maps are written.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::columns) enum MapForm {
    /// As objects.
    Object,
    /// As objects, or as arrays of `[key, value]`; the node is the key's.
    ObjectOrPairs(Box<Node>),
    /// As arrays of objects with the members `key` and `value`; the node is the key's.
    Entries(Box<Node>),
}

/// A named field of an object, or of a union.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::columns) struct Member {
    pub(in crate::columns) name: String,
    pub(in crate::columns) node: Node,
}

/// The members that an object is said to have.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::columns) struct Object {
    pub(in crate::columns) members: Vec<Member>,
    /// Only looked up, never walked.
    by_name: HashMap<Box<[u8]>, usize>,
}

impl Node {
    pub(in crate::columns) fn new(kind: Kind) -> Self {
        Self { kind, nullable: false, default: None, notes: BTreeMap::new() }
    }

    pub(in crate::columns) fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The column of this name.
    pub(in crate::columns) fn field(&self, name: &str) -> Field {
        let mut metadata = match &self.kind {
            Kind::Enum(symbols) => fields::symbols(symbols),
            Kind::Uuid => fields::logical(meta::LOGICAL_UUID),
            Kind::Json | Kind::JsonInText | Kind::JsonOrInText => fields::logical(meta::LOGICAL_JSON),
            Kind::Bytes(BytesForm::Interval) => fields::logical(meta::LOGICAL_INTERVAL),
            Kind::Union(_) => fields::logical(meta::LOGICAL_UNION),
            _ => HashMap::new(),
        };
        metadata.extend(self.notes.iter().map(|(name, note)| ((*name).to_owned(), note.clone())));
        let nullable = self.nullable || matches!(self.kind, Kind::Null);
        Field::new(name, self.data_type(), nullable).with_metadata(metadata)
    }

    fn data_type(&self) -> DataType {
        match &self.kind {
            Kind::Null => DataType::Null,
            Kind::Boolean => DataType::Boolean,
            Kind::Whole(..=32) => DataType::Int32,
            Kind::Whole(_) => DataType::Int64,
            Kind::Float32 => DataType::Float32,
            Kind::Float64 => DataType::Float64,
            Kind::Text | Kind::Enum(_) | Kind::Json | Kind::JsonInText | Kind::JsonOrInText => DataType::Utf8,
            Kind::Bytes(BytesForm::Any) => DataType::Binary,
            Kind::Bytes(BytesForm::Fixed(width)) => DataType::FixedSizeBinary(*width),
            Kind::Bytes(BytesForm::Interval) => DataType::FixedSizeBinary(12),
            Kind::Uuid => DataType::FixedSizeBinary(16),
            Kind::Decimal { precision, scale, .. } => fields::decimal(*precision, *scale),
            Kind::Date(_) => DataType::Date32,
            Kind::Time(TimeUnit::Millisecond, _) => DataType::Time32(TimeUnit::Millisecond),
            Kind::Time(unit, _) => DataType::Time64(*unit),
            Kind::Timestamp { unit, utc, .. } => DataType::Timestamp(*unit, utc.then(|| Arc::from("UTC"))),
            Kind::List(item) => fields::list(item.field("")),
            Kind::Map(_, value) => fields::map(value.field("")),
            Kind::Struct(Object { members, .. }) | Kind::Union(members) => {
                DataType::Struct(members.iter().map(|it| it.node.field(&it.name)).collect())
            }
        }
    }
}

impl Object {
    pub(in crate::columns) fn new(members: Vec<Member>) -> Self {
        let by_name =
            members.iter().enumerate().map(|(index, it)| (it.name.as_bytes().into(), index)).collect();
        Self { members, by_name }
    }

    /// The index of a member; `expected` is where it stands if the value's order is the schema's.
    pub(in crate::columns) fn index_of(&self, name: &[u8], expected: usize) -> Option<usize> {
        match self.members.get(expected) {
            Some(member) if member.name.as_bytes() == name => Some(expected),
            _ => self.by_name.get(name).copied(),
        }
    }
}
