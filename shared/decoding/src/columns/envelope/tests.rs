use super::*;
use crate::columns::build::shown;
use crate::columns::{Recursion, Temporal};
use proptest::prelude::*;

fn decoder(schema: &str) -> EnvelopeDecoder {
    EnvelopeDecoder::new(schema, ColumnOptions::default()).expect("the schema makes columns")
}

/// Of a struct with the one field `f`.
#[track_caller]
fn check(field: &str, payload: &str, column: &str, cell: &str) {
    let schema = format!(r#"{{"type":"struct","fields":[{{"field":"f",{}]}}"#, &field[1..]);
    let mut decoder = decoder(&schema);
    assert_eq!(shown::columns(&decoder), format!("f: {column}"));
    let payload = format!(r#"{{"f":{payload}}}"#);
    assert_eq!(shown::rows(&mut decoder, &[payload.as_bytes()]), [format!("{{f: {cell}}}")]);
}

#[track_caller]
fn check_bad(field: &str, payload: &str, expected: &str) {
    let schema = format!(r#"{{"type":"struct","fields":[{{"field":"f",{}]}}"#, &field[1..]);
    assert_eq!(shown::rows(&mut decoder(&schema), &[payload.as_bytes()]), [expected]);
}

#[track_caller]
fn check_unusable(schema: &str, expected: &str) {
    let error = EnvelopeDecoder::new(schema, ColumnOptions::default()).expect_err("it makes no columns");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_envelope_has_exactly_a_schema_and_a_payload_in_any_order() {
    let value = Opened::Value { schema: r#"{"type":"int8"}"#, payload: "1" };
    assert_eq!(open(br#"{"schema":{"type":"int8"},"payload":1}"#), Ok(value));
    assert_eq!(open(b" {\"payload\" : 1 , \"schema\":\n{\"type\":\"int8\"} } "), Ok(value));
    assert_eq!(open(br#"{"pay\u006coad":1,"schema":{"type":"int8"}}"#), Ok(value));
}

#[test]
fn a_null_payload_is_a_tombstone() {
    for null in [r#"{"schema":null,"payload":null}"#, r#"{"schema":{"type":"int8"},"payload":null}"#, "null"]
    {
        assert_eq!(open(null.as_bytes()), Ok(Opened::Null), "{null}");
    }
}

#[test]
fn what_is_no_envelope_is_told_with_the_setting() {
    let expected = "value is not an object with the two members `schema` and `payload`, \
                    which `value.converter.schemas.enable` asks for";
    for value in [
        r#"{"a":1}"#,
        "[]",
        "1",
        "{}",
        r#"{"schema":{}}"#,
        r#"{"payload":1}"#,
        r#"{"schema":{},"payload":1,"more":1}"#,
        r#"{"schema":{},"schema":{},"payload":1}"#,
        r#"{"\ud800":1}"#,
    ] {
        assert_eq!(open(value.as_bytes()), Err(expected.to_owned()), "{value}");
    }
    assert_eq!(
        open(b"{"),
        Err("value is not JSON: EOF while parsing an object at line 1 column 1".to_owned())
    );
    assert_eq!(open(b""), Err("value has 0 bytes, which is not JSON".to_owned()));
    assert_eq!(open(b"\"\xff\""), Err("value is not UTF-8 at byte 1 of 3".to_owned()));
}

#[test]
fn a_payload_without_a_schema_is_no_tombstone() {
    let expected = "value has a payload, but its `schema` is null, and there are no columns without a schema";
    assert_eq!(open(br#"{"schema":null,"payload":1}"#), Err(expected.to_owned()));
}

#[test]
fn every_plain_type_makes_its_column() {
    check(r#"{"type":"int8"}"#, "-128", "i32", "-128");
    check(r#"{"type":"int16"}"#, "32767", "i32", "32767");
    check(r#"{"type":"int32"}"#, "-2147483648", "i32", "-2147483648");
    check(r#"{"type":"int64"}"#, "9223372036854775807", "i64", "9223372036854775807");
    check(r#"{"type":"float"}"#, "0.1", "f32", "0.1");
    check(r#"{"type":"double"}"#, "1e300", "f64", "1e300");
    check(r#"{"type":"float64"}"#, r#""NaN""#, "f64", "NaN");
    check(r#"{"type":"double"}"#, r#""-Infinity""#, "f64", "-inf");
    check(r#"{"type":"boolean"}"#, "true", "bool", "true");
    check(r#"{"type":"string"}"#, r#""\u00e9\ud83d\ude00""#, "text", "é😀");
    check(r#"{"type":"string","optional":true}"#, "null", "text?", "null");
    check(r#"{"type":"bytes"}"#, r#""AP8=""#, "bytes", "00ff");
    check(r#"{"type":"array","items":{"type":"int32","optional":true}}"#, "[1,null]", "[i32?]", "[1, null]");
    check(
        r#"{"type":"struct","name":"s","fields":[{"type":"string","field":"a"}]}"#,
        r#"{"a":"x"}"#,
        "{a: text}",
        "{a: x}",
    );
}

#[test]
fn maps_are_objects_or_arrays_of_pairs_and_the_last_of_a_key_counts() {
    let strings = r#"{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}"#;
    check(strings, r#"{"a":1,"b":2,"a":3}"#, "map<i32>", "{a: 3, b: 2}");
    check(strings, r#"[["a",1]]"#, "map<i32>", "{a: 1}");
    let numbers = r#"{"type":"map","keys":{"type":"int64"},"values":{"type":"int32","optional":true}}"#;
    check(numbers, "[[7,1],[8,null]]", "map<i32?>", "{7: 1, 8: null}");
    check_bad(numbers, r#"{"f":[[1]]}"#, "field `f[0]` is not an array of a key and a value");
    check_bad(numbers, r#"{"f":[[null,1]]}"#, "field `f[0]` has a key that is null");
    check_bad(numbers, r#"{"f":[["x",1]]}"#, "field `f[0]{}` is a text where its schema has a whole number");
}

#[test]
fn what_is_out_of_range_or_of_another_type_is_told_with_its_path() {
    check_bad(r#"{"type":"int8"}"#, r#"{"f":128}"#, "field `f` is not a whole number of 8 bits");
    check_bad(
        r#"{"type":"int64"}"#,
        r#"{"f":9223372036854775808}"#,
        "field `f` is not a whole number of 64 bits",
    );
    check_bad(r#"{"type":"float"}"#, r#"{"f":1e39}"#, "field `f` is a number beyond what its type holds");
    check_bad(r#"{"type":"string"}"#, r#"{"f":1}"#, "field `f` is a number where its schema has a text");
    check_bad(r#"{"type":"string"}"#, r#"{"f":null}"#, "field `f` is null, which its schema doesn't allow");
    check_bad(r#"{"type":"string"}"#, "{}", "field `f` is missing");
    check_bad(r#"{"type":"string"}"#, "[]", "value is an array where its schema has an object");
    check_bad(
        r#"{"type":"string"}"#,
        r#"{"f":"\ud800"}"#,
        "field `f` holds half of a surrogate pair, which is not a character",
    );
    check_bad(r#"{"type":"bytes"}"#, r#"{"f":"*"}"#, "field `f` is not base64");
    check_bad(
        r#"{"type":"array","items":{"type":"struct","fields":[{"field":"n","type":"int32"}]}}"#,
        r#"{"f":[{"n":1},{"n":"x"}]}"#,
        "field `f[1].n` is a text where its schema has a whole number",
    );
}

#[test]
fn named_types_become_what_they_mean() {
    let named = |plain: &str, name: &str| format!(r#"{{"type":"{plain}","name":"{name}","version":1}}"#);
    let debezium = |plain: &str, name: &str| named(plain, &format!("io.debezium.time.{name}"));
    let connect = |plain: &str, name: &str| named(plain, &format!("org.apache.kafka.connect.data.{name}"));
    check(&debezium("int32", "Date"), "17702", "date", "2018-06-20");
    check(&connect("int32", "Date"), "-1", "date", "1969-12-31");
    check(&connect("int32", "Time"), "1", "time_ms", "00:00:00.001");
    check(&debezium("int64", "MicroTime"), "86399999999", "time_us", "23:59:59.999999");
    check(&debezium("int64", "NanoTime"), "1", "time_ns", "00:00:00.000000001");
    check(&debezium("int64", "Timestamp"), "-1", "timestamp_ms", "1969-12-31T23:59:59.999");
    check(&debezium("int64", "MicroTimestamp"), "1", "timestamp_us", "1970-01-01T00:00:00.000001");
    check(&debezium("int64", "NanoTimestamp"), "1", "timestamp_ns", "1970-01-01T00:00:00.000000001");
    check(&connect("int64", "Timestamp"), "1", "timestamp_ms_utc", "1970-01-01T00:00:00.001Z");
    check(
        &debezium("string", "ZonedTimestamp"),
        r#""2018-06-20T13:37:03.5+02:00""#,
        "timestamp_us_utc",
        "2018-06-20T11:37:03.500Z",
    );
    check(&named("string", "io.debezium.data.Json"), r#""{\"a\": 1}""#, "json", r#"{"a": 1}"#);
    let uuid = r#""0B9A1F50-0000-4000-8000-00000000000f""#;
    check(&named("string", "io.debezium.data.Uuid"), uuid, "uuid", "0b9a1f5000004000800000000000000f");
}

#[test]
fn a_name_that_does_not_go_with_its_type_says_nothing() {
    check(r#"{"type":"string","name":"io.debezium.time.Date"}"#, r#""x""#, "text", "x");
    check(r#"{"type":"int32","name":"io.debezium.time.Year"}"#, "2000", "i32", "2000");
    let names = r#"{"type":"string","name":"io.debezium.data.Enum","parameters":{"allowed":"a,b"}}"#;
    check(names, r#""a""#, "text", "a");
}

#[test]
fn temporal_types_may_stay_numbers() {
    let schema = r#"{"type":"struct","fields":[
        {"field":"d","type":"int32","name":"io.debezium.time.Date"},
        {"field":"t","type":"int64","name":"io.debezium.time.MicroTime"},
        {"field":"z","type":"string","name":"io.debezium.time.ZonedTimestamp"}]}"#;
    let of = |temporal| {
        let options = ColumnOptions { temporal, ..ColumnOptions::default() };
        shown::columns(&EnvelopeDecoder::new(schema, options).expect("the schema makes columns"))
    };
    assert_eq!(of(Temporal::Logical), "d: date, t: time_us, z: timestamp_us_utc");
    assert_eq!(of(Temporal::Timestamps), "d: date, t: i64, z: timestamp_us_utc");
    assert_eq!(of(Temporal::Raw), "d: i32, t: i64, z: text");
}

#[test]
fn a_time_beyond_a_day_is_told_with_the_way_out() {
    for value in ["-1", "86400000000"] {
        check_bad(
            r#"{"type":"int64","name":"io.debezium.time.MicroTime"}"#,
            &format!(r#"{{"f":{value}}}"#),
            "field `f` is a time of day below 0 or of 24 hours and more, which a TIME column can't hold; \
             `debezium.temporal=timestamps` keeps such times as numbers",
        );
    }
}

#[test]
fn decimals_are_exact_in_base64_and_as_numbers() {
    let decimal = |parameters: &str| {
        format!(
            r#"{{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{{{parameters}}}}}"#
        )
    };
    let two = decimal(r#""scale":"2","connect.decimal.precision":"5""#);
    check(&two, r#""MDk=""#, "decimal(5, 2)", "123.45");
    check(&two, r#""/w==""#, "decimal(5, 2)", "-0.01");
    check(&two, "123.45", "decimal(5, 2)", "123.45");
    check(&two, "1e2", "decimal(5, 2)", "100.00");
    check(&decimal(r#""scale":"0""#), r#""/w==""#, "decimal(38, 0)", "-1");
    check(&decimal(r#""scale":"-2","connect.decimal.precision":"3""#), r#""AQ==""#, "decimal(5, 0)", "100");
    check(
        &decimal(r#""scale":"40","connect.decimal.precision":"10""#),
        r#""AA==""#,
        "wide_decimal(40, 40)",
        "0.0000000000000000000000000000000000000000",
    );
    let expected = "field `f` is not a number that DECIMAL(5, 2) holds exactly";
    for value in ["1234.5", "0.001", r#""D0JA""#] {
        check_bad(&two, &format!(r#"{{"f":{value}}}"#), expected);
    }
    let schema = |parameters: &str| {
        format!(r#"{{"type":"struct","fields":[{{"field":"f",{}]}}"#, &decimal(parameters)[1..])
    };
    check_unusable(&schema(""), "field `f` is a decimal without the parameter `scale`");
    check_unusable(
        &schema(r#""scale":"x""#),
        "field `f` is a decimal whose scale is `x`, not a whole number",
    );
    check_unusable(&schema(r#""scale":"77""#), "field `f` is a decimal of more than 76 digits");
}

#[test]
fn a_default_stands_for_what_is_missing_and_for_a_null_that_may_not_be() {
    let schema = r#"{"type":"struct","fields":[
        {"field":"a","type":"int32","default":5},
        {"field":"b","type":"int32","optional":true,"default":6},
        {"field":"c","type":"string","optional":true}]}"#;
    let rows = shown::rows(&mut decoder(schema), &[b"{}", br#"{"a":null,"b":null,"c":null}"#]);
    assert_eq!(rows, ["{a: 5, b: 6, c: null}", "{a: 5, b: null, c: null}"]);
    let wrong = r#"{"type":"struct","fields":[{"field":"a","type":"int32","default":"x"}]}"#;
    check_unusable(wrong, "field `a` has a default that is not of its type");
}

#[test]
fn what_is_no_struct_is_the_one_column_value() {
    let mut decoder = decoder(r#"{"type":"array","items":{"type":"int64"}}"#);
    assert_eq!(shown::columns(&decoder), "value: [i64]");
    assert_eq!(
        shown::rows(&mut decoder, &[b"[1,2]", b"1"]),
        ["{value: [1, 2]}", "value is a number where its schema has an array"]
    );
}

#[test]
fn broken_schemas_are_told_by_what_is_wrong() {
    check_unusable(r#"{"type":"int128"}"#, "value has the type `int128`, which Connect doesn't know");
    check_unusable(r#"{"type":"array"}"#, "value has no `items`");
    check_unusable(r#"{"type":"map","keys":{"type":"string"}}"#, "value has no `values`");
    check_unusable(
        r#"{"type":"struct","fields":[{"type":"int8"}]}"#,
        "value has a field without a name in `field`",
    );
    let twice = r#"{"type":"struct","fields":[{"field":"a","type":"int8"},{"field":"a","type":"int8"}]}"#;
    check_unusable(twice, "value has two fields `a`");
    check_unusable(
        r#"{"type":"struct","fields":[{"field":"a","type":"struct","fields":[]}]}"#,
        "field `a` is a struct without fields, which no columns can hold; `recursive.types=json` makes it a \
         column of JSON text",
    );
    check_unusable("{}", "`schema` is not a schema of Connect: missing field `type` at line 1 column 2");
}

#[test]
fn a_struct_without_fields_may_be_json_text() {
    let options = ColumnOptions { recursion: Recursion::Json, ..ColumnOptions::default() };
    let schema = r#"{"type":"struct","fields":[{"field":"a","type":"struct","fields":[]}]}"#;
    let mut decoder = EnvelopeDecoder::new(schema, options).expect("the schema makes columns");
    assert_eq!(shown::rows(&mut decoder, &[br#"{"a":{ "x":1}}"#]), [r#"{a: { "x":1}}"#]);
}

#[test]
fn a_change_event_of_debezium_becomes_columns() {
    let row = r#"{"type":"struct","optional":true,"name":"db.users.Value","field":"X","fields":[
        {"type":"int32","optional":false,"field":"id"},
        {"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,
         "parameters":{"scale":"2","connect.decimal.precision":"10"},"field":"price"},
        {"type":"string","optional":false,"name":"io.debezium.time.ZonedTimestamp","version":1,
         "default":"1970-01-01T00:00:00Z","field":"at"}]}"#;
    let schema = format!(
        r#"{{"type":"struct","fields":[{},{},
            {{"type":"struct","fields":[{{"type":"int64","optional":false,"field":"ts_ms"}},
              {{"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,
               "parameters":{{"allowed":"true,last,false"}},"default":"false","field":"snapshot"}}],
             "optional":false,"name":"io.debezium.connector.mysql.Source","field":"source"}},
            {{"type":"string","optional":false,"field":"op"}}],
           "optional":false,"name":"db.users.Envelope","version":2}}"#,
        row.replace("X", "before"),
        row.replace("X", "after"),
    );
    let value = format!(
        r#"{{"schema":{schema},"payload":{{"before":null,"after":{{"id":7,"price":"MDk=",
            "at":"2025-11-11T10:00:00Z"}},"source":{{"ts_ms":1,"snapshot":"false"}},"op":"c"}}}}"#
    );
    let Ok(Opened::Value { schema, payload }) = open(value.as_bytes()) else { panic!("it is an envelope") };
    let mut decoder = decoder(schema);
    let of_row = "{id: i32, price: decimal(10, 2)?, at: timestamp_us_utc}?";
    assert_eq!(
        shown::columns(&decoder),
        format!("before: {of_row}, after: {of_row}, source: {{ts_ms: i64, snapshot: text?}}, op: text")
    );
    assert_eq!(
        shown::rows(&mut decoder, &[payload.as_bytes()]),
        ["{before: null, after: {id: 7, price: 123.45, at: 2025-11-11T10:00:00Z}, \
          source: {ts_ms: 1, snapshot: false}, op: c}"]
    );
    assert_eq!(decoder.schema().writer.id, "");
    assert!(decoder.schema().writer.fingerprint.starts_with("xxh3:"), "{:?}", decoder.schema().writer);
}

proptest! {
    #[test]
    fn any_bytes_are_an_envelope_or_not(bytes: Vec<u8>) {
        let _ = open(&bytes);
    }

    #[test]
    fn good_rows_are_right_whatever_stands_between(rows in proptest::collection::vec((any::<bool>(), any::<i32>(), "\\PC*"), 0..30)) {
        let schema = r#"{"type":"struct","fields":[{"field":"n","type":"int32"},{"field":"t","type":"string"}]}"#;
        let mut decoder = decoder(schema);
        let payloads: Vec<String> = rows
            .iter()
            .map(|(good, n, t)| {
                let t = serde_json::to_string(t).expect("texts are JSON");
                if *good { format!(r#"{{"n":{n},"t":{t}}}"#) } else { format!(r#"{{"t":{t},"n":{t}}}"#) }
            })
            .collect();
        let payloads: Vec<&[u8]> = payloads.iter().map(String::as_bytes).collect();
        let shown = shown::rows(&mut decoder, &payloads);
        for ((good, n, t), shown) in rows.iter().zip(shown) {
            let expected = if *good {
                format!("{{n: {n}, t: {t}}}")
            } else {
                "field `n` is a text where its schema has a whole number".to_owned()
            };
            prop_assert_eq!(shown, expected);
        }
    }
}
