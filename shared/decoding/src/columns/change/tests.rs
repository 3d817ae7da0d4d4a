use super::*;
use crate::columns::build::shown;
use crate::columns::{ColumnOptions, EnvelopeDecoder};

/// Connect's schema of an envelope, as Debezium's is but for what plays no part.
fn schema(row: &str) -> String {
    let image = |name: &str| {
        format!(
            r#"{{"type":"struct","optional":true,"name":"shop.orders.Value","field":"{name}","fields":[{row}]}}"#
        )
    };
    format!(
        r#"{{"type":"struct","optional":false,"name":"shop.orders.Envelope","fields":[
            {},{},
            {{"type":"struct","optional":false,"name":"io.debezium.connector.mysql.Source","field":"source","fields":[
                {{"type":"string","optional":false,"field":"connector"}},
                {{"type":"int64","optional":false,"field":"ts_ms"}},
                {{"type":"string","optional":true,"field":"table"}},
                {{"type":"string","optional":false,"field":"file"}},
                {{"type":"int64","optional":false,"field":"pos"}}]}},
            {{"type":"string","optional":false,"field":"op"}},
            {{"type":"int64","optional":true,"field":"ts_ms"}}]}}"#,
        image("before"),
        image("after"),
    )
}

const ROW: &str = r#"{"type":"int32","optional":false,"field":"id"},
    {"type":"string","optional":true,"field":"note"},
    {"type":"string","optional":true,"name":"io.debezium.data.Json","field":"extra"}"#;

fn decoder(schema: &str, unwrap: Unwrap) -> Box<dyn DecodeValues> {
    let decoder = EnvelopeDecoder::new(schema, ColumnOptions::default()).expect("it makes columns");
    unwrapped(Box::new(decoder), unwrap).expect("no name is taken")
}

fn envelope(op: &str, before: &str, after: &str) -> String {
    let source = r#"{"connector":"mysql","ts_ms":5,"table":"orders","file":"binlog.000003","pos":484}"#;
    format!(r#"{{"before":{before},"after":{after},"source":{source},"op":"{op}","ts_ms":7}}"#)
}

/// The rows of values, all of one batch.
#[track_caller]
fn check(values: &[(&str, &str, &str)], rows: &[&str]) {
    let mut decoder = decoder(&schema(ROW), Unwrap::After);
    let values: Vec<String> = values.iter().map(|(op, before, after)| envelope(op, before, after)).collect();
    let values: Vec<&[u8]> = values.iter().map(String::as_bytes).collect();
    assert_eq!(shown::rows(&mut *decoder, &values), rows);
}

#[test]
fn columns_are_the_rows_and_those_beside_it() {
    let decoder = decoder(&schema(ROW), Unwrap::After);
    let columns = &decoder.schema().columns;
    let found: Vec<String> = columns
        .fields()
        .iter()
        .map(|it| format!("{}{} {}", it.name(), if it.is_nullable() { "?" } else { "" }, it.data_type()))
        .collect();
    assert_eq!(
        found,
        [
            "id? Int32",
            "note? Utf8",
            "extra? Utf8",
            "__op Utf8",
            "__ts_ms? Int64",
            "__source_ts_ms Int64",
            "__source_table? Utf8",
            "__source_file Utf8",
            "__source_pos Int64",
            "__deleted Boolean",
        ]
    );
    assert_eq!(columns.metadata().get(meta::NAME).map(String::as_str), Some("shop.orders.Value"));
    assert_eq!(columns.field(2).metadata().get(meta::LOGICAL).map(String::as_str), Some(meta::LOGICAL_JSON));
}

#[test]
fn a_row_is_the_image_after_a_change_or_else_before_it() {
    let beside = "__ts_ms: 7, __source_ts_ms: 5, __source_table: orders, __source_file: binlog.000003, __source_pos: 484";
    check(
        &[
            ("c", "null", r#"{"id":1,"note":"a"}"#),
            ("u", r#"{"id":1,"note":"a"}"#, r#"{"id":1,"note":null}"#),
            ("d", r#"{"id":1,"note":"z"}"#, "null"),
            ("r", "null", r#"{"id":2,"extra":"{}"}"#),
            ("t", "null", "null"),
            ("u", "null", r#"{"id":3,"extra":"__debezium_unavailable_value"}"#),
        ],
        &[
            &format!("{{id: 1, note: a, extra: null, __op: c, {beside}, __deleted: false}}"),
            &format!("{{id: 1, note: null, extra: null, __op: u, {beside}, __deleted: false}}"),
            &format!("{{id: 1, note: z, extra: null, __op: d, {beside}, __deleted: true}}"),
            &format!("{{id: 2, note: null, extra: {{}}, __op: r, {beside}, __deleted: false}}"),
            &format!("{{id: null, note: null, extra: null, __op: t, {beside}, __deleted: false}}"),
            &format!(
                "{{id: 3, note: null, extra: __debezium_unavailable_value, __op: u, {beside}, __deleted: false}}"
            ),
        ],
    );
}

#[test]
fn a_bad_value_is_no_others_business() {
    check(
        &[("c", "null", r#"{"id":"x"}"#), ("d", r#"{"id":1}"#, "null")],
        &[
            "field `after.id` is a text where its schema has a whole number",
            "{id: 1, note: null, extra: null, __op: d, __ts_ms: 7, __source_ts_ms: 5, __source_table: orders, \
             __source_file: binlog.000003, __source_pos: 484, __deleted: true}",
        ],
    );
}

#[track_caller]
fn check_kept(schema: &str, unwrap: Unwrap) {
    let decoder = EnvelopeDecoder::new(schema, ColumnOptions::default()).expect("it makes columns");
    let columns = Arc::clone(&decoder.schema().columns);
    assert_eq!(unwrapped_columns(&columns, unwrap), Ok(Arc::clone(&columns)));
    assert_eq!(unwrapped(Box::new(decoder), unwrap).unwrap().schema().columns, columns);
}

#[test]
fn other_schemas_stay_as_they_are() {
    check_kept(&schema(ROW), Unwrap::None);
    let ts_ms = r#"{"type":"int64","field":"ts_ms"}"#;
    // A heartbeat, the begin of a transaction, a document of MongoDB's.
    check_kept(&format!(r#"{{"type":"struct","fields":[{ts_ms}]}}"#), Unwrap::After);
    let status = r#"{"type":"string","field":"status"},{"type":"string","field":"id"}"#;
    check_kept(&format!(r#"{{"type":"struct","fields":[{status},{ts_ms}]}}"#), Unwrap::After);
    let document = r#"{"type":"string","field":"before"},{"type":"string","field":"after"},{"type":"string","field":"op"}"#;
    check_kept(&format!(r#"{{"type":"struct","fields":[{document},{ts_ms}]}}"#), Unwrap::After);
    check_kept(r#"{"type":"string"}"#, Unwrap::After);
}

#[test]
fn a_row_with_such_a_column_makes_no_columns() {
    let schema = schema(r#"{"type":"int32","field":"__op"}"#);
    let decoder = EnvelopeDecoder::new(&schema, ColumnOptions::default()).expect("it makes columns");
    let error = unwrapped(Box::new(decoder), Unwrap::After).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error, "row has a column __op, which debezium.unwrap=after takes");
}
