mod references;
mod unions;

use super::*;
use crate::columns::build::shown;
use crate::columns::{Recursion, Temporal, meta};
use proptest::prelude::*;
use schema::{Format, Reference, SchemaId};

fn writer_schema(text: &str, references: &[(&str, &str)]) -> WriterSchema {
    let reference =
        |(name, text): &(&str, &str)| Reference { name: (*name).to_owned(), text: (*text).to_owned() };
    WriterSchema {
        id: SchemaId::Number(7),
        format: Format::JsonSchema,
        text: text.to_owned(),
        references: references.iter().map(reference).collect(),
        version: Some(3),
    }
}

fn decoder(text: &str) -> JsonSchemaDecoder {
    JsonSchemaDecoder::new(&writer_schema(text, &[]), ColumnOptions::default()).expect("it makes columns")
}

/// By an object with the one member `f`, which it requires.
fn of_member(member: &str) -> String {
    format!(r#"{{"type":"object","properties":{{"f":{member}}},"required":["f"]}}"#)
}

#[track_caller]
fn check(member: &str, value: &str, column: &str, cell: &str) {
    let mut decoder = decoder(&of_member(member));
    assert_eq!(shown::columns(&decoder), format!("f: {column}"));
    let payload = format!(r#"{{"f":{value}}}"#);
    assert_eq!(shown::rows(&mut decoder, &[payload.as_bytes()]), [format!("{{f: {cell}}}")]);
}

#[track_caller]
fn check_bad(member: &str, value: &str, expected: &str) {
    let payload = format!(r#"{{"f":{value}}}"#);
    assert_eq!(shown::rows(&mut decoder(&of_member(member)), &[payload.as_bytes()]), [expected]);
}

#[track_caller]
fn check_columns(schema: &str, expected: &str) {
    assert_eq!(shown::columns(&decoder(schema)), expected);
}

#[track_caller]
fn check_unusable(schema: &str, expected: &str) {
    let schema = writer_schema(schema, &[]);
    let error = JsonSchemaDecoder::new(&schema, ColumnOptions::default()).expect_err("it makes no columns");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn every_type_makes_its_column() {
    check(r#"{"type":"integer"}"#, "9223372036854775807", "i64", "9223372036854775807");
    check(r#"{"type":"integer"}"#, "1.0", "i64", "1");
    check(r#"{"type":"number"}"#, "1", "f64", "1.0");
    check(r#"{"type":"boolean"}"#, "true", "bool", "true");
    check(r#"{"type":"string"}"#, r#""\u00e9""#, "text", "é");
    check(r#"{"type":"null"}"#, "null", "Null?", "null");
    check(r#"{"enum":["A","B"]}"#, r#""B""#, r#"enum["A","B"]"#, "B");
    check(r#"{"type":"string","enum":["A",null]}"#, "null", r#"enum["A"]?"#, "null");
    check(r#"{"const":"x"}"#, r#""x""#, r#"enum["x"]"#, "x");
    check(r#"{"enum":[1,2]}"#, "2", "i64", "2");
    check(r#"{"enum":[1,2.5,null]}"#, "2.5", "f64?", "2.5");
    check(r#"{"enum":[1,"a"]}"#, "1", "json", "1");
    check(r#"{"type":"array","items":{"type":"integer"}}"#, "[1,2]", "[i64]", "[1, 2]");
    check(r#"{"items":{"type":"integer"}}"#, "[]", "[i64]", "[]");
    check(
        r#"{"type":"object","additionalProperties":{"type":"integer"}}"#,
        r#"{"a":1}"#,
        "map<i64>",
        "{a: 1}",
    );
    check(r#"{"patternProperties":{"^x":{"type":"integer"}}}"#, r#"{"x":1}"#, "map<i64>", "{x: 1}");
    check(r#"{"properties":{"a":{"type":"integer"}}}"#, r#"{"a":1,"b":2}"#, "{a: i64?}", "{a: 1}");
}

#[test]
fn formats_of_texts_are_times_and_uuids() {
    let string = |format: &str| format!(r#"{{"type":"string","format":"{format}"}}"#);
    check(
        &string("date-time"),
        r#""2018-06-20T13:37:03.123456789+02:00""#,
        "timestamp_us_utc",
        "2018-06-20T11:37:03.123456Z",
    );
    check(&string("date"), r#""0001-01-01""#, "date", "0001-01-01");
    check(&string("time"), r#""23:00:00-02:00""#, "time_us", "01:00:00");
    check(
        &string("uuid"),
        r#""0B9A1F50-0000-4000-8000-00000000000F""#,
        "uuid",
        "0b9a1f5000004000800000000000000f",
    );
    check(&string("email"), r#""x""#, "text", "x");
    check_bad(&string("date-time"), "5", "field `f` is a number where its schema has a timestamp");
    check_bad(
        &string("date-time"),
        r#""2018-06-20T13:37:03""#,
        "field `f` is not a timestamp with an offset such as 2018-06-20T13:37:03Z",
    );
    check_bad(&string("date"), r#""2018-02-30""#, "field `f` is not a date such as 2018-06-20");
    check_bad(&string("time"), r#""25:00:00""#, "field `f` is not a time of day such as 13:37:03");
    check_bad(&string("uuid"), r#""0b9a1f50""#, "field `f` is not a UUID");
}

#[test]
fn what_tells_no_type_is_json_text_as_it_was_written() {
    let value = r#"[ 1.50, {"a" : "\u00e9"}]"#;
    for typed in [
        r#"{"type":"object"}"#,
        r#"{"type":"object","additionalProperties":false}"#,
        r#"{"type":"array"}"#,
        r#"{"type":"array","items":[{"type":"integer"}]}"#,
        r#"{"type":"array","prefixItems":[{"type":"integer"}]}"#,
        r#"{"allOf":[{"type":"string"},{"type":"integer"}]}"#,
    ] {
        check(typed, value, "json", value);
    }
    for untyped in ["{}", "true", r#"{"description":"anything"}"#, r#"{"format":"date","minimum":1}"#] {
        check(untyped, value, "json?", value);
        check(untyped, "null", "json?", "null");
    }
}

#[test]
fn values_of_another_type_are_told_with_their_path_and_without_a_byte_of_them() {
    check_bad(r#"{"type":"integer"}"#, "1.5", "field `f` is not a whole number of 64 bits");
    check_bad(r#"{"type":"integer"}"#, "9223372036854775808", "field `f` is not a whole number of 64 bits");
    check_bad(r#"{"type":"number"}"#, "1e999", "field `f` is a number beyond what its type holds");
    check_bad(r#"{"type":"string"}"#, "true", "field `f` is a boolean where its schema has a text");
    check_bad(r#"{"type":"string"}"#, "null", "field `f` is null, which its schema doesn't allow");
    check_bad(r#"{"type":"null"}"#, "0", "field `f` is a number where its schema has null");
    check_bad(r#"{"enum":["A"]}"#, r#""B""#, "field `f` is none of the symbols that its schema lists");
    let nested =
        r#"{"type":"array","items":{"additionalProperties":{"type":"array","items":{"type":"string"}}}}"#;
    check_bad(
        nested,
        r#"[{"k":["a"]},{"k":["a",5]}]"#,
        "field `f[1]{}[1]` is a number where its schema has a text",
    );
    let rows = shown::rows(
        &mut decoder(&of_member(r#"{"type":"object"}"#)),
        &[b"{}", b"[]", b"null", b"{", b"{\"f\":\xff}", b"", b"{} x"],
    );
    assert_eq!(
        rows,
        [
            "field `f` is missing",
            "value is an array where its schema has an object",
            "value is null where its schema has an object",
            "value is not JSON: EOF while parsing an object at line 1 column 1",
            "value is not UTF-8 at byte 5 of 7",
            "value has 0 bytes, which is not JSON",
            "value is not JSON: trailing characters at line 1 column 4",
        ]
    );
}

#[test]
fn members_are_columns_in_the_schemas_order_and_nullable_unless_required() {
    let schema = r#"{"properties":{"z":{"type":"integer"},"a":{"type":["string","null"]},"m":{"type":"number"}},
        "required":["z","a"]}"#;
    let mut decoder = decoder(schema);
    assert_eq!(shown::columns(&decoder), "z: i64, a: text?, m: f64?");
    let rows = shown::rows(
        &mut decoder,
        &[
            br#"{"m":1,"a":"x","z":2,"more":[{}]}"#,
            br#"{"z":1,"a":null,"m":null}"#,
            br#"{"z":1,"z":2,"a":null}"#,
        ],
    );
    assert_eq!(rows, ["{z: 2, a: x, m: 1.0}", "{z: 1, a: null, m: null}", "{z: 2, a: null, m: null}"]);
}

#[test]
fn all_of_is_everything_at_once() {
    let schema = r##"{
        "definitions": {
            "base": {"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]},
            "named": {"allOf":[{"$ref":"#/definitions/base"},{"properties":{"name":{"type":"string"}}}]}
        },
        "allOf": [
            {"$ref":"#/definitions/named"},
            {"$ref":"#/definitions/base"},
            {"properties":{"name":{"enum":["a","b"]},"size":{"allOf":[{"type":"number"},{"type":"integer"}]}}}
        ],
        "required": ["name"]
    }"##;
    check_columns(schema, r#"id: i64, name: enum["a","b"], size: i64?"#);
}

#[test]
fn connects_types_are_what_they_mean() {
    let data = "org.apache.kafka.connect.data";
    check(r#"{"type":"integer","connect.type":"int8"}"#, "-128", "i32", "-128");
    check_bad(
        r#"{"type":"integer","connect.type":"int16"}"#,
        "32768",
        "field `f` is not a whole number of 16 bits",
    );
    check(r#"{"type":"number","connect.type":"float32"}"#, "0.5", "f32", "0.5");
    check(r#"{"type":"string","connect.type":"bytes"}"#, r#""AP8=""#, "bytes", "00ff");
    let titled = |json_type: &str, title: &str, connect_type: &str| {
        format!(
            r#"{{"type":"{json_type}","title":"{title}","connect.type":"{connect_type}","connect.version":1}}"#
        )
    };
    check(&titled("integer", &format!("{data}.Date"), "int32"), "1", "date", "1970-01-02");
    check(
        &titled("integer", &format!("{data}.Timestamp"), "int64"),
        "1",
        "timestamp_ms_utc",
        "1970-01-01T00:00:00.001Z",
    );
    check(&titled("integer", "io.debezium.time.MicroTime", "int64"), "1", "time_us", "00:00:00.000001");
    check(&titled("integer", "Age", "int64"), "1", "i64", "1");
    let decimal = format!(
        r#"{{"type":"number","title":"{data}.Decimal","connect.type":"bytes","connect.parameters":{{"scale":"2"}}}}"#
    );
    check(&decimal, "123.45", "decimal(38, 2)", "123.45");
    check(&decimal, r#""MDk=""#, "decimal(38, 2)", "123.45");
    let map = r#"{"type":"array","connect.type":"map","items":{"type":"object","properties":{
        "key":{"type":"integer","connect.index":0},
        "value":{"oneOf":[{"type":"null"},{"type":"string"}],"connect.index":1}}}}"#;
    check(
        map,
        r#"[{"key":7,"value":"x"},{"value":null,"key":8},{"key":9}]"#,
        "map<text?>",
        "{7: x, 8: null, 9: null}",
    );
    check_bad(map, r#"[{"value":"x"}]"#, "field `f[0]` has no key");
    let indexed = r#"{"properties":{"a":{"type":"integer","connect.index":1},"b":{"type":"string","connect.index":0}}}"#;
    check_columns(indexed, "b: text?, a: i64?");
    let raw = ColumnOptions { temporal: Temporal::Raw, ..ColumnOptions::default() };
    let schema = writer_schema(&of_member(&titled("integer", &format!("{data}.Date"), "int32")), &[]);
    let decoder = JsonSchemaDecoder::new(&schema, raw).expect("it makes columns");
    assert_eq!(shown::columns(&decoder), "f: i32");
}

#[test]
fn what_is_no_object_is_the_one_column_value() {
    let mut decoder = decoder(r#"{"type":["integer","null"]}"#);
    assert_eq!(shown::columns(&decoder), "value: i64?");
    assert_eq!(shown::rows(&mut decoder, &[b"1", b" null "]), ["{value: 1}", "{value: null}"]);
}

#[test]
fn notes_of_columns_and_the_writer_are_kept() {
    let schema = r#"{"properties":{"a":{"type":"integer","description":"how many","default":5},
        "b":{"type":["string","null"],"default":null},"c":{"type":"string","format":"date","default":"x"}}}"#;
    let decoder = decoder(schema);
    let note =
        |column: usize, name: &str| decoder.schema().columns.field(column).metadata().get(name).cloned();
    assert_eq!(note(0, meta::DOC).as_deref(), Some("how many"));
    assert_eq!(note(0, meta::DEFAULT).as_deref(), Some("5"));
    assert_eq!(note(1, meta::DEFAULT).as_deref(), Some("null"));
    assert_eq!(note(2, meta::DEFAULT), None);
    let writer = &decoder.schema().writer;
    assert_eq!((writer.id.as_str(), writer.version), ("7", Some(3)));
    assert_eq!(writer.fingerprint.len(), "xxh3:".len() + 16);
}

#[test]
fn broken_schemas_are_told_by_what_is_wrong() {
    check_unusable("{", "JSON Schema is not JSON: EOF while parsing an object at line 1 column 1");
    check_unusable("7", "value has a schema that is neither an object nor a boolean");
    check_unusable(r#"{"type":"int"}"#, "value has the type `int`, which JSON Schema doesn't know");
    check_unusable(
        &of_member(r#"{"items":{"type":7}}"#),
        "field `f.[]` has a `type` that is neither a name nor a list of names",
    );
    let deep = format!("{}{}{}", r#"{"items":"#.repeat(200), "{}", "}".repeat(200));
    check_unusable(&deep, "JSON Schema is not JSON: recursion limit exceeded at line 1 column 1144");
}

proptest! {
    #[test]
    fn any_bytes_are_a_row_or_a_rejection(payloads in proptest::collection::vec(any::<Vec<u8>>(), 0..8)) {
        let mut decoder = decoder(&of_member(r#"{"type":["string","integer","array"],"items":{}}"#));
        let payloads: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        let decoded = decoder.decode(&payloads);
        prop_assert_eq!(decoded.of_payloads.iter().flatten().count(), decoded.rows.num_rows());
    }

    #[test]
    fn any_json_by_any_schema_is_a_row_or_a_rejection(
        member in "\\{(\"type\":\"(string|integer|number|object|array|null)\"(,\"format\":\"(date|time|date-time|uuid)\")?)?\\}",
        value in "(-?[1-9][0-9]{0,25}(\\.[0-9]{1,5})?([eE][-+]?[0-9]{1,9})?|\"[^\"\\\\\\p{Cc}]{0,12}\"|\\[1\\]|\\{\"a\":1\\}|null|true|\"[0-9:TZ+-]{1,25}\")",
    ) {
        let mut decoder = decoder(&of_member(&member));
        let payload = format!(r#"{{"f":{value}}}"#);
        let row = shown::rows(&mut decoder, &[payload.as_bytes()]).remove(0);
        prop_assert!(row.starts_with("{f: ") || row.starts_with("field `f` is "), "{member}: {row}");
    }
}
