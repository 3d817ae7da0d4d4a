//! `directory.delim` and `file.delim`.

use crate::batch::record;
use crate::{at, check, value};

#[test]
fn the_file_delimiter_joins_the_parts_of_the_name() {
    let key = |delimiter, expected| check(&[("FILE_DELIM", delimiter)], &[record(0)], &[expected]);
    key("-", "topics/test-topic/partition=12/test-topic-12-0000000000.json");
    key("#", "topics/test-topic/partition=12/test-topic#12#0000000000.json");
    key("__", "topics/test-topic/partition=12/test-topic__12__0000000000.json");
}

#[test]
fn the_directory_delimiter_joins_the_directories() {
    let key = |delimiter, expected| check(&[("DIRECTORY_DELIM", delimiter)], &[record(0)], &[expected]);
    key("_", "topics_test-topic_partition=12_test-topic+12+0000000000.json");
    key("|", "topics|test-topic|partition=12|test-topic+12+0000000000.json");
}

#[test]
fn without_a_directory_its_delimiter_goes_too() {
    check(
        &[("DIRECTORY_DELIM", "_"), ("TOPICS_DIR", "")],
        &[record(0)],
        &["test-topic_partition=12_test-topic+12+0000000000.json"],
    );
}

#[test]
fn the_directory_delimiter_joins_fields_too() {
    check(
        &[
            ("DIRECTORY_DELIM", "_"),
            ("PARTITIONER_CLASS", "FieldPartitioner"),
            ("PARTITION_FIELD_NAME", "string,int"),
        ],
        &[value(0, r#"{"string":"def","int":12}"#)],
        &["topics_test-topic_string=def_int=12_test-topic+12+0000000000.json"],
    );
}

#[test]
fn the_directory_delimiter_is_in_the_presets_of_daily_and_hourly() {
    let key = |class, expected| {
        check(
            &[("DIRECTORY_DELIM", "_"), ("PARTITIONER_CLASS", class)],
            &[at(0, "2014-02-01T03:00:00Z")],
            &[expected],
        );
    };
    key("DailyPartitioner", "topics_test-topic_year=2014_month=02_day=01_test-topic+12+0000000000.json");
    key(
        "HourlyPartitioner",
        "topics_test-topic_year=2014_month=02_day=01_hour=03_test-topic+12+0000000000.json",
    );
}

#[test]
fn one_directory_delimiter_at_the_end_of_a_format_is_not_part_of_it() {
    let key = |delimiter, format, expected| {
        check(
            &[
                ("DIRECTORY_DELIM", delimiter),
                ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
                ("PARTITION_DURATION_MS", "3600000"),
                ("PATH_FORMAT", format),
            ],
            &[at(0, "2014-02-01T03:00:00Z")],
            &[expected],
        );
    };
    key("/", "'year='YYYY/", "topics/test-topic/year=2014/test-topic+12+0000000000.json");
    key("_", "'year='YYYY_", "topics_test-topic_year=2014_test-topic+12+0000000000.json");
}
