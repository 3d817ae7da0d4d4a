//! Columns as a Parquet schema.

use super::{ColumnsError, Enums};
use crate::EncodingError;
use ::parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit as ParquetUnit, Type as Physical};
use ::parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use decoding::columns::meta;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The name of the message, which nothing depends on; parquet-mr and Arrow have this one too.
const ROOT: &str = "schema";

/// The columns of an object.
#[derive(Debug)]
pub(super) struct FileSchema {
    /// As the writer is handed them.
    pub(super) arrow: SchemaRef,
    /// As the object has them.
    pub(super) parquet: SchemaDescriptor,
    /// What the leaves are called, in their order: names in the value, joined by dots.
    pub(super) leaves: Vec<String>,
}

impl FileSchema {
    /// The schema of these columns.
    pub(super) fn new(columns: &Fields, enums: Enums) -> Result<Self, EncodingError> {
        if columns.is_empty() {
            return Err(ColumnsError::None.into());
        }
        let columns: Fields = columns.iter().map(with_nullable_nulls).collect();
        let mut builder = Builder { enums, path: Vec::new(), leaves: Vec::new() };
        let root = Type::group_type_builder(ROOT).with_fields(builder.children(&columns)?).build()?;
        let leaves = builder.leaves;
        let parquet = SchemaDescriptor::new(Arc::new(root));
        Ok(Self { arrow: Arc::new(Schema::new(columns)), parquet, leaves })
    }
}

/// Marks what is null by its type as what may be null, for a required column must have values.
fn with_nullable_nulls(field: &FieldRef) -> FieldRef {
    let with = |data_type| Arc::new(field.as_ref().clone().with_data_type(data_type));
    match field.data_type() {
        DataType::Null => Arc::new(field.as_ref().clone().with_nullable(true)),
        DataType::List(item) => with(DataType::List(with_nullable_nulls(item))),
        DataType::Map(entries, is_sorted) => with(DataType::Map(with_nullable_nulls(entries), *is_sorted)),
        DataType::Struct(fields) => with(DataType::Struct(fields.iter().map(with_nullable_nulls).collect())),
        _ => Arc::clone(field),
    }
}

struct Builder<'a> {
    enums: Enums,
    /// Names from the outermost in.
    path: Vec<&'a str>,
    leaves: Vec<String>,
}

impl<'a> Builder<'a> {
    fn children(&mut self, fields: &'a Fields) -> Result<Vec<TypePtr>, EncodingError> {
        let mut names = BTreeSet::new();
        fields
            .iter()
            .map(|field| {
                self.path.push(field.name());
                if !names.insert(field.name()) {
                    return Err(ColumnsError::Twice(self.path.join(".")).into());
                }
                let child = self.node(field.name(), field)?;
                self.path.pop();
                Ok(child)
            })
            .collect()
    }

    /// A column, or what is in one, under the name that Parquet has for it.
    fn node(&mut self, name: &str, field: &'a Field) -> Result<TypePtr, EncodingError> {
        let group = |fields, logical| {
            Type::group_type_builder(name)
                .with_repetition(repetition(field))
                .with_logical_type(logical)
                .with_fields(fields)
                .build()
        };
        let node = match field.data_type() {
            DataType::Struct(fields) if !fields.is_empty() => group(self.children(fields)?, None)?,
            DataType::List(item) => {
                let element = self.node("element", item)?;
                group(vec![repeated("list", vec![element])?], Some(LogicalType::List))?
            }
            DataType::Map(entries, _) => {
                let DataType::Struct(entry) = entries.data_type() else { return Err(self.unwritable(field)) };
                let [key, value] = entry.as_ref() else { return Err(self.unwritable(field)) };
                self.path.push("key");
                let key = self.node("key", key)?;
                self.path.pop();
                self.path.push("value");
                let value = self.node("value", value)?;
                self.path.pop();
                group(vec![repeated("key_value", vec![key, value])?], Some(LogicalType::Map))?
            }
            _ => self.leaf(name, field)?,
        };
        Ok(Arc::new(node))
    }

    fn leaf(&mut self, name: &str, field: &Field) -> Result<Type, EncodingError> {
        let leaf = leaf(field, self.enums).ok_or_else(|| self.unwritable(field))?;
        self.leaves.push(self.path.join("."));
        let mut builder = Type::primitive_type_builder(name, leaf.physical)
            .with_repetition(repetition(field))
            .with_length(leaf.length)
            .with_converted_type(leaf.converted)
            .with_logical_type(leaf.logical);
        if let Some((precision, scale)) = leaf.decimal {
            builder = builder.with_precision(precision.into()).with_scale(scale.into());
        }
        Ok(builder.build()?)
    }

    fn unwritable(&self, field: &Field) -> EncodingError {
        let data_type = match field.metadata().get(meta::LOGICAL) {
            Some(logical) => format!("{} as {logical}", field.data_type()),
            None => field.data_type().to_string(),
        };
        ColumnsError::Type { column: self.path.join("."), data_type }.into()
    }
}

fn repetition(field: &Field) -> Repetition {
    if field.is_nullable() { Repetition::OPTIONAL } else { Repetition::REQUIRED }
}

