//! What an object tells beside its rows.

use crate::support::{batch, encode, message, metadata, read, record, rows, table, writer};
use arrow_array::{Array as _, Int32Array, StringArray};
use arrow_schema::{DataType, Field};
use decoding::columns::{Table, Writer};
use encoding::Encode as _;
use encoding::parquet::{Parquet, ParquetOptions};
use std::sync::Arc;

fn numbers(writer: Writer, numbers: &[i32]) -> Arc<Table> {
    let column = Arc::new(Int32Array::from(numbers.to_vec()));
    table(writer, vec![(Field::new("n", DataType::Int32, false), column)])
}

/// What an object tells of itself, in its order.
fn key_values(object: &[u8]) -> Vec<(String, String)> {
    let metadata = metadata(object);
    let key_values = metadata.file_metadata().key_value_metadata().unwrap();
    key_values.iter().map(|it| (it.key.clone(), it.value.clone().unwrap())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn an_object_tells_where_its_rows_come_from() {
    let table = numbers(writer("7"), &[1, 2, 3]);
    let batch = batch(3);
    let rows = rows(&batch, &[Some((&table, 0)), Some((&table, 1)), Some((&table, 2))]);
    let parquet = Parquet::new(ParquetOptions::default());
    let object = parquet.encode(&rows, 1..3, "101-102").unwrap();
    let expected = pairs(&[
        ("landfall.topic", "cdc"),
        ("landfall.partition", "3"),
        ("landfall.coverage", "101-102"),
        ("landfall.schema.id", "7"),
        ("landfall.schema.fingerprint", "xxh3:7"),
    ]);
    assert_eq!(key_values(&object), expected);
    assert_eq!(metadata(&object).file_metadata().created_by(), Some("landfall version 0.1.0"));
    assert_eq!(parquet.content_type(), "application/vnd.apache.parquet");
    assert_eq!(parquet.content_encoding(), None);
}

#[test]
fn several_writers_are_listed_once_each_by_ascending_ids() {
    let tables: Vec<_> = ["10", "9", "zz", "aa", "10"].iter().map(|id| numbers(writer(id), &[1])).collect();
    let batch = batch(5);
    let rows = rows(&batch, &tables.iter().map(|table| Some((table, 0))).collect::<Vec<_>>());
    let object = Parquet::new(ParquetOptions::default()).encode(&rows, 0..5, "100-104").unwrap();
    let expected = pairs(&[
        ("landfall.schema.id", "9,10,aa,zz"),
        ("landfall.schema.fingerprint", "xxh3:9,xxh3:10,xxh3:aa,xxh3:zz"),
    ]);
    assert_eq!(key_values(&object)[3..], expected);
}

#[test]
fn a_schema_that_no_registry_knows_has_no_id() {
    let declared = Writer { fingerprint: "xxh3:1".to_owned(), ..Writer::default() };
    let object = encode(ParquetOptions::default(), &numbers(declared, &[1])).unwrap();
    assert_eq!(key_values(&object)[3..], pairs(&[("landfall.schema.fingerprint", "xxh3:1")]));
}

#[test]
fn a_marker_has_the_groups_schema_and_no_row() {
    let table = numbers(writer("7"), &[1, 2]);
    let batch = batch(2);
    let rows = rows(&batch, &[Some((&table, 0)), Some((&table, 1))]);
    let parquet = Parquet::new(ParquetOptions::default());
    let marker = parquet.encode(&rows, 0..0, "102-110").unwrap();
    assert_eq!(message(&marker), "message schema {\n  REQUIRED INT32 n;\n}\n");
    assert_eq!(metadata(&marker).num_row_groups(), 0);
    assert_eq!(metadata(&marker).file_metadata().num_rows(), 0);
    assert_eq!(read(&marker).len(), 0);
    let with_rows = key_values(&parquet.encode(&rows, 0..2, "102-110").unwrap());
    assert_eq!(key_values(&marker), with_rows);
}

#[test]
fn an_object_has_one_row_group_whatever_its_size() {
    let count = 1_200_000;
    let table = numbers(writer("1"), &Vec::from_iter(0..count));
    let record = record(0);
    let batch = crate::support::batch_of(&[record]);
    let row = |index| {
        decoding::columns::TableRow::new(batch.records().next().unwrap(), Arc::clone(&table), index, 0)
    };
    let rows: Vec<_> = (0..count as usize).map(row).collect();
    let object = Parquet::new(ParquetOptions::default()).encode(&rows, 0..rows.len(), "0").unwrap();
    assert_eq!(metadata(&object).num_row_groups(), 1);
    assert_eq!(metadata(&object).row_group(0).num_rows(), i64::from(count));
}

#[test]
fn a_value_of_a_megabyte_comes_back() {
    let long = "é".repeat(500_000);
    let column = Arc::new(StringArray::from(vec![Some(long.as_str()), Some(""), None]));
    let table = table(writer("1"), vec![(Field::new("s", DataType::Utf8, true), column.clone())]);
    let object = encode(ParquetOptions::default(), &table).unwrap();
    assert_eq!(read(&object)[0].to_data(), column.to_data());
}
