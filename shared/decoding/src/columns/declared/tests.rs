use super::*;
use crate::columns::build::shown;
use crate::columns::{Recursion, Temporal};

/// By an Avro record with the one field `f` of this type; a default may follow the type.
fn decoder(field_type: &str) -> Box<dyn DecodeValues> {
    let schema = format!(r#"{{"type":"record","name":"r","fields":[{{"name":"f","type":{field_type}}}]}}"#);
    declared(&schema, ColumnOptions::default()).expect("the schema makes columns")
}

#[track_caller]
fn check(field_type: &str, value: &str, column: &str, cell: &str) {
    let mut decoder = decoder(field_type);
    assert_eq!(shown::columns(&*decoder), format!("f: {column}"));
    let payload = format!(r#"{{"f":{value}}}"#);
    assert_eq!(shown::rows(&mut *decoder, &[payload.as_bytes()]), [format!("{{f: {cell}}}")]);
}

#[track_caller]
fn check_bad(field_type: &str, payload: &str, expected: &str) {
    assert_eq!(shown::rows(&mut *decoder(field_type), &[payload.as_bytes()]), [expected]);
}

#[test]
fn natural_json_is_read_by_every_type_of_avro() {
    check(r#""int""#, "1.0", "i32", "1");
    check(r#""long""#, "-9223372036854775808", "i64", "-9223372036854775808");
    check(r#""float""#, "0.5", "f32", "0.5");
    check(r#""double""#, r#""NaN""#, "f64", "NaN");
    check(r#""boolean""#, "false", "bool", "false");
    check(r#""string""#, r#""x\n""#, "text", "x\n");
    check(r#""bytes""#, r#""AP8=""#, "bytes", "00ff");
    check(r#"{"type":"fixed","name":"x","size":2}"#, r#""AP8=""#, "fixed2", "00ff");
    check(r#"{"type":"enum","name":"e","symbols":["A","B"]}"#, r#""B""#, r#"enum["A","B"]"#, "B");
    check(r#"{"type":"array","items":"int"}"#, "[1,2]", "[i32]", "[1, 2]");
    check(r#"{"type":"map","values":["null","int"]}"#, r#"{"a":1,"b":null}"#, "map<i32?>", "{a: 1, b: null}");
    let record = r#"{"type":"record","name":"s","fields":[{"name":"a","type":"int"}]}"#;
    check(record, r#"{"a":1,"more":2}"#, "{a: i32}", "{a: 1}");
}

#[test]
fn a_union_is_its_bare_value() {
    check(r#"["null","string"]"#, r#""x""#, "text?", "x");
    check(r#"["null","string"]"#, "null", "text?", "null");
    let several = r#"["null","double","long","string"]"#;
    let column = "union{double: f64?, long: i64?, string: text?}?";
    check(several, "null", column, "null");
    check(several, "1", column, "{double: null, long: 1, string: null}");
    check(several, "1.5", column, "{double: 1.5, long: null, string: null}");
    check(several, r#""1""#, column, "{double: null, long: null, string: 1}");
    check_bad(several, r#"{"f":true}"#, "field `f` is of none of the types that its schema allows");
}

#[test]
fn logical_types_are_read_from_texts_and_numbers() {
    let long = |name: &str| format!(r#"{{"type":"long","logicalType":"{name}"}}"#);
    let at = "2018-06-20T13:37:03.250Z";
    for value in [r#""2018-06-20T15:37:03.25+02:00""#, "1529501823250"] {
        check(&long("timestamp-millis"), value, "timestamp_ms_utc", at);
    }
    check(&long("timestamp-micros"), "-1", "timestamp_us_utc", "1969-12-31T23:59:59.999999Z");
    let local = "2018-06-20T13:37:03";
    check(&long("local-timestamp-millis"), &format!("\"{local}\""), "timestamp_ms", local);
    check(r#"{"type":"int","logicalType":"date"}"#, r#""2018-06-20""#, "date", "2018-06-20");
    check(r#"{"type":"int","logicalType":"date"}"#, "17702", "date", "2018-06-20");
    check(r#"{"type":"int","logicalType":"time-millis"}"#, r#""13:37:03""#, "time_ms", "13:37:03");
    check(&long("time-micros"), "1", "time_us", "00:00:00.000001");
    let uuid = r#""0b9a1f50-0000-4000-8000-00000000000f""#;
    check(r#"{"type":"string","logicalType":"uuid"}"#, uuid, "uuid", "0b9a1f5000004000800000000000000f");
    let decimal = r#"{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}"#;
    for value in ["-1.5", r#""-1.50""#, "-15e-1"] {
        check(decimal, value, "decimal(5, 2)", "-1.50");
    }
    check_bad(decimal, r#"{"f":1000}"#, "field `f` is not a number that DECIMAL(5, 2) holds exactly");
    check_bad(
        &long("timestamp-millis"),
        r#"{"f":"2018-06-20T13:37:03"}"#,
        "field `f` is not a timestamp with an offset such as 2018-06-20T13:37:03Z",
    );
    let expected = "field `f` is not a timestamp without an offset such as 2018-06-20T13:37:03";
    check_bad(&long("local-timestamp-millis"), r#"{"f":"2018-06-20T13:37:03+02:00"}"#, expected);
}

#[test]
fn what_is_missing_takes_its_default_or_is_null_where_it_may_be() {
    let fixed = r#"{"type":"fixed","name":"x","size":1}"#;
    let inner = r#"{"type":"record","name":"s","fields":[{"name":"a","type":"int"},
        {"name":"b","type":"int","default":7}]}"#;
    let cases = [
        (r#""int","default":5"#, "5"),
        (r#"["null","int"]"#, "null"),
        (r#"["null","int"],"default":null"#, "null"),
        (r#"["int","null"],"default":5"#, "5"),
        (r#""bytes","default":"\u00ffA""#, "ff41"),
        (&format!(r#"{fixed},"default":"\u0000""#), "00"),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2},"default":"\u0001\u0000""#,
            "2.56",
        ),
        (r#"{"type":"array","items":"bytes"},"default":["\u0001"]"#, "[01]"),
        (r#"{"type":"map","values":"int"},"default":{"k":1}"#, "{k: 1}"),
        (&format!(r#"{inner},"default":{{"a":1}}"#), "{a: 1, b: 7}"),
        (r#"["string","int"],"default":"x""#, "{string: x, int: null}"),
    ];
    for (field_type, expected) in cases {
        let mut decoder = decoder(field_type);
        assert_eq!(shown::rows(&mut *decoder, &[b"{}"]), [format!("{{f: {expected}}}")], "{field_type}");
    }
    check_bad(r#""int""#, "{}", "field `f` is missing");
    check_bad(
        r#""int","default":5"#,
        r#"{"f":"x"}"#,
        "field `f` is a text where its schema has a whole number",
    );
}

#[test]
fn connect_names_and_options_hold_here_too() {
    let named = r#"{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}"#;
    check(named, "1", "timestamp_us", "1970-01-01T00:00:00.000001");
    let json = r#"{"type":"string","connect.name":"io.debezium.data.Json"}"#;
    check(json, r#""{\"a\":1}""#, "json", r#"{"a":1}"#);
    let schema = format!(r#"{{"type":"record","name":"r","fields":[{{"name":"f","type":{named}}}]}}"#);
    let options = ColumnOptions { temporal: Temporal::Raw, ..ColumnOptions::default() };
    assert_eq!(shown::columns(&*declared(&schema, options).expect("it makes columns")), "f: i64");
}

#[test]
fn a_record_that_contains_itself_may_be_json_text() {
    let node = r#"{"type":"record","name":"node","fields":[{"name":"next","type":["null","node"]}]}"#;
    let options = ColumnOptions { recursion: Recursion::Json, ..ColumnOptions::default() };
    let of = |schema: &str| declared(schema, options).expect("the schema makes columns");
    let payload: &[u8] = br#"{"next":{"next":null}}"#;
    assert_eq!(shown::rows(&mut *of(node), &[payload]), [r#"{next: {"next":null}}"#]);
    let schema = format!(r#"{{"type":"record","name":"r","fields":[{{"name":"value","type":{node}}}]}}"#);
    let payload: &[u8] = br#"{"value":{"next":null}}"#;
    assert_eq!(shown::rows(&mut *of(&schema), &[payload]), [r#"{value: {"next":null}}"#]);
    let empty = r#"{"type":"record","name":"empty","fields":[]}"#;
    assert_eq!(shown::rows(&mut *of(empty), &[b"{}"]), ["{value: {}}"]);
    let error = declared(node, ColumnOptions::default()).expect_err("it makes no columns").to_string();
    assert!(error.contains("recursive.types=json"), "{error}");
}

#[test]
fn what_is_no_avro_record_is_a_json_schema() {
    let schema = r#"{"type":"object","properties":{"type":{"type":"string"},"n":{"type":"integer"}}}"#;
    let decoder = declared(schema, ColumnOptions::default()).expect("the schema makes columns");
    assert_eq!(shown::columns(&*decoder), "type: text?, n: i64?");
    assert_eq!(decoder.schema().writer.id, "");
    let error = declared("not JSON", ColumnOptions::default()).expect_err("it makes no columns");
    assert_eq!(error.to_string(), "JSON Schema is not JSON: expected ident at line 1 column 2");
}
