//! `timestamp.extractor=RecordField`.

use crate::{check, value};

/// 2015-04-02T08:00:00Z, one in the morning in Los Angeles.
const MS: &str = "1427961600000";

const PATH: &str = "2015-04-02-01";

/// Asserts the hour in Los Angeles that a value's field `field` tells.
#[track_caller]
fn check_field(field: &str, json: &str, path: &str) {
    check_with(&[], field, json, path);
}

#[track_caller]
fn check_with(vars: &[(&str, &str)], field: &str, json: &str, path: &str) {
    let mut all = vec![
        ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
        ("PARTITION_DURATION_MS", "3600000"),
        ("PATH_FORMAT", "YYYY-MM-dd-HH"),
        ("TIMEZONE", "America/Los_Angeles"),
        ("TIMESTAMP_EXTRACTOR", "RecordField"),
        ("TIMESTAMP_FIELD", field),
    ];
    all.extend(vars);
    check(&all, &[value(0, json)], &[&format!("topics/test-topic/{path}/test-topic+12+0000000000.json")]);
}

/// Asserts the hour of a text in the field `t`.
#[track_caller]
fn check_text(text: &str, path: &str) {
    check_field("t", &format!(r#"{{"t":"{text}"}}"#), path);
}

#[test]
fn a_number_counts_milliseconds() {
    check_field("t", &format!(r#"{{"t":{MS}}}"#), PATH);
    // Four in the afternoon in Los Angeles, whose 1969 is rounded toward 1970.
    check_field("t", r#"{"t":12}"#, "1969-12-31-17");
    check_field("t", r#"{"t":28800000}"#, "1970-01-01-00");
    check_field("t", r#"{"t":2147483647}"#, "1970-01-25-12");
    check_field("t", r#"{"t":-1}"#, "1969-12-31-16");
}

#[test]
fn a_text_of_digits_is_a_number() {
    check_text(MS, PATH);
    check_text("0", "1969-12-31-16");
    check_text("-28800000", "1969-12-31-08");
    check_text("0001427961600000", PATH);
}

#[test]
fn a_text_may_be_a_time_of_iso_8601_with_an_offset() {
    check_text("2015-04-02T08:00:00Z", PATH);
    check_text("2015-04-02T08:00:00.000Z", PATH);
    check_text("2015-04-02T01:00:00.000-07:00", PATH);
    check_text("2015-04-02T01:00:00-07:00", PATH);
    check_text("2015-04-02T17:00:00+0900", PATH);
    check_text("2015-04-02T17:00+09", PATH);
    check_text("2015-W14-4T08Z", PATH);
    check_text("2015-092T08:00Z", PATH);
    check_text("2015-04-02T08:59:59.999999999Z", PATH);
}

#[test]
fn a_text_without_an_offset_is_in_the_time_zone_of_the_settings() {
    check_text("2015-04-02T01:00:00", PATH);
    check_text("2015-04-02T01:00:00.5", PATH);
    check_text("2015-04-02", "2015-04-02-00");
    check_text("2015-04", "2015-04-01-00");
    // Four digits are a number first: two seconds and fifteen milliseconds.
    check_text("2015", "1969-12-31-17");
}

#[test]
fn a_field_may_be_nested() {
    check_field("nested.timestamp", &format!(r#"{{"nested":{{"timestamp":{MS}}}}}"#), PATH);
    check_field("a.b.c", r#"{"a":{"b":{"c":"2015-04-02T08:00:00Z"}}}"#, PATH);
}

#[test]
fn the_field_is_called_timestamp_where_no_setting_says_otherwise() {
    check(
        &[("PARTITIONER_CLASS", "HourlyPartitioner"), ("TIMESTAMP_EXTRACTOR", "RecordField")],
        &[value(0, &format!(r#"{{"timestamp":{MS}}}"#))],
        &["topics/test-topic/year=2015/month=04/day=02/hour=08/test-topic+12+0000000000.json"],
    );
}

#[test]
fn a_number_may_count_in_another_unit() {
    let unit = |unit, number| {
        check_with(&[("TIMESTAMP_UNIT", unit)], "t", &format!(r#"{{"t":{number}}}"#), PATH);
        check_with(&[("TIMESTAMP_UNIT", unit)], "t", &format!(r#"{{"t":"{number}"}}"#), PATH);
    };
    unit("s", "1427961600");
    unit("ms", "1427961600000");
    unit("us", "1427961600000000");
    unit("ns", "1427961600000000000");
    // A date is a date in any unit.
    check_with(&[("TIMESTAMP_UNIT", "s")], "t", r#"{"t":"2015-04-02T08:00:00Z"}"#, PATH);
}

#[test]
fn what_is_finer_than_a_millisecond_never_gets_into_the_next_bucket() {
    check_with(&[("TIMESTAMP_UNIT", "ns")], "t", r#"{"t":1427961599999999999}"#, "2015-04-02-00");
}

#[test]
fn an_extractor_is_called_by_its_full_name_too() {
    let class = "io.confluent.connect.storage.partitioner.TimeBasedPartitioner$RecordFieldTimestampExtractor";
    check_with(&[("TIMESTAMP_EXTRACTOR", class)], "t", &format!(r#"{{"t":{MS}}}"#), PATH);
}
