//! What an object holds, and what it says of itself.

use crate::run::deliver;
use crate::{batch, record, sink, value};
use delivery::Object;
use record::Identity;
use record::event::NewRecord;

/// Delivers a batch that makes one object.
#[track_caller]
fn object(vars: &[(&str, &str)], records: &[NewRecord<'_>]) -> Object {
    let sink = sink(vars);
    deliver(&sink, &batch(records)).expect("delivered");
    let mut objects = sink.store().objects().into_values();
    let object = objects.next().expect("an object");
    assert_eq!(objects.len(), 0, "more than one object");
    object
}

#[track_caller]
fn check_body(vars: &[(&str, &str)], records: &[NewRecord<'_>], expected: &str) {
    assert_eq!(std::str::from_utf8(&object(vars, records).body), Ok(expected));
}

#[test]
fn a_value_is_a_line_in_its_own_bytes() {
    check_body(
        &[],
        &[
            value(0, Some(r#"{"z":1,"a":2,"z":3}"#)),
            value(1, Some(r#"{"n":1.10,"e":1E+2,"big":123456789012345678901234567890,"zero":-0}"#)),
            value(2, Some(r#"{"s":"\u00e9\/\ud800","t":"é"}"#)),
            value(3, Some("  [ 1,\t2 ]  ")),
            value(4, Some("\"text\"")),
            value(5, Some("null")),
        ],
        concat!(
            r#"{"z":1,"a":2,"z":3}"#,
            "\n",
            r#"{"n":1.10,"e":1E+2,"big":123456789012345678901234567890,"zero":-0}"#,
            "\n",
            r#"{"s":"\u00e9\/\ud800","t":"é"}"#,
            "\n",
            "[ 1,\t2 ]\n\"text\"\nnull\n"
        ),
    );
}

#[test]
fn a_value_of_several_lines_becomes_one() {
    check_body(
        &[],
        &[value(0, Some("{\r\n  \"a b\": \" x \\n \",\n  \"c\": [1, 2]\n}\n"))],
        "{\"a b\":\" x \\n \",\"c\":[1,2]}\n",
    );
}

#[test]
fn a_tombstone_that_is_written_is_the_line_null() {
    check_body(
        &[("BEHAVIOR_ON_NULL_VALUES", "write")],
        &[value(0, Some("1")), value(1, None), value(2, Some("2"))],
        "1\nnull\n2\n",
    );
}

#[test]
fn a_compressed_object_is_the_same_lines_compressed() {
    let lines = "{\"page\":\"/products/123\"}\n".repeat(100);
    let records: Vec<_> =
        (0..100).map(|offset| value(offset, Some("{\"page\":\"/products/123\"}"))).collect();

    let plain = object(&[], &records);
    assert_eq!((plain.content_type, plain.content_encoding), ("application/x-ndjson", None));
    assert_eq!(plain.body, lines);

    let gzip = object(&[("S3_COMPRESSION_TYPE", "gzip"), ("S3_COMPRESSION_LEVEL", "9")], &records);
    assert_eq!((gzip.content_type, gzip.content_encoding), ("application/x-ndjson", Some("gzip")));
    assert!(gzip.body.len() < lines.len() / 10);
    let mut decompressed = vec![0; lines.len()];
    let length = libdeflater::Decompressor::new().gzip_decompress(&gzip.body, &mut decompressed);
    assert_eq!(length, Ok(lines.len()));
    assert!(decompressed == lines.as_bytes());

    let zstd = object(&[("S3_COMPRESSION_TYPE", "zstd")], &records);
    assert_eq!((zstd.content_type, zstd.content_encoding), ("application/x-ndjson", Some("zstd")));
    assert!(zstd::bulk::decompress(&zstd.body, lines.len()).expect("zstd") == lines.as_bytes());
}

#[test]
fn an_object_says_which_offsets_it_answers_for_and_which_record_is_its_first() {
    let first = NewRecord { key: Some(b"user-123"), ..value(5, Some("{\"a\":1}")) };
    let object = object(&[], &[first.clone(), record(6), record(7), record(9)]);
    assert_eq!(object.coverage.offsets().collect::<Vec<_>>(), [5, 6, 7, 9]);
    let identity = Identity::of_parts(Some(first.timestamp_ms), first.key, first.value);
    assert_eq!(object.identity, Some(identity));
}

#[test]
fn a_rejected_record_keeps_all_that_the_event_had_of_it() {
    let bad = NewRecord {
        key: Some(b"user-123"),
        headers: vec![("trace", Some(b"\x00\xff")), ("trace", None)],
        ..value(7, Some("{"))
    };
    check_body(
        &[],
        &[bad],
        concat!(
            r#"{"topic":"test-topic","partition":12,"offset":7,"timestamp":1427961600000,"#,
            r#""timestampType":"CREATE_TIME","headers":[{"name":"trace","value":"AP8="},"#,
            r#"{"name":"trace","value":null}],"key":"dXNlci0xMjM=","value":"ew==","errorKind":"invalid_json","#,
            r#""errorMessage":"value is not JSON: EOF while parsing an object at line 1 column 1"}"#,
            "\n"
        ),
    );
}

#[test]
fn the_quarantine_is_compressed_as_data_is() {
    let object = object(&[("S3_COMPRESSION_TYPE", "gzip")], &[value(7, Some("{"))]);
    assert_eq!((object.content_type, object.content_encoding), ("application/x-ndjson", Some("gzip")));
    assert_eq!(object.body[..2], [0x1f, 0x8b]);
    assert_eq!(object.coverage.offsets().collect::<Vec<_>>(), [7]);
}
