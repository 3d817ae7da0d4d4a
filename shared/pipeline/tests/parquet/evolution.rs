//! Several versions of a schema in one batch.

use super::{Lake, OTHER, V1, V2, V3, framed, record};
use apache_avro::types::Value;
use record::event::NewRecord;
use serde_json::{Value as Json, json};

fn id(id: i64) -> (String, Value) {
    ("id".to_owned(), Value::Long(id))
}

fn note(text: Option<&str>) -> (String, Value) {
    let value = text.map_or(Value::Union(0, Box::new(Value::Null)), |text| {
        Value::Union(1, Box::new(Value::String(text.to_owned())))
    });
    ("note".to_owned(), value)
}

/// Values of the three versions, one after the other.
fn interleaved() -> Vec<Vec<u8>> {
    (0..6_i64)
        .map(|offset| match offset % 3 {
            0 => framed(1, V1, Value::Record(vec![id(offset)])),
            1 => framed(2, V2, Value::Record(vec![id(offset), note(Some("x"))])),
            _ => {
                let price = ("price".to_owned(), Value::Int(9));
                framed(3, V3, Value::Record(vec![id(offset), price, note(None)]))
            }
        })
        .collect()
}

fn records(values: &[Vec<u8>]) -> Vec<NewRecord<'_>> {
    (0..).zip(values).map(|(offset, value)| record(offset, Some(value))).collect()
}

#[track_caller]
fn check(mode: &str, schemas: &[&str], values: &[Vec<u8>], expected: &[(i64, Json)]) {
    let lake = Lake::new(&[("SCHEMA_COMPATIBILITY", mode), ("PARQUET_CODEC", "none")], schemas);
    let records = records(values);
    let report = lake.deliver(&records);
    assert_eq!((report.data.records, report.rejected.len()), (values.len() as u64, 0));
    let key = |offset: &i64| format!("topics/orders/partition=3/orders+3+{offset:010}.parquet");
    let rows: Vec<(String, Json)> =
        lake.rows().into_iter().map(|(key, rows)| (key, Json::Array(rows))).collect();
    let expected: Vec<(String, Json)> =
        expected.iter().map(|(offset, rows)| (key(offset), rows.clone())).collect();
    assert_eq!(rows, expected);

    let again = lake.deliver(&records);
    assert_eq!((again.data.objects, again.data.redelivered), (0, values.len() as u64));
}

#[test]
fn under_none_each_schema_has_an_object_however_versions_interleave() {
    let expected = [
        (0, json!([{"id":0},{"id":3}])),
        (1, json!([{"id":1,"note":"x"},{"id":4,"note":"x"}])),
        (2, json!([{"id":2,"price":9,"note":null},{"id":5,"price":9,"note":null}])),
    ];
    check("NONE", &[V1, V2, V3], &interleaved(), &expected);
}

#[test]
fn under_backward_and_full_rows_take_the_newest_schema() {
    let expected = json!([
        {"id":0,"price":7,"note":null},
        {"id":1,"price":7,"note":"x"},
        {"id":2,"price":9,"note":null},
        {"id":3,"price":7,"note":null},
        {"id":4,"price":7,"note":"x"},
        {"id":5,"price":9,"note":null},
    ]);
    for mode in ["BACKWARD", "FULL"] {
        check(mode, &[V1, V2, V3], &interleaved(), &[(0, expected.clone())]);
    }
}

#[test]
fn under_forward_rows_take_the_oldest_schema() {
    let expected = json!([{"id":0},{"id":1},{"id":2},{"id":3},{"id":4},{"id":5}]);
    check("FORWARD", &[V1, V2, V3], &interleaved(), &[(0, expected)]);
}

#[test]
fn versions_that_do_not_resolve_end_an_object_and_lose_nothing() {
    let value = |offset: i64, id: u32, schema: &str, value: Value| {
        (offset, framed(id, schema, Value::Record(vec![("id".to_owned(), value)])))
    };
    let values: Vec<Vec<u8>> = [
        value(0, 1, V1, Value::Long(0)),
        value(1, 1, V1, Value::Long(1)),
        value(2, 2, OTHER, Value::String("2".to_owned())),
        value(3, 1, V1, Value::Long(3)),
    ]
    .into_iter()
    .map(|(_, value)| value)
    .collect();
    let expected = [(0, json!([{"id":0},{"id":1}])), (2, json!([{"id":"2"}])), (3, json!([{"id":3}]))];
    for mode in ["BACKWARD", "FORWARD", "FULL"] {
        check(mode, &[V1, OTHER], &values, &expected);
    }
}

#[test]
fn a_batch_that_ends_earlier_or_later_changes_nothing_of_that() {
    for mode in ["NONE", "BACKWARD", "FORWARD"] {
        let lake = Lake::new(&[("SCHEMA_COMPATIBILITY", mode), ("PARQUET_CODEC", "none")], &[V1, V2, V3]);
        let values = interleaved();
        let records = records(&values);
        for range in [0..4, 0..2, 0..6, 3..6] {
            lake.deliver(&records[range]);
        }
        let mut ids: Vec<i64> =
            lake.rows().into_values().flatten().map(|row| row["id"].as_i64().expect("an id")).collect();
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2, 3, 4, 5], "{mode}");
    }
}
