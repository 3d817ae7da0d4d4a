//! From a schema to its columns.

use super::super::meta;
use super::super::{ColumnOptions, Recursion, TimeUnit};
use super::branch_names;
use super::flaw::ITEMS;
use super::graph::{Graph, Kind, Meaning, NodeId, RecordField};
use arrow_schema::{DataType, Field, FieldRef, Fields, Metadata, TimeUnit as ArrowUnit};
use std::sync::Arc;

/// Most columns of a schema, inner ones and their parents counted: a named type that holds another twice, and that
/// one a third, and so on, describes billions with a few lines.
const MAX_COLUMNS: usize = 20_000;

/// How deep columns may stand in one another.
const MAX_DEPTH: usize = 250;

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

/// The columns of a schema; the error is a sentence that says of the schema what is wrong.
pub(super) fn columns(graph: &Graph, options: ColumnOptions) -> Result<Vec<Column>, String> {
    let mut planner = Planner { graph, options, path: Vec::new(), left: MAX_COLUMNS };
    match graph.kind(graph.root) {
        Kind::Record(record) if !record.fields.is_empty() => {
            if graph.meaning(graph.root) == Meaning::Json {
                planner.to_json(graph.root)?;
            }
            planner.fields(&record.fields)
        }
        _ => Ok(vec![planner.column("value", graph.root)?]),
    }
}

struct Planner<'g> {
    graph: &'g Graph,
    options: ColumnOptions,
    /// The names that lead to the type in hand.
    path: Vec<&'g str>,
    left: usize,
}

/// A column without its name.
struct Typed {
    data_type: DataType,
    shape: Shape,
    nulls: Nulls,
    is_nullable: bool,
    metadata: Metadata,
}

impl<'g> Planner<'g> {
    fn fields(&mut self, fields: &'g [RecordField]) -> Result<Vec<Column>, String> {
        fields
            .iter()
            .map(|field| {
                self.path.push(&field.name);
                let mut typed = self.typed(field.node)?;
                self.path.pop();
                if let Some(doc) = &field.doc {
                    typed.metadata.insert(meta::DOC, doc.clone());
                }
                if let Some(default) = &field.default {
                    typed.metadata.insert(meta::DEFAULT, default.clone());
                }
                if !field.aliases.is_empty() {
                    typed.metadata.insert(meta::ALIASES, json(&field.aliases));
                }
                Ok(typed.named(&field.name))
            })
            .collect()
    }

    fn column(&mut self, name: &str, id: NodeId) -> Result<Column, String> {
        Ok(self.typed(id)?.named(name))
    }

    fn typed(&mut self, id: NodeId) -> Result<Typed, String> {
        if self.path.len() > MAX_DEPTH {
            return Err(format!("has types in one another more than {MAX_DEPTH} levels deep"));
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Err(format!("describes more than {MAX_COLUMNS} columns, inner ones counted"));
        };
        self.left = left;
        let graph = self.graph;
        let meaning = graph.meaning(id);
        Ok(match graph.kind(id) {
            Kind::Null => Typed { is_nullable: true, ..primitive(DataType::Null, "null") },
            Kind::Boolean => primitive(DataType::Boolean, "boolean"),
            Kind::Int => int(meaning),
            Kind::Long => long(meaning),
            Kind::Float => primitive(DataType::Float32, "float"),
            Kind::Double => primitive(DataType::Float64, "double"),
            Kind::Bytes => match meaning {
                Meaning::Decimal { precision, scale } => decimal(None, precision, scale),
                _ => primitive(DataType::Binary, "bytes"),
            },
            Kind::String => string(meaning),
            Kind::Fixed { name, size } => fixed(*size, meaning).with(meta::NAME, name.clone()),
            Kind::Enum(enumeration) => {
                let symbols = enumeration.symbols.clone();
                let mut typed = Typed::new(DataType::Utf8, Shape::Enum(symbols))
                    .with(meta::LOGICAL, meta::LOGICAL_ENUM)
                    .with(meta::SYMBOLS, json(&enumeration.symbols))
                    .with(meta::NAME, enumeration.name.clone());
                if let Some(default) = &enumeration.default {
                    typed = typed.with(meta::ENUM_DEFAULT, default.clone());
                }
                typed
            }
            Kind::Array(items) => {
                let item = self.inside(|planner| planner.column(Field::LIST_FIELD_DEFAULT_NAME, *items))?;
                Typed::new(DataType::List(Arc::clone(&item.field)), Shape::List(Box::new(item)))
            }
            Kind::Map(values) => {
                let name = Field::MAP_VALUE_FIELD_DEFAULT_NAME;
                let values = self.inside(|planner| planner.column(name, *values))?;
                let key = Field::new(Field::MAP_KEY_FIELD_DEFAULT_NAME, DataType::Utf8, false);
                let entry = Fields::from(vec![Arc::new(key), Arc::clone(&values.field)]);
                let name = Field::MAP_ENTRIES_FIELD_DEFAULT_NAME;
                let entries = Field::new(name, DataType::Struct(entry), false);
                Typed::new(DataType::Map(Arc::new(entries), false), Shape::Map(Box::new(values)))
            }
            Kind::Record(_) if meaning == Meaning::Json => self.to_json(id)?,
            Kind::Record(record) => {
                let columns = self.fields(&record.fields)?;
                Typed::new(struct_of(columns.iter()), Shape::Record(columns))
                    .with(meta::NAME, record.name.clone())
            }
            Kind::Union(branches) => self.union(branches)?,
        })
    }

