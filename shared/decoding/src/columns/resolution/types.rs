//! Which types are read as which.

use super::meta;
use super::plan::{Step, logical};
use arrow_schema::{DataType, Field, Fields, Metadata};
use std::collections::BTreeSet;

/// The branches of a union.
pub(super) fn is_union(field: &Field) -> Option<&Fields> {
    match (field.data_type(), logical(field)) {
        (DataType::Struct(branches), Some(meta::LOGICAL_UNION)) => Some(branches),
        _ => None,
    }
}

/// Checks that two named types, where both are, have one name; Avro compares them without their namespaces.
pub(super) fn check_names(writer: &Metadata, reader: &Metadata) -> Result<(), String> {
    let simple = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    match (writer.get(meta::NAME), reader.get(meta::NAME)) {
        (Some(writer), Some(reader)) if simple(writer) != simple(reader) => {
            Err(format!("is of the type {writer} in the writer's schema, and {reader} in the reader's"))
        }
        _ => Ok(()),
    }
}

/// What becomes of an enum's symbols; an error where the reader neither knows them all nor has a default.
pub(super) fn check_symbols(writer: &Field, reader: &Field) -> Result<Step, String> {
    let symbols = |field: &Field| -> BTreeSet<String> {
        let list = field.metadata().get(meta::SYMBOLS);
        list.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
    };
    let known = symbols(reader);
    let unknown = symbols(writer).into_iter().find(|symbol| !known.contains(symbol));
    match (unknown, reader.metadata().get(meta::ENUM_DEFAULT)) {
        (None, _) => Ok(Step::Keep),
        (Some(_), Some(default)) => Ok(Step::Symbols { known, default: default.clone() }),
        (Some(symbol), None) => Err(format!(
            "has the symbol {symbol} in the writer's schema, but not in the reader's, which has no default symbol"
        )),
    }
}

/// A type as sentences have it.
pub(super) fn describe(field: &Field) -> String {
    let plain = match field.data_type() {
        DataType::Struct(_) => "Struct".to_owned(),
        DataType::List(_) => "List".to_owned(),
        DataType::Map(..) => "Map".to_owned(),
        other => other.to_string(),
    };
    match logical(field) {
        Some(logical) => format!("{plain} ({logical})"),
        None => plain,
    }
}
