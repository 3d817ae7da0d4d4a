//! What pyarrow and DuckDB read is what fastavro decodes from the same bytes, of every type.

use crate::lake::PEERS;
use crate::lake::{Lake, avro, event};
use serde_json::{Value, json};

#[tokio::test]
async fn primitive_types_are_read_as_they_were_written() {
    check(&[
        ("nothing", r#""null""#, &[json!(null)]),
        ("truth", r#""boolean""#, &[json!(true), json!(false)]),
        ("number", r#""int""#, &[json!(0), json!(-1), json!(i32::MIN), json!(i32::MAX)]),
        ("large", r#""long""#, &[json!(0), json!(-1), json!(i64::MIN), json!(i64::MAX)]),
        (
            "single",
            r#""float""#,
            &[
                json!(0.0),
                json!(-1.5),
                json!(3.402_823_466_385_288_6e38),
                float("nan"),
                float("inf"),
                float("-inf"),
            ],
        ),
        (
            "double",
            r#""double""#,
            &[
                json!(1e308),
                json!(5e-324),
                json!(0.1),
                float("-0.0"),
                float("nan"),
                float("inf"),
                float("-inf"),
            ],
        ),
        (
            "text",
            r#""string""#,
            &[json!(""), json!("a"), json!("\u{1f6f6} 차량 \u{0}\n\""), json!("x".repeat(1 << 20))],
        ),
        ("raw", r#""bytes""#, &[bytes(b""), bytes(&[0, 255, 128]), bytes(&vec![7; 1 << 20])]),
    ])
    .await;
}

#[tokio::test]
async fn logical_types_are_read_as_they_were_written() {
    let timestamps = |zone: &str| -> Vec<Value> {
        [
            "1969-12-31T23:59:59.999",
            "1970-01-01T00:00:00",
            "0001-01-01T00:00:00",
            "2025-11-11T10:15:30.123",
            "9999-12-31T23:59:59.999",
        ]
        .map(|text| json!({ "$timestamp": format!("{text}{zone}") }))
        .to_vec()
    };
    let micros = |zone: &str| -> Vec<Value> {
        [
            "1969-12-31T23:59:59.999999",
            "0001-01-01T00:00:00.000001",
            "2025-11-11T10:15:30.123456",
            "9999-12-31T23:59:59.999999",
        ]
        .map(|text| json!({ "$timestamp": format!("{text}{zone}") }))
        .to_vec()
    };
    let nanos = [json!(-1), json!(0), json!(1_762_856_130_123_456_789_i64), json!(i64::MAX)];
    let uuids = [uuid("00000000-0000-0000-0000-000000000000"), uuid("b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63")];
    check(&[
        (
            "price",
            r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#,
            &decimals(&["0.00", "-0.01", "9999999.99", "-9999999.99", "1.00"]),
        ),
        (
            "sum",
            r#"{"type":"bytes","logicalType":"decimal","precision":18,"scale":6}"#,
            &decimals(&["0.000000", "-123456789012.345678", "999999999999.999999"]),
        ),
        (
            "wide",
            r#"{"type":"bytes","logicalType":"decimal","precision":38,"scale":10}"#,
            &decimals(&[
                "0.0000000000",
                "-1234567890123456789012345678.0123456789",
                "9999999999999999999999999999.9999999999",
            ]),
        ),
        (
            "whole",
            r#"{"type":"bytes","logicalType":"decimal","precision":20}"#,
            &decimals(&["0", "18446744073709551615", "-18446744073709551615"]),
        ),
        (
            "fixed_price",
            r#"{"type":"fixed","name":"Price","size":8,"logicalType":"decimal","precision":16,"scale":4}"#,
            &decimals(&["0.0000", "-123456789012.3456", "999999999999.9999"]),
        ),
        (
            "day",
            r#"{"type":"int","logicalType":"date"}"#,
            &[date("0001-01-01"), date("1969-12-31"), date("1970-01-01"), date("9999-12-31")],
        ),
        (
            "milli_time",
            r#"{"type":"int","logicalType":"time-millis"}"#,
            &[time("00:00:00"), time("23:59:59.999")],
        ),
        (
            "micro_time",
            r#"{"type":"long","logicalType":"time-micros"}"#,
            &[time("00:00:00.000001"), time("23:59:59.999999")],
        ),
        ("milli", r#"{"type":"long","logicalType":"timestamp-millis"}"#, &timestamps("Z")),
        ("micro", r#"{"type":"long","logicalType":"timestamp-micros"}"#, &micros("Z")),
        ("nano", r#"{"type":"long","logicalType":"timestamp-nanos"}"#, &nanos),
        ("local_milli", r#"{"type":"long","logicalType":"local-timestamp-millis"}"#, &timestamps("")),
        ("local_micro", r#"{"type":"long","logicalType":"local-timestamp-micros"}"#, &micros("")),
        ("local_nano", r#"{"type":"long","logicalType":"local-timestamp-nanos"}"#, &nanos),
        ("text_uuid", r#"{"type":"string","logicalType":"uuid"}"#, &uuids),
        (
            "fixed_uuid",
            r#"{"type":"fixed","name":"Uuid","size":16,"logicalType":"uuid"}"#,
            &[bytes(&[0; 16]), bytes(b"0123456789abcdef")],
        ),
        (
            "span",
            r#"{"type":"fixed","name":"Span","size":12,"logicalType":"duration"}"#,
            &[bytes(&[0; 12]), bytes(&[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])],
        ),
        ("unknown", r#"{"type":"int","logicalType":"fortnight"}"#, &[json!(-5), json!(5)]),
    ])
    .await;
}

#[tokio::test]
async fn composed_types_are_read_as_they_were_written() {
    let line = json!({ "sku": "a", "count": 3, "tags": ["x", ""] });
    check(
        &[
            ("color", r#"{"type":"enum","name":"Color","symbols":["RED","GREEN","BLUE"]}"#, &[json!("RED"), json!("BLUE")]),
            ("code", r#"{"type":"fixed","name":"Code","size":3}"#, &[bytes(b"abc"), bytes(&[0, 255, 1])]),
            ("numbers", r#"{"type":"array","items":"int"}"#, &[json!([]), json!([1]), json!([1, -2, 3])]),
            ("nested", r#"{"type":"array","items":{"type":"array","items":["null","string"]}}"#, &[json!([]), json!([[]]), json!([["a", null], [], [""]])]),
            ("sizes", r#"{"type":"map","values":"long"}"#, &[json!({}), json!({ "a": 1 }), json!({ "": 0, "\u{1f6f6}": -1 })]),
            ("deep", r#"{"type":"map","values":{"type":"array","items":{"type":"map","values":"double"}}}"#, &[json!({}), json!({ "a": [{ "b": 0.5 }, {}] })]),
            (
                "lines",
                r#"{"type":"array","items":{"type":"record","name":"Line","fields":[
                    {"name":"sku","type":"string"},{"name":"count","type":"int"},
                    {"name":"tags","type":{"type":"array","items":"string"}}]}}"#,
                &[json!([]), json!([line, line])],
            ),
            ("first", r#"["null","Line"]"#, &[json!(null), line.clone()]),
            ("by_sku", r#"{"type":"map","values":"Line"}"#, &[json!({}), json!({ "a": line })]),
            (
                "outer",
                r#"{"type":"record","name":"Outer","fields":[{"name":"inner","type":{"type":"record","name":"Inner","fields":[
                    {"name":"color","type":["null","Color"]},{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}}]}}]}"#,
                &[
                    json!({ "inner": { "color": null, "at": { "$timestamp": "1969-07-20T20:17:40.000001Z" } } }),
                    json!({ "inner": { "color": "GREEN", "at": { "$timestamp": "2025-11-11T00:00:00.000000Z" } } }),
                ],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn unions_are_read_as_they_were_written() {
    check(
        &[
            ("last_null", r#"["string","null"]"#, &[json!("a"), json!(null)]),
            ("alone", r#"["long"]"#, &[json!(5)]),
            ("several", r#"["null","int","string","boolean"]"#, &[json!(null), json!(7), json!(""), json!(false)]),
            ("mixed", r#"["double","bytes"]"#, &[json!(0.5), bytes(b"\x00"), float("nan")]),
            (
                "parts",
                r#"["string",{"type":"record","name":"Part","fields":[{"name":"id","type":["null","int"]}]},{"type":"array","items":"long"}]"#,
                &[json!("a"), json!({ "$branch": ["types.Part", { "id": null }] }), json!({ "$branch": ["types.Part", { "id": 5 }] }), json!([1, 2]), json!([])],
            ),
            ("listed", r#"{"type":"array","items":["null","int","string"]}"#, &[json!([]), json!([1, "a", null])]),
            ("named", r#"{"type":"map","values":["int","string"]}"#, &[json!({}), json!({ "a": 1, "b": "c" })]),
        ],
    )
    .await;
}

#[tokio::test]
async fn null_in_every_optional_is_null() {
    let types = [
        r#""boolean""#,
        r#""int""#,
        r#""long""#,
        r#""float""#,
        r#""double""#,
        r#""string""#,
        r#""bytes""#,
        r#"{"type":"enum","name":"E","symbols":["A"]}"#,
        r#"{"type":"fixed","name":"F","size":2}"#,
        r#"{"type":"array","items":"int"}"#,
        r#"{"type":"map","values":"int"}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#,
        r#"{"type":"fixed","name":"D","size":8,"logicalType":"decimal","precision":16,"scale":2}"#,
        r#"{"type":"int","logicalType":"date"}"#,
        r#"{"type":"int","logicalType":"time-millis"}"#,
        r#"{"type":"long","logicalType":"time-micros"}"#,
        r#"{"type":"long","logicalType":"timestamp-millis"}"#,
        r#"{"type":"long","logicalType":"timestamp-micros"}"#,
        r#"{"type":"long","logicalType":"timestamp-nanos"}"#,
        r#"{"type":"long","logicalType":"local-timestamp-micros"}"#,
        r#"{"type":"string","logicalType":"uuid"}"#,
        r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#,
        r#"{"type":"fixed","name":"I","size":12,"logicalType":"duration"}"#,
    ];
    let optionals: Vec<(String, String)> = types
        .iter()
        .enumerate()
        .map(|(index, kind)| (format!("field_{index}"), format!(r#"["null",{kind}]"#)))
        .collect();
    let nulls = [json!(null), json!(null)];
    let fields: Vec<(&str, &str, &[Value])> =
        optionals.iter().map(|(name, kind)| (name.as_str(), kind.as_str(), nulls.as_slice())).collect();
    check(&fields).await;
}

#[tokio::test]
async fn a_value_that_is_no_record_is_the_column_value() {
    for (schema, values) in [
        (r#"{"type":"string"}"#, [json!(""), json!("a")]),
        (r#"{"type":"array","items":"int"}"#, [json!([]), json!([1, 2])]),
        (r#"{"type":"map","values":"int"}"#, [json!({}), json!({ "a": 1 })]),
        (r#"{"type":"enum","name":"E","symbols":["A","B"]}"#, [json!("A"), json!("B")]),
    ] {
        let framed = avro(&format!("types-{}", schema.len()), schema, &values);
        let expected: Vec<Value> =
            decoded(schema, &framed).into_iter().map(|value| json!({ "value": value })).collect();
        check_rows(&framed, &expected).await;
    }
}

#[tokio::test]
async fn debeziums_times_are_parquets_times_and_numbers_where_that_is_wished() {
    let schema = r#"{"type":"record","name":"Row","namespace":"debezium","fields":[
        {"name":"d","type":{"type":"int","connect.version":1,"connect.name":"io.debezium.time.Date"}},
        {"name":"t","type":{"type":"long","connect.name":"io.debezium.time.MicroTime"}},
        {"name":"ms","type":{"type":"long","connect.name":"io.debezium.time.Timestamp"}},
        {"name":"us","type":["null",{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}]},
        {"name":"zoned","type":{"type":"string","connect.name":"io.debezium.time.ZonedTimestamp"}},
        {"name":"connect","type":{"type":"long","connect.name":"org.apache.kafka.connect.data.Timestamp"}}
    ]}"#;
    let numbers = json!({
        "d": -1, "t": 1, "ms": -1, "us": 1_762_856_130_123_456_i64, "zoned": "1969-12-31T23:59:59.5Z", "connect": 0,
    });
    let times = json!({
        "d": { "$date": "1969-12-31" },
        "t": { "$time": "00:00:00.000001" },
        "ms": { "$timestamp": "1969-12-31T23:59:59.999000" },
        "us": { "$timestamp": "2025-11-11T10:15:30.123456" },
        "zoned": { "$timestamp": "1969-12-31T23:59:59.500000Z" },
        "connect": { "$timestamp": "1970-01-01T00:00:00Z" },
    });
    let framed = avro("types-debezium", schema, std::slice::from_ref(&numbers));
    for (settings, expected) in [
        (&[][..], &times),
        (&[("DEBEZIUM_TEMPORAL", "logical")], &times),
        (&[("DEBEZIUM_TEMPORAL", "raw")], &numbers),
    ] {
        let lake = Lake::start(settings).await;
        lake.deliver(event(&framed)).await;
        assert_eq!(lake.only_file().await.rows, std::slice::from_ref(expected), "{settings:?}");
    }
}

#[tokio::test]
async fn a_type_that_contains_itself_goes_to_quarantine_or_into_json() {
    let schema = r#"{"type":"record","name":"Node","namespace":"recursive","fields":[
        {"name":"id","type":"int"},{"name":"next","type":["null","Node"]}
    ]}"#;
    let values = [json!({ "id": 1, "next": { "id": 2, "next": null } })];
    let framed = avro("types-recursive", schema, &values);
    let lake = Lake::start(&[]).await;
    lake.deliver(event(&framed)).await;
    let lines = lake.quarantined().await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["errorKind"], "unusable_schema");
    let message = lines[0]["errorMessage"].as_str().expect("a reason is text");
    assert!(message.contains("recursive.Node") && message.contains("recursive.types=json"), "{message}");

    let lake = Lake::start(&[("RECURSIVE_TYPES", "json")]).await;
    lake.deliver(event(&framed)).await;
    let rows = lake.only_file().await.rows;
    let text = rows[0].as_object().and_then(|row| row.values().find_map(Value::as_str));
    let json: Value = serde_json::from_str(text.expect("a column has text")).expect("it is JSON");
    assert!(json == values[0] || json == values[0]["next"], "{rows:?}");
}

/// Delivers rows of which each column goes through its values, and compares with what fastavro decodes.
async fn check(columns: &[(&str, &str, &[Value])]) {
    let fields: Vec<String> =
        columns.iter().map(|(name, kind, _)| format!(r#"{{"name":"{name}","type":{kind}}}"#)).collect();
    let record = columns[0].0;
    let schema = format!(
        r#"{{"type":"record","name":"Row_{record}","namespace":"types","fields":[{}]}}"#,
        fields.join(",")
    );
    let count = columns.iter().map(|(_, _, values)| values.len()).max().expect("there are columns");
    let row = |index: usize| -> Value {
        let member = |(name, _, values): &(&str, &str, &[Value])| {
            ((*name).to_owned(), values[index % values.len()].clone())
        };
        Value::Object(columns.iter().map(member).collect())
    };
    let rows: Vec<Value> = (0..count).map(row).collect();
    let framed = avro(&format!("types-{record}"), &schema, &rows);
    check_rows(&framed, &decoded(&schema, &framed)).await;
}

async fn check_rows(framed: &[Vec<u8>], expected: &[Value]) {
    let lake = Lake::start(&[]).await;
    lake.deliver(event(framed)).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());
    let file = lake.only_file().await;
    assert_eq!(file.rows.len(), expected.len());
    for (row, expected) in file.rows.iter().zip(expected) {
        for (column, expected) in expected.as_object().expect("a row is an object") {
            // Long texts would fill the screen.
            let matches = row.get(column) == Some(expected);
            let show = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            let got = row.get(column).map_or_else(|| "nothing".to_owned(), show);
            assert!(matches, "column {column}: expected {}, got {got}\n{}", show(expected), file.schema);
        }
    }
}

/// What fastavro makes of values in Confluent's frame.
fn decoded(schema: &str, framed: &[Vec<u8>]) -> Vec<Value> {
    let data: Vec<&[u8]> = framed.iter().map(|value| &value[5..]).collect();
    PEERS.decode_avro(schema, &[], &data)
}

fn float(text: &str) -> Value {
    json!({ "$float": text })
}

fn bytes(bytes: &[u8]) -> Value {
    json!({ "$bytes": end_to_end::base64::encode(bytes) })
}

fn date(text: &str) -> Value {
    json!({ "$date": text })
}

fn time(text: &str) -> Value {
    json!({ "$time": text })
}

fn uuid(text: &str) -> Value {
    json!({ "$uuid": text })
}

fn decimals(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| json!({ "$decimal": text })).collect()
}
