//! What is produced, and how what was delivered is read.

use super::*;
use apache_avro::{Schema, from_avro_datum};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array as _, ArrayRef, BinaryArray, Date32Array, Decimal128Array, Int32Array, Int64Array, ListArray,
    RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray,
};
use arrow_schema::Field;
use parquet::arrow::ArrowWriter;
use std::collections::BTreeSet;
use std::sync::Arc;

async fn lake(changes: u32) -> DataLake {
    DataLake::start(changes).await.unwrap()
}

#[tokio::test]
async fn the_changes_are_the_same_every_time() {
    let (first, second) = (lake(1000).await, lake(1000).await);
    assert_eq!(first.changes.len(), 1000);
    assert_eq!(first.changes[0].timestamp_ms, START_MS);
    assert!(first.changes.iter().zip(&second.changes).all(|(a, b)| a.value == b.value));
}

#[tokio::test]
async fn every_change_is_avro_with_the_id_of_its_schema() {
    let schemas = schema::TEXTS.map(|text| Schema::parse_str(text).unwrap());
    let mut ids = Vec::new();
    for change in lake(1000).await.records() {
        assert!((0..6).contains(&change.partition));
        let Some(value) = &change.value else { continue };
        assert_eq!(value[..4], [0, 0, 0, 0]);
        let mut datum = &value[5..];
        from_avro_datum(&schemas[usize::from(value[4]) - 1], &mut datum, None).unwrap();
        assert_eq!(datum, b"");
        ids.push(value[4]);
    }
    let of_the_second = |ids: &[u8]| ids.iter().filter(|id| **id == 2).count();
    let (early, late) = (of_the_second(&ids[..100]), of_the_second(&ids[ids.len() - 100..]));
    assert!(early < 30 && late > 70, "the new version comes slowly: {early}, then {late} of 100");
    let switches = ids.windows(2).filter(|ids| ids[0] != ids[1]).count();
    assert!(switches > 10, "both versions are in use for a while: {switches}");
}

#[tokio::test]
async fn deletions_are_followed_by_tombstones_and_hours_pass() {
    let lake = lake(1000).await;
    let pairs = lake.changes.windows(2).zip(lake.columns.windows(2));
    let tombstones: Vec<_> = pairs.filter(|(changes, _)| changes[1].value.is_none()).collect();
    assert!(tombstones.len() > 20, "{}", tombstones.len());
    for (changes, columns) in tombstones {
        assert_eq!(changes[0].key, changes[1].key);
        assert!(columns[0].ends_with("__deleted: true}"), "{}", columns[0]);
        assert_eq!(columns[1], rows::TOMBSTONE);
    }
    let hours: BTreeSet<_> = lake.changes.iter().map(|change| change.timestamp_ms / 3_600_000).collect();
    assert_eq!(hours.len(), 4);
}

#[tokio::test]
async fn a_few_changes_are_enough() {
    for changes in [1, 2, 7] {
        assert_eq!(lake(changes).await.records().len(), changes as usize);
    }
}

/// Two rows of `t-3`, at the offsets 40 and 41, with these columns beside their places.
fn object(columns: Vec<(&str, ArrayRef)>) -> Bytes {
    let field = |name: &str, column: &ArrayRef| Arc::new(Field::new(name, column.data_type().clone(), true));
    let member = |name: &str, column: ArrayRef| (field(name, &column), column);
    let place = StructArray::from(vec![
        member("topic", Arc::new(StringArray::from(vec!["t", "t"]))),
        member("partition", Arc::new(Int32Array::from(vec![3, 3]))),
        member("offset", Arc::new(Int64Array::from(vec![40, 41]))),
        member("timestamp", Arc::new(TimestampMillisecondArray::from(vec![0, 1]).with_timezone("UTC"))),
        member("key", Arc::new(BinaryArray::from(vec![b"7".as_slice(), b"8".as_slice()]))),
    ]);
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns.chain([(
        "_kafka",
        Arc::new(place) as ArrayRef,
        false,
    )]));
    let batch = batch.unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap().into()
}