fn repeated(name: &str, fields: Vec<TypePtr>) -> Result<TypePtr, EncodingError> {
    let group =
        Type::group_type_builder(name).with_repetition(Repetition::REPEATED).with_fields(fields).build()?;
    Ok(Arc::new(group))
}

/// What a leaf is made of, and what it means.
struct Leaf {
    physical: Physical,
    /// Bytes of a fixed length, else -1.
    length: i32,
    converted: ConvertedType,
    logical: Option<LogicalType>,
    decimal: Option<(u8, i8)>,
}

impl Leaf {
    fn new(physical: Physical, logical: Option<LogicalType>) -> Self {
        Self { physical, length: -1, converted: ConvertedType::NONE, logical, decimal: None }
    }

    fn fixed(length: i32, logical: Option<LogicalType>) -> Self {
        Self { length, ..Self::new(Physical::FIXED_LEN_BYTE_ARRAY, logical) }
    }

    /// The narrowest that holds the precision: <https://parquet.apache.org/docs/file-format/types/logicaltypes/>.
    fn decimal(precision: u8, scale: i8) -> Option<Self> {
        if precision == 0 || !(0..=i32::from(precision)).contains(&scale.into()) {
            return None;
        }
        let logical = Some(LogicalType::decimal(scale.into(), precision.into()));
        let leaf = match precision {
            1..=9 => Self::new(Physical::INT32, logical),
            10..=18 => Self::new(Physical::INT64, logical),
            _ => Self::fixed(decimal_length(precision), logical),
        };
        Some(Self { decimal: Some((precision, scale)), ..leaf })
    }
}

/// The least bytes that hold every number of so many digits and its sign.
fn decimal_length(precision: u8) -> i32 {
    /// log2(10), in millionths; exact enough for all of a decimal's 76 digits.
    const BITS_OF_A_DIGIT: i32 = 3_321_928;
    let bits = i32::from(precision) * BITS_OF_A_DIGIT / 1_000_000 + 1;
    let with_sign = bits + 1;
    (with_sign + 7) / 8
}

/// The leaf of a type; none where columns don't have it.
fn leaf(field: &Field, enums: Enums) -> Option<Leaf> {
    let logical = field.metadata().get(meta::LOGICAL).map(String::as_str);
    Some(match (field.data_type(), logical) {
        (DataType::Null, _) => Leaf::new(Physical::INT32, Some(LogicalType::Unknown)),
        (DataType::Boolean, _) => Leaf::new(Physical::BOOLEAN, None),
        (DataType::Int32, _) => Leaf::new(Physical::INT32, None),
        (DataType::Int64, _) => Leaf::new(Physical::INT64, None),
        (DataType::Float32, _) => Leaf::new(Physical::FLOAT, None),
        (DataType::Float64, _) => Leaf::new(Physical::DOUBLE, None),
        (DataType::Utf8, Some(meta::LOGICAL_JSON)) => {
            Leaf::new(Physical::BYTE_ARRAY, Some(LogicalType::Json))
        }
        (DataType::Utf8, Some(meta::LOGICAL_ENUM)) if enums == Enums::Enum => {
            Leaf::new(Physical::BYTE_ARRAY, Some(LogicalType::Enum))
        }
        (DataType::Utf8, _) => Leaf::new(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        (DataType::Binary, _) => Leaf::new(Physical::BYTE_ARRAY, None),
        (DataType::FixedSizeBinary(16), Some(meta::LOGICAL_UUID)) => Leaf::fixed(16, Some(LogicalType::Uuid)),
        (DataType::FixedSizeBinary(12), Some(meta::LOGICAL_INTERVAL)) => {
            Leaf { converted: ConvertedType::INTERVAL, ..Leaf::fixed(12, None) }
        }
        // Parquet has no bytes of length 0.
        (DataType::FixedSizeBinary(length @ 1..), None) => Leaf::fixed(*length, None),
        (DataType::Date32, _) => Leaf::new(Physical::INT32, Some(LogicalType::Date)),
        (DataType::Time32(TimeUnit::Millisecond), _) => {
            Leaf::new(Physical::INT32, Some(LogicalType::time(false, ParquetUnit::MILLIS)))
        }
        (DataType::Time64(unit @ (TimeUnit::Microsecond | TimeUnit::Nanosecond)), _) => {
            Leaf::new(Physical::INT64, Some(LogicalType::time(false, parquet_unit(*unit)?)))
        }
        (DataType::Timestamp(unit, zone), _) => {
            let logical = LogicalType::timestamp(zone.is_some(), parquet_unit(*unit)?);
            Leaf::new(Physical::INT64, Some(logical))
        }
        (DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale), _) => {
            Leaf::decimal(*precision, *scale)?
        }
        _ => return None,
    })
}

fn parquet_unit(unit: TimeUnit) -> Option<ParquetUnit> {
    match unit {
        TimeUnit::Second => None,
        TimeUnit::Millisecond => Some(ParquetUnit::MILLIS),
        TimeUnit::Microsecond => Some(ParquetUnit::MICROS),
        TimeUnit::Nanosecond => Some(ParquetUnit::NANOS),
    }
}
