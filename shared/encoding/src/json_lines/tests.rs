use super::*;
use decoding::NullValues;
use decoding::debezium::Unwrap;
use decoding::json::{JsonOptions, JsonRow, decode_all};
use proptest::prelude::*;
use record::event::{self, EventWriter, NewRecord};
use record::{Batch, Source, TimestampType};
use serde_json::{Map, Value};

fn line_of(text: &str) -> String {
    let mut line = Vec::new();
    push_line(text, &mut line);
    String::from_utf8(line).unwrap()
}

#[track_caller]
fn check(text: &str, line: &str) {
    assert_eq!(line_of(text), line);
}

fn batch(values: &[Option<&str>]) -> Batch {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    for (offset, value) in (0..).zip(values) {
        event.push(&NewRecord {
            topic: "tracking.log",
            partition: 0,
            offset,
            timestamp_ms: 1_705_314_600_000,
            timestamp_type: TimestampType::CreateTime,
            key: Some(b"user-123"),
            value: value.map(str::as_bytes),
            headers: Vec::new(),
        });
    }
    event::parse(&event.finish()).unwrap()
}

fn rows(batch: &Batch) -> Vec<JsonRow<'_>> {
    decode_all(
        batch,
        &JsonOptions { null_values: NullValues::Write, unwrap: Unwrap::None, reserved_member: None },
    )
    .rows
}

/// Writes one record with Kafka's metadata.
#[track_caller]
fn check_with_metadata(record: &NewRecord<'_>, line: &str) {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    event.push(record);
    let batch = event::parse(&event.finish()).unwrap();
    let rows = rows(&batch);
    let format = JsonLines::new(Compression::None, KafkaMetadata::Columns);
    let lines = String::from_utf8(format.encode(&rows, 0..1, "").unwrap()).unwrap();
    assert_eq!(lines, line);
    serde_json::from_str::<Value>(&lines).unwrap();
}

fn with_value(value: Option<&[u8]>) -> NewRecord<'_> {
    NewRecord {
        topic: "t",
        partition: 3,
        offset: 42,
        timestamp_ms: 1_705_314_600_000,
        timestamp_type: TimestampType::LogAppendTime,
        key: None,
        value,
        headers: Vec::new(),
    }
}

const METADATA: &str = r#""_kafka":{"topic":"t","partition":3,"offset":42,"timestamp":1705314600000,"timestamp_type":"LOG_APPEND_TIME","key":null,"headers":[]}"#;

#[test]
fn metadata_is_the_last_member_of_an_object_that_keeps_its_own_bytes() {
    let object = br#"{"z" : 1.0,"a":{"b":[1E5]} }"#;
    check_with_metadata(
        &with_value(Some(object)),
        &format!("{{\"z\" : 1.0,\"a\":{{\"b\":[1E5]}} ,{METADATA}}}\n"),
    );
    check_with_metadata(
        &with_value(Some(b"{\n \"a\": 1,\n \"a\": 2\n}\n")),
        &format!("{{\"a\":1,\"a\":2,{METADATA}}}\n"),
    );
}

#[test]
fn metadata_stands_alone_in_an_empty_object() {
    check_with_metadata(&with_value(Some(b"{}")), &format!("{{{METADATA}}}\n"));
    check_with_metadata(&with_value(Some(b"{ \t}")), &format!("{{ \t{METADATA}}}\n"));
    check_with_metadata(&with_value(Some(b"{\r\n}")), &format!("{{{METADATA}}}\n"));
}

#[test]
fn a_value_that_is_no_object_stands_beside_its_metadata() {
    for value in ["null", "-1.50", "\"}\"", "[{\"a\":1}]", "true"] {
        check_with_metadata(
            &with_value(Some(value.as_bytes())),
            &format!("{{\"value\":{value},{METADATA}}}\n"),
        );
    }
}

#[test]
fn a_tombstone_is_told_by_its_metadata() {
    let metadata = METADATA.strip_suffix('}').unwrap();
    check_with_metadata(&with_value(None), &format!("{{{metadata},\"tombstone\":true}}}}\n"));
}

