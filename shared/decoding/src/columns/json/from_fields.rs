//! JSON values by columns that are known already, as those of an Avro schema are.
//!
//! Records are objects, enums and texts are texts, bytes are base64; a union is its bare value; decimals are numbers
//! or texts of digits; dates and times are texts of ISO 8601 or numbers in the column's unit.

use super::node::{BytesForm, DecimalForm, Kind, MapForm, Member, Node, Object, TemporalForm};
use super::{cells, raw::Raw};
use crate::columns::UnusableSchema;
use crate::columns::build::{Cell, decimal};
use crate::columns::meta;
use arrow_schema::{DataType, Field, Fields};
use std::borrow::Cow;

/// A record of these fields.
pub(in crate::columns) fn record(fields: &Fields) -> Result<Node, UnusableSchema> {
    Ok(Node::new(Kind::Struct(Object::new(members(fields)?))))
}

fn members(fields: &Fields) -> Result<Vec<Member>, UnusableSchema> {
    fields.iter().map(|field| Ok(Member { name: field.name().clone(), node: node(field)? })).collect()
}

fn node(field: &Field) -> Result<Node, UnusableSchema> {
    let mut node = Node::new(kind(field)?);
    node.nullable = field.is_nullable();
    if let Some(text) = field.metadata().get(meta::DEFAULT) {
        let default = Raw::parse(text.as_bytes()).ok().and_then(|raw| default(&node, raw));
        node.default = Some(default.ok_or_else(|| {
            UnusableSchema(format!("default of field `{}` is not of its type", field.name()))
        })?);
    }
    Ok(node)
}

fn kind(field: &Field) -> Result<Kind, UnusableSchema> {
    let logical = field.metadata().get(meta::LOGICAL).map(String::as_str);
    let form = TemporalForm::Both;
    Ok(match field.data_type() {
        DataType::Null => Kind::Null,
        DataType::Boolean => Kind::Boolean,
        DataType::Int32 => Kind::Whole(32),
        DataType::Int64 => Kind::Whole(64),
        DataType::Float32 => Kind::Float32,
        DataType::Float64 => Kind::Float64,
        DataType::Utf8 if logical == Some(meta::LOGICAL_ENUM) => {
            let symbols = field.metadata().get(meta::SYMBOLS);
            Kind::Enum(symbols.and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default())
        }
        // Either a type that contains itself, which is no text, or a text of JSON by its Connect name.
        DataType::Utf8 if logical == Some(meta::LOGICAL_JSON) => Kind::JsonOrInText,
        DataType::Utf8 => Kind::Text,
        DataType::Binary => Kind::Bytes(BytesForm::Any),
        DataType::FixedSizeBinary(16) if logical == Some(meta::LOGICAL_UUID) => Kind::Uuid,
        DataType::FixedSizeBinary(12) if logical == Some(meta::LOGICAL_INTERVAL) => {
            Kind::Bytes(BytesForm::Interval)
        }
        DataType::FixedSizeBinary(width) => Kind::Bytes(BytesForm::Fixed(*width)),
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            Kind::Decimal { precision: *precision, scale: *scale, form: DecimalForm::Digits }
        }
        DataType::Date32 => Kind::Date(form),
        DataType::Time32(unit) | DataType::Time64(unit) => Kind::Time(*unit, form),
        DataType::Timestamp(unit, zone) => Kind::Timestamp { unit: *unit, utc: zone.is_some(), form },
        DataType::List(item) => Kind::List(Box::new(node(item)?)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                Kind::Map(MapForm::Object, Box::new(node(&fields[1])?))
            }
            _ => return Err(unknown(field)),
        },
        DataType::Struct(fields) if logical == Some(meta::LOGICAL_UNION) => Kind::Union(members(fields)?),
        DataType::Struct(fields) => Kind::Struct(Object::new(members(fields)?)),
        _ => return Err(unknown(field)),
    })
}

fn unknown(field: &Field) -> UnusableSchema {
    UnusableSchema(format!(
        "field `{}` has the type {}, which no JSON is read into",
        field.name(),
        field.data_type()
    ))
}

/// The cell of an Avro default, which is JSON of its own kind: bytes are texts of the characters U+0000 to U+00FF.
fn default(node: &Node, raw: Raw<'_>) -> Option<Cell<'static>> {
    let latin1 = || -> Option<Vec<u8>> {
        raw.as_str()
            .starts_with('"')
            .then(|| raw.text().ok())??
            .chars()
            .map(|it| u8::try_from(it).ok())
            .collect()
    };
    match &node.kind {
        _ if raw.is_null() => node.nullable.then_some(Cell::Null),
        Kind::Bytes(form) => {
            let bytes = latin1()?;
            let fits = match form {
                BytesForm::Any => true,
                BytesForm::Fixed(width) => usize::try_from(*width) == Ok(bytes.len()),
                BytesForm::Interval => bytes.len() == 12,
            };
            fits.then_some(Cell::Bytes(Cow::Owned(bytes)))
        }
        Kind::Decimal { precision, .. } if raw.as_str().starts_with('"') => {
            let unscaled = decimal::from_bytes(&latin1()?)?;
            decimal::fits(unscaled, *precision).then_some(Cell::Decimal(unscaled))
        }
        Kind::Struct(object) if raw.as_str().starts_with('{') => {
            let given = raw.members();
            let cells = object.members.iter().map(|member| {
                let value = given.iter().rev().find(|(name, _)| *name.0 == *member.name.as_bytes());
                match value {
                    Some((_, raw)) => default(&member.node, *raw),
                    None => member.node.default.clone(),
                }
            });
            Some(Cell::Struct(cells.collect::<Option<_>>()?))
        }
        Kind::List(item) if raw.as_str().starts_with('[') => {
            let cells = raw.elements().into_iter().map(|raw| default(item, raw));
            Some(Cell::List(cells.collect::<Option<_>>()?))
        }
        Kind::Map(_, value) if raw.as_str().starts_with('{') => {
            let entries = raw.members().into_iter().map(|(name, raw)| {
                Some((Cow::Owned(name.into_text().ok()?.into_owned()), default(value, raw)?))
            });
            Some(Cell::Map(entries.collect::<Option<_>>()?))
        }
        Kind::Union(branches) => branches.iter().enumerate().find_map(|(index, branch)| {
            let cell = default(&branch.node, raw)?;
            Some(Cell::Branch(index, Box::new(cell)))
        }),
        _ => Some(cells::cell(node, raw).ok()?.into_owned()),
    }
}
