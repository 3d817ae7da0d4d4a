//! `object.key.template`.

use crate::batch::record;
use crate::{at, check, value};

#[track_caller]
fn check_template(template: &str, key: &str) {
    check(
        &[("OBJECT_KEY_TEMPLATE", template), ("PARTITIONER_CLASS", "HourlyPartitioner")],
        &[record(42)],
        &[key],
    );
}

#[test]
fn the_default_written_out_makes_the_default_keys() {
    check_template(
        "{topics.dir}/{topic}/{path}/{topic}+{partition}+{offset}{extension}",
        "topics/test-topic/year=2015/month=04/day=02/hour=08/test-topic+12+0000000042.json",
    );
}

#[test]
fn the_topic_need_not_be_a_directory() {
    check_template(
        "{path}/{topic}+{partition}+{offset}{extension}",
        "year=2015/month=04/day=02/hour=08/test-topic+12+0000000042.json",
    );
}

#[test]
fn the_path_may_come_first_last_or_not_at_all() {
    check_template(
        "{path}/{topics.dir}/{topic}-{partition}-{offset}",
        "year=2015/month=04/day=02/hour=08/topics/test-topic-12-0000000042",
    );
    check_template("raw/{topic}/{partition}.{offset}{extension}", "raw/test-topic/12.0000000042.json");
    check_template(
        "{topic}/by-hour/{path}/{partition}_{offset}.part{extension}",
        "test-topic/by-hour/year=2015/month=04/day=02/hour=08/12_0000000042.part.json",
    );
}

#[test]
fn literal_text_stands_as_it_is() {
    check_template("a b/ü={topic}/p{partition}o{offset}.x", "a b/ü=test-topic/p12o0000000042.x");
}

#[test]
fn width_and_compression_hold_in_a_template_too() {
    check(
        &[
            ("OBJECT_KEY_TEMPLATE", "{topic}/{partition}-{offset}{extension}"),
            ("FILENAME_OFFSET_ZERO_PAD_WIDTH", "3"),
            ("S3_COMPRESSION_TYPE", "gzip"),
        ],
        &[record(7)],
        &["test-topic/12-007.json.gz"],
    );
}

#[test]
fn an_empty_directory_vanishes_with_its_slash() {
    let key = |template, key| {
        check(&[("OBJECT_KEY_TEMPLATE", template), ("TOPICS_DIR", "")], &[record(0)], &[key]);
    };
    key("{topics.dir}/{topic}+{partition}+{offset}{extension}", "test-topic+12+0000000000.json");
    key("a/{topics.dir}/{topic}+{partition}+{offset}{extension}", "a/test-topic+12+0000000000.json");
}

#[test]
fn paths_may_be_told_apart_by_nothing_but_the_path() {
    // Without `{path}` in it two objects of one partition still differ by offset.
    check(
        &[
            ("OBJECT_KEY_TEMPLATE", "{topic}/{partition}+{offset}{extension}"),
            ("PARTITIONER_CLASS", "FieldPartitioner"),
            ("PARTITION_FIELD_NAME", "a"),
        ],
        &[value(0, r#"{"a":1}"#), value(1, r#"{"a":2}"#)],
        &["test-topic/12+0000000000.json", "test-topic/12+0000000001.json"],
    );
}

#[test]
fn a_date_may_be_one_directory() {
    check(
        &[
            ("OBJECT_KEY_TEMPLATE", "{topics.dir}/{topic}/dt={path}/{topic}+{partition}+{offset}{extension}"),
            ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
            ("PARTITION_DURATION_MS", "86400000"),
            ("PATH_FORMAT", "YYYY-MM-dd"),
        ],
        &[at(0, "2025-11-11T10:00:00Z")],
        &["topics/test-topic/dt=2025-11-11/test-topic+12+0000000000.json"],
    );
}