#[test]
fn keys_and_header_values_are_in_base64_and_null_stays_null() {
    let record = NewRecord {
        topic: "a\"b",
        timestamp_ms: -1,
        timestamp_type: TimestampType::NoTimestampType,
        key: Some(b"\xff\x00"),
        headers: vec![("x", Some(b"1")), ("x", None), ("\n\"", Some(b""))],
        ..with_value(Some(b"{}"))
    };
    check_with_metadata(
        &record,
        concat!(
            r#"{"_kafka":{"topic":"a\"b","partition":3,"offset":42,"timestamp":null,"#,
            r#""timestamp_type":"NO_TIMESTAMP_TYPE","key":"/wA=","headers":[{"name":"x","value":"MQ=="},"#,
            r#"{"name":"x","value":null},{"name":"\n\"","value":""}]}}"#,
            "\n",
        ),
    );
}

#[test]
fn rows_are_written_in_their_order_each_with_its_line_end() {
    let batch = batch(&[Some("{\"b\":1.0}\n"), None, Some("[\n1\n]"), Some(" \"é\" ")]);
    let rows = rows(&batch);
    let encode = |compression| {
        JsonLines::new(compression, KafkaMetadata::None).encode(&rows, 0..rows.len(), "").unwrap()
    };
    let lines = "{\"b\":1.0}\nnull\n[1]\n\"é\"\n";
    assert_eq!(encode(Compression::None), lines.as_bytes());

    let mut unzipped = vec![0; lines.len()];
    let zipped = encode(Compression::gzip(6).unwrap());
    libdeflater::Decompressor::new().gzip_decompress(&zipped, &mut unzipped).unwrap();
    assert_eq!(unzipped, lines.as_bytes());
    let zipped = encode(Compression::zstd(3).unwrap());
    assert_eq!(zstd::bulk::decompress(&zipped, lines.len()).unwrap(), lines.as_bytes());
}

#[test]
fn no_rows_are_an_empty_object() {
    let encode =
        |compression| JsonLines::new(compression, KafkaMetadata::Columns).encode(&[], 0..0, "").unwrap();
    assert_eq!(encode(Compression::None), b"");
    let zipped = encode(Compression::gzip(6).unwrap());
    assert_eq!(libdeflater::Decompressor::new().gzip_decompress(&zipped, &mut []).unwrap(), 0);
    let zipped = encode(Compression::zstd(3).unwrap());
    assert_eq!(zstd::bulk::decompress(&zipped, 0).unwrap(), b"");
}

#[test]
fn an_object_says_how_it_is_compressed() {
    let check = |compression, extension, content_encoding| {
        let format = JsonLines::new(compression, KafkaMetadata::None);
        assert_eq!(json_lines_extension(compression), extension);
        assert_eq!(format.content_encoding(), content_encoding);
        assert_eq!(format.content_type(), "application/x-ndjson");
    };
    check(Compression::None, ".json", None);
    check(Compression::gzip(9).unwrap(), ".json.gz", Some("gzip"));
    check(Compression::zstd(1).unwrap(), ".json.zst", Some("zstd"));
}

#[test]
fn a_value_on_one_line_keeps_its_own_bytes() {
    check("{\"b\" : 1.0,\t\"a\":[1E5, 1e400,-0] }", "{\"b\" : 1.0,\t\"a\":[1E5, 1e400,-0] }\n");
    check("12345678901234567890123", "12345678901234567890123\n");
    check(
        r#"{"z":"\u00e9","a":"\/","z":"é","\u0061":"\\n"}"#,
        "{\"z\":\"\\u00e9\",\"a\":\"\\/\",\"z\":\"é\",\"\\u0061\":\"\\\\n\"}\n",
    );
    check("null", "null\n");
    check("\"\"", "\"\"\n");
}

