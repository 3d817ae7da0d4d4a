//! Debezium's changes as rows.

use super::{Lake, framed, record};
use apache_avro::types::Value;
use serde_json::json;

/// A value's schema as Debezium's converter to Avro registers it, of a table with these columns more.
fn envelope(more: &str) -> String {
    format!(
        r#"{{"type":"record","name":"Envelope","namespace":"shop.orders","fields":[
        {{"name":"before","type":["null",{{"type":"record","name":"Value","fields":[
            {{"name":"id","type":"int"}},
            {{"name":"at","type":{{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}}}}{more}]}}],
          "default":null}},
        {{"name":"after","type":["null","Value"],"default":null}},
        {{"name":"source","type":{{"type":"record","name":"Source","namespace":"io.debezium.connector.mysql","fields":[
            {{"name":"ts_ms","type":"long"}},
            {{"name":"db","type":"string"}},
            {{"name":"file","type":"string"}},
            {{"name":"pos","type":"long"}}]}}}},
        {{"name":"op","type":"string"}},
        {{"name":"ts_ms","type":["null","long"],"default":null}}]}}"#
    )
}

const HEARTBEAT: &str = r#"{"type":"record","name":"Heartbeat","namespace":"io.debezium.connector.common","fields":[
    {"name":"ts_ms","type":"long"}]}"#;

const UNWRAP: (&str, &str) = ("DEBEZIUM_UNWRAP", "after");

fn option(value: Option<Value>) -> Value {
    let index = u32::from(value.is_some());
    Value::Union(index, Box::new(value.unwrap_or(Value::Null)))
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn fields(fields: Vec<(&str, Value)>) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// 2024-02-29T23:59:59.999999Z, in microseconds.
const AT: i64 = 1_709_251_199_999_999;

fn row(id: i32) -> Value {
    fields(vec![("id", Value::Int(id)), ("at", Value::Long(AT))])
}

fn change(op: &str, before: Option<Value>, after: Option<Value>) -> Value {
    let source = vec![
        ("ts_ms", Value::Long(5)),
        ("db", text("shop")),
        ("file", text("binlog.000001")),
        ("pos", Value::Long(484)),
    ];
    fields(vec![
        ("before", option(before)),
        ("after", option(after)),
        ("source", fields(source)),
        ("op", text(op)),
        ("ts_ms", option(Some(Value::Long(7)))),
    ])
}

fn expected(id: Option<i32>, op: &str) -> serde_json::Value {
    json!({
        "id": id, "at": id.map(|_| "2024-02-29T23:59:59.999999"), "__op": op, "__ts_ms": 7, "__source_ts_ms": 5,
        "__source_db": "shop", "__source_file": "binlog.000001", "__source_pos": 484, "__deleted": op == "d",
    })
}

#[test]
fn a_change_is_a_row_and_a_heartbeat_stays_what_it_is() {
    let schema = envelope("");
    let lake = Lake::new(&[UNWRAP, ("BEHAVIOR_ON_NULL_VALUES", "ignore")], &[&schema, HEARTBEAT]);
    let values = [
        framed(1, &schema, change("r", None, Some(row(1)))),
        framed(1, &schema, change("u", Some(row(1)), Some(row(2)))),
        framed(1, &schema, change("d", Some(row(2)), None)),
        framed(1, &schema, change("t", None, None)),
        framed(2, HEARTBEAT, fields(vec![("ts_ms", Value::Long(9))])),
    ];
    let mut records: Vec<_> = (0..).zip(&values).map(|(offset, value)| record(offset, Some(value))).collect();
    // Behind the delete, as Debezium sends it.
    records.push(record(5, None));
    let report = lake.deliver(&records);
    assert_eq!((report.data.records, report.quarantine.records, report.ignored), (5, 0, 1));
    let rows: Vec<_> = lake.rows().into_values().collect();
    let changes =
        vec![expected(Some(1), "r"), expected(Some(2), "u"), expected(Some(2), "d"), expected(None, "t")];
    assert_eq!(rows, [changes, vec![json!({ "ts_ms": 9 })]]);
}

#[test]
fn an_envelope_stays_one_by_default() {
    let schema = envelope("");
    let lake = Lake::new(&[], &[&schema]);
    lake.deliver(&[record(0, Some(&framed(1, &schema, change("c", None, Some(row(1))))))]);
    let rows: Vec<_> = lake.rows().into_values().flatten().collect();
    assert_eq!(rows[0]["after"]["id"], 1);
    assert_eq!(rows[0]["op"], "c");
}

#[test]
fn the_row_tells_the_place() {
    let schema = envelope("");
    let vars = [
        UNWRAP,
        ("PARTITIONER_CLASS", "FieldPartitioner,DailyPartitioner"),
        ("PARTITION_FIELD_NAME", "id,__op"),
        ("TIMESTAMP_EXTRACTOR", "RecordField"),
        ("TIMESTAMP_FIELD", "at"),
    ];
    let lake = Lake::new(&vars, &[&schema]);
    lake.deliver(&[record(7, Some(&framed(1, &schema, change("d", Some(row(3)), None))))]);
    let keys: Vec<_> = lake.objects().into_keys().collect();
    let key = "topics/orders/id=3/__op=d/year=2024/month=02/day=29/orders+3+0000000007.snappy.parquet";
    assert_eq!(keys, [key]);
}

#[test]
fn versions_of_a_row_resolve_to_one_even_where_a_column_without_a_default_is_new() {
    let (old, new) = (envelope(""), envelope(r#",{"name":"price","type":"int"}"#));
    let lake = Lake::new(&[UNWRAP, ("SCHEMA_COMPATIBILITY", "BACKWARD")], &[&old, &new]);
    let with_price = fields(vec![("id", Value::Int(2)), ("at", Value::Long(AT)), ("price", Value::Int(30))]);
    let values = [
        framed(1, &old, change("c", None, Some(row(1)))),
        framed(2, &new, change("c", None, Some(with_price))),
    ];
    lake.deliver(&[record(0, Some(&values[0])), record(1, Some(&values[1]))]);
    let rows: Vec<_> = lake.rows().into_values().collect();
    assert_eq!(rows.len(), 1);
    let prices: Vec<_> = rows[0].iter().map(|row| row["price"].clone()).collect();
    assert_eq!(prices, [json!(null), json!(30)]);
}

#[test]
fn a_row_that_takes_a_name_goes_to_quarantine() {
    let schema = envelope(r#",{"name":"__deleted","type":"boolean"}"#);
    let row =
        fields(vec![("id", Value::Int(2)), ("at", Value::Long(AT)), ("__deleted", Value::Boolean(true))]);
    let lake = Lake::new(&[UNWRAP], &[&schema]);
    lake.deliver(&[record(0, Some(&framed(1, &schema, change("c", None, Some(row)))))]);
    let message = "schema 1: row has a column __deleted, which debezium.unwrap=after takes".to_owned();
    assert_eq!(lake.quarantine(), [(0, "unusable_schema".to_owned(), message)]);
}