#[track_caller]
fn check(columns: Vec<(&str, ArrayRef)>, expected: [&str; 2]) {
    let rows = rows::read(&object(columns)).unwrap();
    let rows: Vec<_> = rows.iter().map(|row| str::from_utf8(row).unwrap()).collect();
    let places = ["t-3@40 1970-01-01T00:00:00Z 7 = ", "t-3@41 1970-01-01T00:00:00.001Z 8 = "];
    let expected: Vec<_> = places.iter().zip(expected).map(|(place, row)| format!("{place}{row}")).collect();
    assert_eq!(rows, expected);
}

#[test]
fn rows_are_read_with_their_places() {
    let id = || Arc::new(Int64Array::from(vec![Some(10_001), None])) as ArrayRef;
    let channel = Arc::new(StringArray::from(vec![Some("app"), None]));
    check(vec![("order_id", id()), ("channel", channel)], ["{order_id: 10001, channel: app}", "{}"]);
    // An object of the first version: a tombstone has no default either.
    check(vec![("order_id", id())], ["{order_id: 10001, channel: web}", "{}"]);
    check(Vec::new(), ["{}", "{}"]);
}

#[test]
fn cells_of_every_type_are_read() {
    let total = Decimal128Array::from(vec![12_990, -5]).with_precision_and_scale(10, 2).unwrap();
    let placed_at = TimestampMillisecondArray::from(vec![START_MS, 1]).with_timezone("UTC");
    let updated_at = TimestampMicrosecondArray::from(vec![START_MS * 1000 + 1, 0]);
    let ship_on = Date32Array::from(vec![Some(20_405), None]);
    let items = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), Some(vec![])]);
    check(
        vec![
            ("total", Arc::new(total)),
            ("items", Arc::new(items)),
            ("placed_at", Arc::new(placed_at)),
            ("updated_at", Arc::new(updated_at)),
            ("ship_on", Arc::new(ship_on)),
            ("channel", Arc::new(StringArray::from(vec!["web", "web"]))),
        ],
        [
            "{total: 129.90, items: [1, null], placed_at: 2025-11-11T10:17:00Z, \
             updated_at: 2025-11-11T10:17:00.000001, ship_on: 2025-11-13, channel: web}",
            "{total: -0.05, items: [], placed_at: 1970-01-01T00:00:00.001Z, \
             updated_at: 1970-01-01T00:00:00, channel: web}",
        ],
    );
}

#[test]
fn what_is_no_object_of_orders_is_told() {
    #[track_caller]
    fn check(object: &Bytes, expected: &str) {
        assert_eq!(rows::read(object).unwrap_err().to_string(), expected);
    }
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    check(&object(vec![("price", ids)]), "nobody asked for the column price");
    let batch = RecordBatch::try_from_iter([("order_id", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]);
    let batch = batch.unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    check(&writer.into_inner().unwrap().into(), "the column _kafka is missing");
    assert!(rows::read(&Bytes::from_static(b"{}\n")).is_err());
}

#[test]
fn an_object_is_shown_with_its_schema_and_a_line_for_each_column() {
    let customers = StringArray::from(vec![Some("zoë"), Some("a name of more than 26 characters")]);
    let lines = table::show(&object(vec![("customer", Arc::new(customers))])).unwrap();
    assert_eq!(lines[..2], ["message arrow_schema {", "  OPTIONAL BYTE_ARRAY customer (STRING);"]);
    let at = lines.iter().position(|line| line.starts_with("customer")).unwrap();
    assert_eq!(
        lines[at..],
        [
            "customer          zoë                   a name of more than 26 ch…",
            "_kafka.topic      t                     t",
            "_kafka.partition  3                     3",
            "_kafka.offset     40                    41",
            "_kafka.timestamp  1970-01-01T00:00:00Z  1970-01-01T00:00:00.001Z",
            "_kafka.key        7                     8",
            "… of 2 rows",
        ]
    );
}
