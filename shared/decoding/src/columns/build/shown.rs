//! Columns and rows as texts that tests compare.

use crate::columns::{DecodeValues, DecodedValues, meta};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, Fields, TimeUnit};

/// Columns such as `id: i64, tags: [text]?, at: timestamp_us_utc?`.
pub(in crate::columns) fn columns(decoder: &dyn DecodeValues) -> String {
    members(decoder.schema().columns.fields().iter().map(|field| &**field))
}

/// One text for each payload: its row such as `{id: 1, tags: [a]}`, or what is wrong with it.
pub(in crate::columns) fn rows(decoder: &mut dyn DecodeValues, payloads: &[&[u8]]) -> Vec<String> {
    let decoded = decoder.decode(payloads);
    assert_eq!(decoded.rows.schema(), decoder.schema().columns);
    assert_eq!(decoded.of_payloads.len(), payloads.len());
    texts(&decoded)
}

fn texts(decoded: &DecodedValues) -> Vec<String> {
    let row = |outcome: &Result<usize, String>| match outcome {
        Ok(index) => row(&decoded.rows, *index),
        Err(message) => message.clone(),
    };
    decoded.of_payloads.iter().map(row).collect()
}

/// A row such as `{id: 1, tags: [a]}`.
pub(in crate::columns) fn row(rows: &RecordBatch, index: usize) -> String {
    structure(rows.schema().fields(), rows.columns(), index)
}

fn structure(fields: &Fields, columns: &[ArrayRef], index: usize) -> String {
    let cells = fields
        .iter()
        .zip(columns)
        .map(|(field, column)| format!("{}: {}", field.name(), cell(column, index)));
    format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
}

fn cell(array: &dyn Array, index: usize) -> String {
    if array.is_null(index) || array.data_type() == &DataType::Null {
        return "null".to_owned();
    }
    let all = |array: &dyn Array| (0..array.len()).map(|index| cell(array, index)).collect::<Vec<_>>();
    match array.data_type() {
        DataType::Struct(fields) => structure(fields, array.as_struct().columns(), index),
        DataType::List(_) => format!("[{}]", all(&array.as_list::<i32>().value(index)).join(", ")),
        DataType::Map(..) => {
            let entries = array.as_map().value(index);
            let (keys, values) = (all(entries.column(0)), all(entries.column(1)));
            let entries = keys.iter().zip(values).map(|(key, value)| format!("{key}: {value}"));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        // Arrow's own text needs a database of zones for "UTC".
        DataType::Timestamp(unit, Some(_)) => {
            let local =
                arrow_cast::cast(array, &DataType::Timestamp(*unit, None)).expect("zones can be dropped");
            format!("{}Z", cell(&local, index))
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array, &options).expect("columns can be shown");
            formatter.value(index).to_string()
        }
    }
}

fn members<'f>(fields: impl Iterator<Item = &'f Field>) -> String {
    fields.map(|field| format!("{}: {}", field.name(), column(field))).collect::<Vec<_>>().join(", ")
}

fn column(field: &Field) -> String {
    let logical = field.metadata().get(meta::LOGICAL).map(String::as_str);
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    };
    let name = match field.data_type() {
        DataType::Utf8 if logical == Some(meta::LOGICAL_ENUM) => {
            format!("enum{}", field.metadata()[meta::SYMBOLS])
        }
        DataType::Utf8 => logical.unwrap_or("text").to_owned(),
        DataType::FixedSizeBinary(width) => logical.map_or_else(|| format!("fixed{width}"), str::to_owned),
        DataType::Boolean => "bool".to_owned(),
        DataType::Int32 => "i32".to_owned(),
        DataType::Int64 => "i64".to_owned(),
        DataType::Float32 => "f32".to_owned(),
        DataType::Float64 => "f64".to_owned(),
        DataType::Binary => "bytes".to_owned(),
        DataType::Date32 => "date".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision}, {scale})"),
        DataType::Decimal256(precision, scale) => format!("wide_decimal({precision}, {scale})"),
        DataType::Time32(of) | DataType::Time64(of) => format!("time_{}", unit(of)),
        DataType::Timestamp(of, None) => format!("timestamp_{}", unit(of)),
        DataType::Timestamp(of, Some(zone)) => {
            format!("timestamp_{}_{}", unit(of), zone.to_ascii_lowercase())
        }
        DataType::List(item) => format!("[{}]", column(item)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => format!("map<{}>", column(&fields[1])),
            other => format!("{other}"),
        },
        DataType::Struct(fields) => {
            let fields = members(fields.iter().map(|field| &**field));
            if logical == Some(meta::LOGICAL_UNION) {
                format!("union{{{fields}}}")
            } else {
                format!("{{{fields}}}")
            }
        }
        other => format!("{other}"),
    };
    format!("{name}{}", if field.is_nullable() { "?" } else { "" })
}
