//! From descriptors to columns.

use super::cells;
use crate::columns::build::{Cell, fields};
use crate::columns::json::{Budget, Kind as JsonKind, connect};
use crate::columns::{ColumnOptions, Recursion, UnusableSchema, meta};
use arrow_schema::{DataType, Field, TimeUnit};
use prost_reflect::{Cardinality, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value};
use std::collections::HashMap;

/// Deepest nesting of columns.
const MAX_DEPTH: usize = 100;

/// How a value becomes a cell.
#[derive(Debug, Clone)]
pub(super) enum How {
    /// As the value is.
    Scalar(DataType),
    Enum(EnumDescriptor),
    Message(Vec<FieldPlan>),
    /// A wrapper's only field.
    Wrapper(Box<FieldPlan>),
    Timestamp,
    Date,
    TimeOfDay,
    Duration,
    Decimal {
        precision: u8,
        scale: i8,
    },
    /// A decimal of any scale, as its digits.
    DecimalText,
    Json,
    List(Box<Self>),
    Map(Box<Self>),
}

/// A field of a message.
#[derive(Debug, Clone)]
pub(super) struct FieldPlan {
    pub(super) descriptor: FieldDescriptor,
    pub(super) column: Field,
    pub(super) how: How,
    /// What it is where the message doesn't have it; none where it must.
    pub(super) absent: Option<Cell<'static>>,
}

/// A walk through a message's type.
#[derive(Debug)]
pub(super) struct Walk {
    options: ColumnOptions,
    /// The messages around, and which of them turned out to contain themselves.
    around: Vec<(String, bool)>,
    path: Vec<String>,
    budget: Budget,
}

impl How {
    pub(super) fn metadata(&self) -> HashMap<String, String> {
        match self {
            Self::Enum(descriptor) => {
                // In the order of the text; the descriptor sorts by number.
                let values = &descriptor.enum_descriptor_proto().value;
                let symbols: Vec<String> = values.iter().map(|it| it.name().to_owned()).collect();
                fields::symbols(&symbols)
            }
            Self::Json => fields::logical(meta::LOGICAL_JSON),
            _ => HashMap::new(),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Scalar(data_type) => data_type.clone(),
            Self::Enum(_) | Self::Json | Self::DecimalText => DataType::Utf8,
            Self::Message(plans) => DataType::Struct(plans.iter().map(|it| it.column.clone()).collect()),
            Self::Wrapper(plan) => plan.how.data_type(),
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Date => DataType::Date32,
            Self::TimeOfDay => DataType::Time64(TimeUnit::Microsecond),
            Self::Duration => DataType::Int64,
            Self::Decimal { precision, scale } => fields::decimal(*precision, *scale),
            Self::List(item) => fields::list(item.column("", false)),
            Self::Map(value) => fields::map(value.column("", false)),
        }
    }

    fn column(&self, name: &str, nullable: bool) -> Field {
        Field::new(name, self.data_type(), nullable).with_metadata(self.metadata())
    }
}

impl Walk {
    pub(super) fn new(options: ColumnOptions) -> Self {
        Self { options, around: Vec::new(), path: Vec::new(), budget: Budget::default() }
    }

    /// How a message becomes columns; not a struct where it can't have any.
    pub(super) fn root(mut self, message: &MessageDescriptor) -> Result<How, UnusableSchema> {
        self.structure(message)
    }

    fn structure(&mut self, message: &MessageDescriptor) -> Result<How, UnusableSchema> {
        let name = message.full_name();
        if let Some(index) = self.around.iter().position(|(around, _)| around == name) {
            // The outermost of them becomes JSON text; but the message as a whole keeps its columns, and what leads
            // back to it becomes JSON text.
            if let Some((_, contains_itself)) = self.around.get_mut(index.max(1)) {
                *contains_itself = true;
            }
            return self.json_or(&format!("is of the message `{name}`, which contains itself"));
        }
        if message.fields().len() == 0 {
            return self.json_or(&format!("is of the message `{name}`, which has no fields"));
        }
        if self.around.len() == MAX_DEPTH {
            return Err(self.unusable(&format!("is nested deeper than {MAX_DEPTH} levels")));
        }
        self.around.push((name.to_owned(), false));
        // In the order of the text, which the file's descriptor keeps.
        let fields: Result<Vec<FieldPlan>, UnusableSchema> =
            in_written_order(message).iter().map(|field| self.field(field)).collect();
        let contains_itself = self.around.pop().is_some_and(|(_, contains_itself)| contains_itself);
        let fields = fields?;
        Ok(if contains_itself { How::Json } else { How::Message(fields) })
    }