#[test]
fn a_value_on_several_lines_loses_the_white_space_between_its_tokens() {
    check("{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}", "{\"a\":1,\"b\":[true,null]}\n");
    check("{\r\n\t\"a\" :\r\n\t\t\"x\" }", "{\"a\":\"x\"}\n");
    check("[1 ,\r2]", "[1,2]\n");
    check("[\n]", "[]\n");
    check("[[\n],{\n}]", "[[],{}]\n");
}

#[test]
fn compacting_leaves_numbers_order_and_repeated_members_alone() {
    check(
        "{\n\"z\": 1.0, \"a\": 1E5, \"z\": 1e400, \"n\": -0, \"i\": 12345678901234567890123\n}",
        "{\"z\":1.0,\"a\":1E5,\"z\":1e400,\"n\":-0,\"i\":12345678901234567890123}\n",
    );
}

#[test]
fn compacting_leaves_the_inside_of_strings_alone() {
    check("[\n\"a b\\tc\\n  d\"]", "[\"a b\\tc\\n  d\"]\n");
    check("[\n\" \\\" , \" , \"\\\\\" , \" \\\\\\\" \" ]", "[\" \\\" , \",\"\\\\\",\" \\\\\\\" \"]\n");
    check("{\n\" k \" : \"\\u00e9\\/\\u0020\" }", "{\" k \":\"\\u00e9\\/\\u0020\"}\n");
    // Line breaks of Unicode are text; JSON Lines ends a line with \n alone.
    check("[\n\"\u{2028} \u{85} é\"]", "[\"\u{2028} \u{85} é\"]\n");
}

/// Texts that are tokens, so that nothing which a parser would make equal is lost.
fn tokens() -> impl Strategy<Value = Vec<String>> {
    let leaves = prop_oneof![
        prop::sample::select(vec![
            "null",
            "true",
            "false",
            "0",
            "-0",
            "1.0",
            "1E5",
            "1e400",
            "12345678901234567890123",
            r#""\u00e9""#,
            r#""\/""#,
            r#""\\""#,
            r#""\"""#,
            r#""\\\" ""#,
            r#""\n \r""#,
            r#""\ud800""#,
            r#"" , : ""#,
            "\"\u{2028}\"",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<f64>().prop_map(|number| serde_json::to_string(&number).unwrap()),
    ]
    .prop_map(|token| vec![token]);
    leaves.prop_recursive(4, 48, 4, |inner| {
        let name = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
        let names = prop_oneof![
            name,
            prop::sample::select(vec![r#""a""#, r#"" \" ""#, r#""\u0061""#]).prop_map(str::to_owned)
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| surround("[", items, "]")),
            prop::collection::vec((names, inner), 0..4).prop_map(|members| {
                let members =
                    members.into_iter().map(|(name, value)| [vec![name, ":".to_owned()], value].concat());
                surround("{", members.collect(), "}")
            }),
        ]
    })
}

fn surround(open: &str, items: Vec<Vec<String>>, close: &str) -> Vec<String> {
    let inner = items.join(&",".to_owned());
    [vec![open.to_owned()], inner, vec![close.to_owned()]].concat()
}

/// Values as serde_json has them.
fn values() -> impl Strategy<Value = Value> {
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaves.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_with_white_space_anywhere_becomes_its_tokens(
        tokens in tokens(),
        gaps in prop::collection::vec("[ \t\n\r]{0,3}", 1..20),
    ) {
        let mut text = tokens[0].clone();
        for (token, gap) in tokens[1..].iter().zip(gaps.iter().cycle()) {
            text.push_str(gap);
            text.push_str(token);
        }
        let line = line_of(&text);
        let line = line.strip_suffix('\n').expect("a line ends");
        if text.contains(['\n', '\r']) {
            prop_assert_eq!(line, tokens.concat());
        } else {
            prop_assert_eq!(line, text);
        }
        prop_assert!(!line.contains(['\n', '\r']));
    }

    #[test]
    fn a_line_parses_to_the_value_however_it_was_printed(value in values()) {
        let compact = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(line_of(&compact), format!("{compact}\n"));
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(line_of(&pretty), format!("{compact}\n"));
    }
}
