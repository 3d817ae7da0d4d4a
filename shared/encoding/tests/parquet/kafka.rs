//! Kafka's metadata as a column, and tombstones.

use crate::support::{batch_of, message, read_texts, record, rows, table, writer};
use arrow_array::{Int32Array, StringArray, StructArray};
use arrow_schema::{DataType, Field};
use decoding::columns::Table;
use encoding::parquet::{Compatibility, Parquet, ParquetOptions};
use encoding::{Encode as _, KafkaMetadata};
use record::TimestampType;
use record::event::NewRecord;
use std::sync::Arc;

fn with_metadata() -> Parquet {
    Parquet::new(ParquetOptions { kafka_metadata: KafkaMetadata::Columns, ..ParquetOptions::default() })
}

fn one_row() -> Arc<Table> {
    let inner = Field::new("x", DataType::Utf8, false);
    let inner_column = Arc::new(StringArray::from(vec!["y"]));
    let record = StructArray::from(vec![(Arc::new(inner), inner_column as _)]);
    let columns = vec![
        (Field::new("n", DataType::Int32, false), Arc::new(Int32Array::from(vec![7])) as _),
        (Field::new("r", arrow_array::Array::data_type(&record).clone(), false), Arc::new(record) as _),
    ];
    table(writer("1"), columns)
}

#[test]
fn each_row_tells_what_kafka_knows_of_its_record() {
    let batch = batch_of(&[
        NewRecord {
            key: Some(b"\x00\xff"),
            headers: vec![("x", Some(b"1")), ("x", None), ("", Some(b""))],
            ..record(100)
        },
        NewRecord {
            timestamp_ms: -1,
            timestamp_type: TimestampType::NoTimestampType,
            key: Some(b""),
            ..record(101)
        },
        NewRecord { timestamp_ms: -2, timestamp_type: TimestampType::LogAppendTime, ..record(107) },
    ]);
    let table = one_row();
    let rows = rows(&batch, &[Some((&table, 0)), Some((&table, 0)), Some((&table, 0))]);
    let object = with_metadata().encode(&rows, 0..3, "100-101,107").unwrap();
    let expected = [
        "{topic: cdc, partition: 3, offset: 100, timestamp: 1705314600100, timestamp_type: CREATE_TIME, \
         key: 00ff, headers: [{name: x, value: 31}, {name: x, value: <null>}, {name: , value: }]}",
        "{topic: cdc, partition: 3, offset: 101, timestamp: <null>, timestamp_type: NO_TIMESTAMP_TYPE, key: , \
         headers: []}",
        "{topic: cdc, partition: 3, offset: 107, timestamp: -2, \
         timestamp_type: LOG_APPEND_TIME, key: <null>, headers: []}",
    ];
    assert_eq!(read_texts(&object)[2], expected);
}

#[test]
fn a_tombstone_among_rows_is_null_in_every_column_but_kafkas() {
    let batch = batch_of(&[record(100), NewRecord { value: None, ..record(101) }, record(102)]);
    let table = one_row();
    let rows = rows(&batch, &[Some((&table, 0)), None, Some((&table, 0))]);
    let object = with_metadata().encode(&rows, 0..3, "100-102").unwrap();
    let texts = read_texts(&object);
    assert_eq!(texts[0], ["7", "<null>", "7"]);
    assert_eq!(texts[1], ["{x: y}", "<null>", "{x: y}"]);
    assert!(texts[2][1].starts_with("{topic: cdc, partition: 3, offset: 101, "));
    assert!(message(&object).starts_with(
        "message schema {\n  OPTIONAL INT32 n;\n  OPTIONAL group r {\n    REQUIRED BYTE_ARRAY x (STRING);\n  }\n"
    ));
    // Where there is none, what the value requires is required.
    let object = with_metadata().encode(&rows, 2..3, "102").unwrap();
    assert!(message(&object).starts_with("message schema {\n  REQUIRED INT32 n;\n"));
}

#[test]
fn a_tombstone_among_rows_needs_no_metadata() {
    let batch = batch_of(&[NewRecord { value: None, ..record(100) }, record(101)]);
    let table = one_row();
    let rows = rows(&batch, &[None, Some((&table, 0))]);
    let object = Parquet::new(ParquetOptions::default()).encode(&rows, 0..2, "100-101").unwrap();
    assert_eq!(read_texts(&object), [["<null>", "7"], ["<null>", "{x: y}"]]);
}

#[test]
fn tombstones_alone_have_kafkas_column_alone() {
    let batch = batch_of(&[NewRecord { value: None, key: Some(b"k"), ..record(100) }]);
    let rows = rows(&batch, &[None]);
    for compatibility in [Compatibility::None, Compatibility::Backward] {
        let kafka_metadata = KafkaMetadata::Columns;
        let parquet =
            Parquet::new(ParquetOptions { compatibility, kafka_metadata, ..ParquetOptions::default() });
        assert_eq!(parquet.together(&rows), 1);
        let object = parquet.encode(&rows, 0..1, "100").unwrap();
        assert_eq!(read_texts(&object).len(), 1);
        assert!(message(&object).starts_with("message schema {\n  REQUIRED group _kafka {\n"));
        let marker = parquet.encode(&rows, 0..0, "101").unwrap();
        assert_eq!(message(&marker), message(&object));
    }
}

#[test]
fn tombstones_alone_without_metadata_are_an_error() {
    let batch = batch_of(&[NewRecord { value: None, ..record(100) }]);
    let rows = rows(&batch, &[None]);
    let error = Parquet::new(ParquetOptions::default()).encode(&rows, 0..1, "100").unwrap_err();
    assert_eq!(error.to_string(), "rows have no column: tombstones alone need store.kafka.metadata=columns");
}