    fn union(&mut self, branches: &'g [NodeId]) -> Result<Typed, String> {
        let graph = self.graph;
        let is_null = |id: NodeId| matches!(graph.kind(id), Kind::Null);
        match *branches {
            [null] if is_null(null) => {
                let typed = Typed::new(DataType::Null, Shape::Single(None));
                return Ok(Typed { is_nullable: true, ..typed });
            }
            [only] => {
                let only = self.column("", only)?;
                return Ok(Typed {
                    data_type: only.field.data_type().clone(),
                    nulls: Nulls::None,
                    is_nullable: only.field.is_nullable(),
                    metadata: only.field.metadata().clone(),
                    shape: Shape::Single(Some(Box::new(only))),
                });
            }
            [null, other] if is_null(null) => {
                return Ok(Typed { is_nullable: true, nulls: Nulls::First, ..self.typed(other)? });
            }
            [other, null] if is_null(null) => {
                return Ok(Typed { is_nullable: true, nulls: Nulls::Second, ..self.typed(other)? });
            }
            _ => {}
        }
        let names = branch_names::of(graph, branches);
        let columns = branches.iter().zip(&names).map(|(&id, name)| {
            let column = (!is_null(id)).then(|| {
                let typed = self.typed(id)?;
                // At most one branch has a value.
                Ok::<_, String>(Typed { is_nullable: true, ..typed }.named(name))
            });
            column.transpose()
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let typed = Typed::new(struct_of(columns.iter().flatten()), Shape::Union(columns));
        let is_nullable = branches.iter().any(|&id| is_null(id));
        Ok(Typed { is_nullable, ..typed }.with(meta::LOGICAL, meta::LOGICAL_UNION))
    }

    /// A record that no column can hold.
    fn to_json(&self, id: NodeId) -> Result<Typed, String> {
        if self.options.recursion == Recursion::Json {
            return Ok(primitive(DataType::Utf8, "string").with(meta::LOGICAL, meta::LOGICAL_JSON));
        }
        let Kind::Record(record) = self.graph.kind(id) else { unreachable!("only records become JSON") };
        let name = &record.name;
        let what = if record.fields.is_empty() { "has no fields" } else { "contains itself" };
        let mut path = self.path.join(".");
        path = path.replace(&format!(".{ITEMS}"), ITEMS);
        let place = if path.is_empty() { String::new() } else { format!(" of the field `{path}`") };
        Err(format!(
            "has the record `{name}`{place}, which {what}, and Parquet has no column for that; \
             set recursive.types=json for a column of JSON text"
        ))
    }

    /// Goes into what has no name of its own.
    fn inside<T>(&mut self, plan: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        self.path.push(ITEMS);
        let planned = plan(self)?;
        self.path.pop();
        Ok(planned)
    }
}

impl Typed {
    fn new(data_type: DataType, shape: Shape) -> Self {
        Self { data_type, shape, nulls: Nulls::None, is_nullable: false, metadata: Metadata::new() }
    }

    fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.insert(key, value);
        self
    }

    fn named(self, name: &str) -> Column {
        let field = Field::new(name, self.data_type, self.is_nullable).with_metadata(self.metadata);
        Column { field: Arc::new(field), shape: self.shape, nulls: self.nulls }
    }
}

fn primitive(data_type: DataType, name: &'static str) -> Typed {
    Typed::new(data_type, Shape::Ready(Native::Primitive(name)))
}

fn int(meaning: Meaning) -> Typed {
    let logical = |data_type, name| Typed::new(data_type, Shape::Ready(Native::Logical("int", name)));
    match meaning {
        Meaning::Date => logical(DataType::Date32, "date"),
        Meaning::Time { .. } => logical(DataType::Time32(ArrowUnit::Millisecond), "time-millis"),
        _ => primitive(DataType::Int32, "int"),
    }
}

fn long(meaning: Meaning) -> Typed {
    use TimeUnit::{Microseconds, Milliseconds, Nanoseconds};
    let logical = |data_type, name| Typed::new(data_type, Shape::Ready(Native::Logical("long", name)));
    match meaning {
        Meaning::Time { unit: Nanoseconds, .. } => {
            Typed::new(DataType::Time64(ArrowUnit::Nanosecond), Shape::NanoTime)
        }
        Meaning::Time { .. } => logical(DataType::Time64(ArrowUnit::Microsecond), "time-micros"),
        Meaning::Timestamp { unit, is_utc } => {
            let (arrow_unit, name) = match (unit, is_utc) {
                (Milliseconds, true) => (ArrowUnit::Millisecond, "timestamp-millis"),
                (Milliseconds, false) => (ArrowUnit::Millisecond, "local-timestamp-millis"),
                (Microseconds, true) => (ArrowUnit::Microsecond, "timestamp-micros"),
                (Microseconds, false) => (ArrowUnit::Microsecond, "local-timestamp-micros"),
                (Nanoseconds, true) => (ArrowUnit::Nanosecond, "timestamp-nanos"),
                (Nanoseconds, false) => (ArrowUnit::Nanosecond, "local-timestamp-nanos"),
            };
            logical(DataType::Timestamp(arrow_unit, is_utc.then(|| "UTC".into())), name)
        }
        _ => primitive(DataType::Int64, "long"),
    }
}

fn string(meaning: Meaning) -> Typed {
    match meaning {
        Meaning::Uuid => {
            let native = Native::Logical("string", "uuid");
            Typed::new(DataType::FixedSizeBinary(16), Shape::Ready(native))
                .with(meta::LOGICAL, meta::LOGICAL_UUID)
        }
        Meaning::ZonedTimestamp => {
            let data_type = DataType::Timestamp(ArrowUnit::Microsecond, Some("UTC".into()));
            Typed::new(data_type, Shape::ZonedTimestamp)
        }
        Meaning::Json => primitive(DataType::Utf8, "string").with(meta::LOGICAL, meta::LOGICAL_JSON),
        _ => primitive(DataType::Utf8, "string"),
    }
}

fn fixed(size: usize, meaning: Meaning) -> Typed {
    let width = i32::try_from(size).expect("a fixed is at most 16 KiB long");
    let typed = Typed::new(DataType::FixedSizeBinary(width), Shape::Ready(Native::Fixed(size)));
    match meaning {
        Meaning::Decimal { precision, scale } => decimal(Some(size), precision, scale),
        Meaning::Uuid => typed.with(meta::LOGICAL, meta::LOGICAL_UUID),
        Meaning::Interval => typed.with(meta::LOGICAL, meta::LOGICAL_INTERVAL),
        _ => typed,
    }
}

fn decimal(size: Option<usize>, precision: u8, scale: u8) -> Typed {
    let arrow_scale = scale.cast_signed();
    let data_type = match precision {
        ..=38 => DataType::Decimal128(precision, arrow_scale),
        _ => DataType::Decimal256(precision, arrow_scale),
    };
    let shape = match size {
        // arrow-avro's decimals end here.
        Some(size) if size > 32 => Shape::WideDecimal(size),
        _ => Shape::Ready(Native::Decimal(size, precision, scale)),
    };
    Typed::new(data_type, shape)
}

fn struct_of<'c>(columns: impl Iterator<Item = &'c Column>) -> DataType {
    DataType::Struct(columns.map(|column| Arc::clone(&column.field)).collect())
}

fn json(texts: &[String]) -> String {
    serde_json::to_string(texts).expect("a list of texts is JSON")
}