    fn field(&mut self, descriptor: &FieldDescriptor) -> Result<FieldPlan, UnusableSchema> {
        self.path.push(descriptor.name().to_owned());
        self.budget.take()?;
        let params = Meta::of(descriptor);
        let how = if descriptor.is_map() {
            let Kind::Message(entry) = descriptor.kind() else {
                unreachable!("a map's entries are messages")
            };
            How::Map(Box::new(self.value(&entry.map_entry_value_field(), &params)?))
        } else if descriptor.is_list() {
            How::List(Box::new(self.value(descriptor, &params)?))
        } else {
            self.value(descriptor, &params)?
        };
        let is_required = descriptor.cardinality() == Cardinality::Required;
        let has_default = descriptor.field_descriptor_proto().default_value.is_some();
        let nullable = descriptor.supports_presence() && !is_required && !has_default;
        let absent = match (&how, nullable) {
            (_, true) => Some(Cell::Null),
            _ if is_required => None,
            _ => cells::cell(&how, &descriptor.default_value()).ok().map(Cell::into_owned),
        };
        let mut column = how.column(descriptor.name(), nullable);
        if let Some(doc) = params.doc {
            column.metadata_mut().insert(meta::DOC.to_owned(), doc);
        }
        self.path.pop();
        Ok(FieldPlan { descriptor: descriptor.clone(), column, how, absent })
    }

    /// How one value of a field becomes a cell.
    fn value(&mut self, descriptor: &FieldDescriptor, params: &Meta) -> Result<How, UnusableSchema> {
        Ok(match descriptor.kind() {
            Kind::Bool => How::Scalar(DataType::Boolean),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => How::Scalar(DataType::Int32),
            Kind::Uint32 | Kind::Fixed32 | Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                How::Scalar(DataType::Int64)
            }
            Kind::Uint64 | Kind::Fixed64 => How::Scalar(DataType::Decimal128(20, 0)),
            Kind::Float => How::Scalar(DataType::Float32),
            Kind::Double => How::Scalar(DataType::Float64),
            Kind::String => How::Scalar(DataType::Utf8),
            Kind::Bytes => How::Scalar(DataType::Binary),
            Kind::Enum(descriptor) => How::Enum(descriptor),
            Kind::Message(message) => self.message(&message, params)?,
        })
    }

    fn message(&mut self, message: &MessageDescriptor, params: &Meta) -> Result<How, UnusableSchema> {
        Ok(match message.full_name() {
            "google.protobuf.Timestamp" => How::Timestamp,
            "google.protobuf.Duration" => How::Duration,
            "google.type.Date" => How::Date,
            "google.type.TimeOfDay" => How::TimeOfDay,
            "google.protobuf.Struct"
            | "google.protobuf.Value"
            | "google.protobuf.ListValue"
            | "google.protobuf.Any" => How::Json,
            "google.protobuf.DoubleValue"
            | "google.protobuf.FloatValue"
            | "google.protobuf.Int64Value"
            | "google.protobuf.UInt64Value"
            | "google.protobuf.Int32Value"
            | "google.protobuf.UInt32Value"
            | "google.protobuf.BoolValue"
            | "google.protobuf.StringValue"
            | "google.protobuf.BytesValue" => match message.fields().next() {
                Some(value) => How::Wrapper(Box::new(self.field(&value)?)),
                None => self.structure(message)?,
            },
            "confluent.type.Decimal" => self.decimal(params)?,
            _ => self.structure(message)?,
        })
    }

    fn decimal(&self, params: &Meta) -> Result<How, UnusableSchema> {
        let precision = params.param("precision");
        let Some(scale) = params.param("scale").or(precision.map(|_| "0")) else {
            return Ok(How::DecimalText);
        };
        let kind = connect::decimal(Some(scale), precision).map_err(|says| self.unusable(&says))?;
        let JsonKind::Decimal { precision, scale, .. } = kind else { unreachable!("decimals are decimals") };
        Ok(How::Decimal { precision, scale })
    }

    fn json_or(&self, says: &str) -> Result<How, UnusableSchema> {
        match self.options.recursion {
            Recursion::Json => Ok(How::Json),
            Recursion::Quarantine => Err(self.unusable(&format!(
                "{says}: no columns can hold it; `recursive.types=json` makes it a column of JSON text"
            ))),
        }
    }

    fn unusable(&self, says: &str) -> UnusableSchema {
        if self.path.is_empty() {
            return UnusableSchema(format!("value {says}"));
        }
        UnusableSchema(format!("field `{}` {says}", self.path.join(".")))
    }
}

/// What `confluent.field_meta` says of a field.
#[derive(Debug, Default)]
struct Meta {
    doc: Option<String>,
    params: HashMap<String, String>,
}

impl Meta {
    fn of(descriptor: &FieldDescriptor) -> Self {
        let extension = descriptor.parent_pool().get_extension_by_name("confluent.field_meta");
        let options = descriptor.options();
        let Some(extension) = extension.filter(|extension| options.has_extension(extension)) else {
            return Self::default();
        };
        let value = options.get_extension(&extension);
        let Some(message) = value.as_message() else { return Self::default() };
        let doc = message.get_field_by_name("doc");
        let doc = doc.and_then(|doc| Some(doc.as_str()?.to_owned())).filter(|doc| !doc.is_empty());
        let mut params = HashMap::new();
        if let Some(Value::Map(entries)) = message.get_field_by_name("params").as_deref() {
            for (key, value) in entries {
                if let (Some(key), Some(value)) = (key.as_str(), value.as_str()) {
                    params.insert(key.to_owned(), value.to_owned());
                }
            }
        }
        Self { doc, params }
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }
}

/// A message's fields as its text has them; the descriptor sorts them by number.
fn in_written_order(message: &MessageDescriptor) -> Vec<FieldDescriptor> {
    let fields = message.descriptor_proto().field.iter();
    fields.filter_map(|field| message.get_field_by_name(field.name())).collect()
}
