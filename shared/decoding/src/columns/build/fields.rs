//! Arrow's types and fields, as all formats build them.

use crate::columns::meta;
use arrow_schema::{DataType, Field};
use std::collections::HashMap;
use std::sync::Arc;

/// Widest decimal that every reader knows, and the precision of decimals whose schema doesn't tell one.
pub(in crate::columns) const DEFAULT_PRECISION: u8 = 38;
/// Widest decimal that Arrow and Parquet hold here.
pub(in crate::columns) const MAX_PRECISION: u8 = 76;

pub(in crate::columns) fn list(item: Field) -> DataType {
    DataType::List(Arc::new(item.with_name(Field::LIST_FIELD_DEFAULT_NAME)))
}

pub(in crate::columns) fn map(value: Field) -> DataType {
    let key = Field::new(Field::MAP_KEY_FIELD_DEFAULT_NAME, DataType::Utf8, false);
    let value = value.with_name(Field::MAP_VALUE_FIELD_DEFAULT_NAME);
    let entries = DataType::Struct(vec![key, value].into());
    DataType::Map(Arc::new(Field::new(Field::MAP_ENTRIES_FIELD_DEFAULT_NAME, entries, false)), false)
}

pub(in crate::columns) fn decimal(precision: u8, scale: i8) -> DataType {
    if precision <= DEFAULT_PRECISION {
        DataType::Decimal128(precision, scale)
    } else {
        DataType::Decimal256(precision, scale)
    }
}

/// Metadata of a column with a `LOGICAL_…` meaning.
pub(in crate::columns) fn logical(meaning: &str) -> HashMap<String, String> {
    HashMap::from([(meta::LOGICAL.to_owned(), meaning.to_owned())])
}

/// Metadata of an enum.
pub(in crate::columns) fn symbols(symbols: &[String]) -> HashMap<String, String> {
    let mut metadata = logical(meta::LOGICAL_ENUM);
    let array = serde_json::to_string(symbols).expect("texts are JSON");
    metadata.insert(meta::SYMBOLS.to_owned(), array);
    metadata
}
