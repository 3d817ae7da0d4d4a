//! A comma list of partitioners.

use crate::{check, value};

const RECORD: &str = r#"{"int":12,"country":"KR","a/b":"c"}"#;

#[track_caller]
fn check_path(classes: &str, path: &str) {
    check_with(&[("PARTITIONER_CLASS", classes), ("PARTITION_FIELD_NAME", "int")], path);
}

#[track_caller]
fn check_with(vars: &[(&str, &str)], path: &str) {
    let mut all = vec![("PARTITION_FIELD_NAME", "int")];
    all.extend(vars);
    check(&all, &[value(0, RECORD)], &[&format!("topics/test-topic/{path}/test-topic+12+0000000000.json")]);
}

#[test]
fn the_paths_are_joined_in_the_order_of_the_list() {
    check_path("FieldPartitioner,DailyPartitioner", "int=12/year=2015/month=04/day=02");
    check_path("DailyPartitioner,FieldPartitioner", "year=2015/month=04/day=02/int=12");
    check_path("HourlyPartitioner, DefaultPartitioner", "year=2015/month=04/day=02/hour=08/partition=12");
    check_path(
        "DefaultPartitioner,FieldPartitioner,HourlyPartitioner",
        "partition=12/int=12/year=2015/month=04/day=02/hour=08",
    );
}

#[test]
fn full_and_short_names_of_classes_mix() {
    check_path(
        "io.confluent.connect.storage.partitioner.FieldPartitioner,DailyPartitioner",
        "int=12/year=2015/month=04/day=02",
    );
}

#[test]
fn a_field_and_a_time_of_ones_own_format() {
    check_with(
        &[
            ("PARTITIONER_CLASS", "FieldPartitioner,TimeBasedPartitioner"),
            ("PARTITION_DURATION_MS", "3600000"),
            ("PATH_FORMAT", "'year'=YYYY/'month'=M/'day'=d/'hour'=H/"),
            ("TIMEZONE", "America/Los_Angeles"),
        ],
        "int=12/year=2015/month=4/day=2/hour=1",
    );
}

#[test]
fn several_fields_and_a_day_in_another_zone() {
    check_with(
        &[
            ("PARTITIONER_CLASS", "FieldPartitioner,DailyPartitioner"),
            ("PARTITION_FIELD_NAME", "country,a/b"),
            ("TIMEZONE", "Pacific/Kiritimati"),
        ],
        "country=KR/a%2Fb=c/year=2015/month=04/day=02",
    );
}

#[test]
fn the_directory_delimiter_stands_between_the_paths() {
    check(
        &[
            ("DIRECTORY_DELIM", "_"),
            ("PARTITIONER_CLASS", "FieldPartitioner,DailyPartitioner"),
            ("PARTITION_FIELD_NAME", "int"),
        ],
        &[value(0, RECORD)],
        &["topics_test-topic_int=12_year=2015_month=04_day=02_test-topic+12+0000000000.json"],
    );
}
