//! Where records go that have no key of their own.

use crate::batch::record;
use crate::{check, deliver, value};
use record::Source;
use record::event::NewRecord;

/// Asserts that a record goes to quarantine, as its only one, with this kind and message.
#[track_caller]
fn check_rejected(vars: &[(&str, &str)], bad: NewRecord<'_>, kind: &str, message: &str) {
    let objects = deliver(Source::SelfManaged, vars, &[bad]);
    let keys: Vec<&String> = objects.keys().collect();
    assert_eq!(keys, ["quarantine/test-topic/partition=12/test-topic+12+0000000000.json"]);
    let line: serde_json::Value = serde_json::from_slice(&objects[keys[0]].body).expect("one line");
    assert_eq!((line["errorKind"].as_str(), line["errorMessage"].as_str()), (Some(kind), Some(message)));
}

const BY_RECORD: [(&str, &str); 1] = [("PARTITIONER_CLASS", "HourlyPartitioner")];

const BY_TIME_FIELD: [(&str, &str); 3] = [
    ("PARTITIONER_CLASS", "HourlyPartitioner"),
    ("TIMESTAMP_EXTRACTOR", "RecordField"),
    ("TIMESTAMP_FIELD", "t"),
];

const BY_FIELD: [(&str, &str); 2] =
    [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a")];

#[test]
fn a_value_that_is_not_json() {
    let rejected = |value, message| {
        check_rejected(&[], NewRecord { value: Some(value), ..record(0) }, "invalid_json", message);
    };
    rejected(b"", "value has 0 bytes, which is neither JSON nor a tombstone");
    rejected(b"not json", "value is not JSON: expected ident at line 1 column 2");
    rejected(b"{} {}", "value is not JSON: trailing characters at line 1 column 4");
    rejected(b"\"\xff\"", "value is not UTF-8 at byte 1 of 3");
}

#[test]
fn a_tombstone_unless_the_settings_take_it() {
    check_rejected(
        &[],
        NewRecord { value: None, ..record(0) },
        "tombstone",
        "value is null, and behavior.on.null.values is fail",
    );
}

#[test]
fn a_record_without_a_timestamp() {
    // Kafka's own "none", and the one kind of record that has it.
    let bad = NewRecord { timestamp_ms: -1, ..record(0) };
    check_rejected(&BY_RECORD, bad, "no_timestamp", "the record has no timestamp");
}

#[test]
fn a_timestamp_beyond_all_dates() {
    let message = "the timestamp is out of the range of dates, which ends with the year 9999";
    check_rejected(&BY_RECORD, NewRecord { timestamp_ms: i64::MAX, ..record(0) }, "no_timestamp", message);
    check_rejected(&BY_RECORD, NewRecord { timestamp_ms: i64::MIN, ..record(0) }, "no_timestamp", message);
}

#[test]
fn a_time_field_that_tells_no_time() {
    let rejected = |json, message| check_rejected(&BY_TIME_FIELD, value(0, json), "no_timestamp", message);
    rejected("{}", "the field `t` is absent or null, where a timestamp is expected");
    rejected(r#"{"t":null}"#, "the field `t` is absent or null, where a timestamp is expected");
    rejected(r#"{"t":12.2}"#, "the field `t` has the type fractional number, where a timestamp is expected");
    rejected(r#"{"t":1e3}"#, "the field `t` has the type fractional number, where a timestamp is expected");
    rejected(r#"{"t":[1427961600000]}"#, "the field `t` has the type array, where a timestamp is expected");
    rejected(r#"{"t":{"$date":1}}"#, "the field `t` has the type object, where a timestamp is expected");
    rejected(r#"{"t":true}"#, "the field `t` has the type boolean, where a timestamp is expected");
    rejected(r#"{"t":"def"}"#, "the field `t` is neither a number nor a date and time of ISO 8601");
    rejected(r#"{"t":""}"#, "the field `t` is neither a number nor a date and time of ISO 8601");
    rejected(r#"{"t":"2015-02-30"}"#, "the field `t` is neither a number nor a date and time of ISO 8601");
    rejected(r#"{"t":99999999999999999999}"#, "the field `t` is out of the range of timestamps");
    rejected("\"foo\"", "the value is not an object, so it has no field `t` to hold a timestamp");
    rejected("[1427961600000]", "the value is not an object, so it has no field `t` to hold a timestamp");
}

#[test]
fn a_field_that_cannot_name_a_path() {
    let rejected = |json, message: &str| check_rejected(&BY_FIELD, value(0, json), "unusable_field", message);
    let of_type = |name: &str| {
        format!(
            "the field `a` has the type {name}, where a text, a whole number, a boolean or null is expected"
        )
    };
    rejected(r#"{"a":12.2}"#, &of_type("fractional number"));
    rejected(r#"{"a":1.0}"#, &of_type("fractional number"));
    rejected(r#"{"a":[1]}"#, &of_type("array"));
    rejected(r#"{"a":{"b":1}}"#, &of_type("object"));
    rejected(r#"{"a":"\ud800"}"#, &of_type("text with a lone surrogate"));
    rejected("\"foo\"", "the value is not an object, so it has no field `a`");
    rejected("null", "the value is not an object, so it has no field `a`");
}

#[test]
fn a_key_longer_than_s3_takes() {
    let message = "the object's key would be longer than 1024 bytes";
    let of_length = |length: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(length));
    // topics/test-topic/a=<value>/test-topic+12+<19 digits>.json leaves so much.
    let room = 1024 - "topics/test-topic/a=/test-topic+12+9223372036854775807.json".len();
    check(
        &BY_FIELD,
        &[value(0, &of_length(room))],
        &[&format!("topics/test-topic/a={}/test-topic+12+0000000000.json", "x".repeat(room))],
    );
    check_rejected(&BY_FIELD, value(0, &of_length(room + 1)), "key_too_long", message);
    // What is encoded counts as it stands in the key.
    let slashes = format!(r#"{{"a":"{}"}}"#, "/".repeat(room / 3 + 1));
    check_rejected(&BY_FIELD, value(0, &slashes), "key_too_long", message);
}

#[test]
fn the_bad_of_a_partition_share_an_object_and_the_good_stay_where_they_belong() {
    let bad = |partition, offset| NewRecord { partition, value: Some(b"{"), ..record(offset) };
    check(
        &BY_RECORD,
        &[record(3), bad(12, 4), bad(12, 6), record(5), bad(0, 9)],
        &[
            "quarantine/test-topic/partition=0/test-topic+0+0000000009.json",
            "quarantine/test-topic/partition=12/test-topic+12+0000000004.json",
            "topics/test-topic/year=2015/month=04/day=02/hour=08/test-topic+12+0000000003.json",
        ],
    );
}

#[test]
fn the_quarantine_has_a_directory_and_a_compression_but_no_template_or_delimiters() {
    let bad = || NewRecord { value: Some(b"{"), ..record(7) };
    let key = |vars: &[_], key| check(vars, &[bad()], &[key]);
    key(
        &[("QUARANTINE_DIR", "lake/rejected"), ("S3_COMPRESSION_TYPE", "gzip")],
        "lake/rejected/test-topic/partition=12/test-topic+12+0000000007.json.gz",
    );
    key(
        &[("DIRECTORY_DELIM", "_"), ("FILE_DELIM", "-"), ("FILENAME_OFFSET_ZERO_PAD_WIDTH", "3")],
        "quarantine/test-topic/partition=12/test-topic+12+007.json",
    );
    key(
        &[("OBJECT_KEY_TEMPLATE", "{topic}/{partition}-{offset}"), ("TOPICS_DIR", "")],
        "quarantine/test-topic/partition=12/test-topic+12+0000000007.json",
    );
}

#[test]
fn the_flush_size_does_not_cut_the_quarantine() {
    let bad = |offset| NewRecord { value: Some(b"{"), ..record(offset) };
    check(
        &[("FLUSH_SIZE", "1")],
        &[bad(0), bad(1)],
        &["quarantine/test-topic/partition=12/test-topic+12+0000000000.json"],
    );
}
