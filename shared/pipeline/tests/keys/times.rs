//! `TimeBasedPartitioner`, `DailyPartitioner` and `HourlyPartitioner` by the record's own timestamp.

use crate::batch::record;
use crate::run::NOW_MS;
use crate::{at, check, check_offsets};
use jiff::Timestamp;

const HOUR: &str = "3600000";

/// The format of the sink's own tests, whose delimiter at the end goes.
const FORMAT: &str = "'year'=YYYY/'month'=M/'day'=d/'hour'=H/";

#[track_caller]
fn check_path(vars: &[(&str, &str)], time: &str, path: &str) {
    check(vars, &[at(0, time)], &[&format!("topics/test-topic/{path}/test-topic+12+0000000000.json")]);
}

#[track_caller]
fn check_preset(class: &str, time_zone: &str, time: &str, path: &str) {
    check_path(&[("PARTITIONER_CLASS", class), ("TIMEZONE", time_zone)], time, path);
}

#[track_caller]
fn check_time_based(duration_ms: &str, format: &str, time_zone: &str, time: &str, path: &str) {
    let vars = [
        ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
        ("PARTITION_DURATION_MS", duration_ms),
        ("PATH_FORMAT", format),
        ("TIMEZONE", time_zone),
        ("LOCALE", "en_US"),
    ];
    check_path(&vars, time, path);
}

#[test]
fn daily_is_year_month_and_day_in_the_zone() {
    check_preset(
        "DailyPartitioner",
        "America/Los_Angeles",
        "2014-02-01T11:00:00Z",
        "year=2014/month=02/day=01",
    );
    check_preset("DailyPartitioner", "UTC", "2014-02-01T00:00:00Z", "year=2014/month=02/day=01");
    check_preset("DailyPartitioner", "UTC", "2014-01-31T23:59:59.999Z", "year=2014/month=01/day=31");
    check_preset("DailyPartitioner", "Asia/Seoul", "2014-01-31T15:00:00Z", "year=2014/month=02/day=01");
}

#[test]
fn hourly_has_the_hour_too() {
    check_preset(
        "HourlyPartitioner",
        "America/Los_Angeles",
        "2015-02-01T11:00:00Z",
        "year=2015/month=02/day=01/hour=03",
    );
    check_preset("HourlyPartitioner", "UTC", "2025-11-11T10:59:59.999Z", "year=2025/month=11/day=11/hour=10");
    check_preset("HourlyPartitioner", "UTC", "2025-11-11T11:00:00Z", "year=2025/month=11/day=11/hour=11");
}

#[test]
fn a_format_is_written_for_the_start_of_the_bucket() {
    let los_angeles = "America/Los_Angeles";
    check_time_based(HOUR, FORMAT, los_angeles, "2015-04-02T08:00:00Z", "year=2015/month=4/day=2/hour=1");
    check_time_based(
        "7200000",
        FORMAT,
        los_angeles,
        "2015-04-02T08:00:00Z",
        "year=2015/month=4/day=2/hour=0",
    );
    check_time_based(
        "7200000",
        FORMAT,
        los_angeles,
        "2015-01-01T11:00:00Z",
        "year=2015/month=1/day=1/hour=2",
    );
    // Five minutes, and a duration that divides no hour.
    check_time_based("300000", "HH-mm", "UTC", "2015-04-02T08:04:59.999Z", "08-00");
    check_time_based("300000", "HH-mm", "UTC", "2015-04-02T08:05:00Z", "08-05");
    check_time_based("420000", "HH-mm-ss", "UTC", "1970-01-01T00:20:59Z", "00-14-00");
    check_time_based("1", "HH-mm-ss-SSS", "UTC", "2015-04-02T08:04:59.007Z", "08-04-59-007");
}

#[test]
fn a_bucket_may_be_longer_than_its_format_tells() {
    let week = "604800000";
    // Weeks are counted from the epoch, a Thursday.
    check_time_based(week, "YYYY-MM-dd", "UTC", "2015-04-01T23:59:59Z", "2015-03-26");
    check_time_based(week, "YYYY-MM-dd", "UTC", "2015-04-02T00:00:00Z", "2015-04-02");
}

#[test]
fn a_bucket_may_be_shorter_than_its_format_tells() {
    let vars = [
        ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
        ("PARTITION_DURATION_MS", HOUR),
        ("PATH_FORMAT", "'dt'=YYYY-MM-dd"),
    ];
    // Two buckets, one path: one object.
    check_offsets(
        &vars,
        &[at(0, "2015-04-02T08:00:00Z"), at(1, "2015-04-02T09:00:00Z"), at(2, "2015-04-03T00:00:00Z")],
        &[
            ("topics/test-topic/dt=2015-04-02/test-topic+12+0000000000.json", &[0, 1]),
            ("topics/test-topic/dt=2015-04-03/test-topic+12+0000000002.json", &[2]),
        ],
    );
}

#[test]
fn late_records_go_where_their_time_is() {
    check_offsets(
        &[("PARTITIONER_CLASS", "HourlyPartitioner")],
        &[
            at(0, "2017-03-02T10:00:00Z"),
            at(1, "2017-03-02T09:59:40Z"),
            at(2, "2017-03-02T12:00:00Z"),
            at(3, "2017-03-02T09:59:40Z"),
            at(4, "2017-03-02T11:30:00Z"),
            at(5, "2017-03-02T10:00:20Z"),
        ],
        &[
            ("topics/test-topic/year=2017/month=03/day=02/hour=09/test-topic+12+0000000001.json", &[1, 3]),
            ("topics/test-topic/year=2017/month=03/day=02/hour=10/test-topic+12+0000000000.json", &[0, 5]),
            ("topics/test-topic/year=2017/month=03/day=02/hour=11/test-topic+12+0000000004.json", &[4]),
            ("topics/test-topic/year=2017/month=03/day=02/hour=12/test-topic+12+0000000002.json", &[2]),
        ],
    );
}

#[test]
fn a_time_zone_is_a_name_or_an_offset() {
    let noon = "2024-06-30T12:00:00Z";
    let hour = |time_zone, path| check_time_based(HOUR, "YYYY-MM-dd-HH", time_zone, noon, path);
    hour("UTC", "2024-06-30-12");
    hour("Z", "2024-06-30-12");
    hour("GMT", "2024-06-30-12");
    hour("Asia/Seoul", "2024-06-30-21");
    hour("US/Pacific", "2024-06-30-05");
    hour("+09:00", "2024-06-30-21");
    hour("-0330", "2024-06-30-08");
    hour("Pacific/Kiritimati", "2024-07-01-02");
    hour("Asia/Kathmandu", "2024-06-30-17");
}

#[test]
fn two_hours_of_one_name_are_one_path() {
    let vars = [("PARTITIONER_CLASS", "HourlyPartitioner"), ("TIMEZONE", "America/Los_Angeles")];
    check_offsets(
        &vars,
        &[
            at(0, "2015-11-01T07:59:00Z"),
            at(1, "2015-11-01T08:01:00Z"),
            at(2, "2015-11-01T09:01:00Z"),
            at(3, "2015-11-01T10:01:00Z"),
        ],
        &[
            ("topics/test-topic/year=2015/month=11/day=01/hour=00/test-topic+12+0000000000.json", &[0]),
            ("topics/test-topic/year=2015/month=11/day=01/hour=01/test-topic+12+0000000001.json", &[1, 2]),
            ("topics/test-topic/year=2015/month=11/day=01/hour=02/test-topic+12+0000000003.json", &[3]),
        ],
    );
}

#[test]
fn no_record_has_an_hour_that_is_skipped() {
    let hour = |time, path| check_preset("HourlyPartitioner", "America/Los_Angeles", time, path);
    hour("2015-03-08T09:59:59Z", "year=2015/month=03/day=08/hour=01");
    hour("2015-03-08T10:00:00Z", "year=2015/month=03/day=08/hour=03");
}

#[test]
fn a_day_is_the_calendars_where_clocks_change() {
    let day = |time, path| check_preset("DailyPartitioner", "America/Los_Angeles", time, path);
    // 23 hours.
    day("2015-03-08T08:00:00Z", "year=2015/month=03/day=08");
    day("2015-03-09T06:59:59Z", "year=2015/month=03/day=08");
    day("2015-03-09T07:00:00Z", "year=2015/month=03/day=09");
    // 25 hours.
    day("2015-11-01T07:00:00Z", "year=2015/month=11/day=01");
    day("2015-11-02T07:59:59Z", "year=2015/month=11/day=01");
    day("2015-11-02T08:00:00Z", "year=2015/month=11/day=02");
}

#[test]
fn the_year_is_the_calendars_around_new_year() {
    // By ISO weeks this Monday is of 2025, and this Sunday of 2022.
    check_preset("DailyPartitioner", "UTC", "2024-12-30T00:00:00Z", "year=2024/month=12/day=30");
    check_preset("DailyPartitioner", "UTC", "2023-01-01T00:00:00Z", "year=2023/month=01/day=01");
    check_time_based(HOUR, "YYYY/xxxx-ww", "UTC", "2024-12-30T00:00:00Z", "2024/2025-01");
    check_preset(
        "HourlyPartitioner",
        "Asia/Seoul",
        "2024-12-31T15:00:00Z",
        "year=2025/month=01/day=01/hour=00",
    );
}

#[test]
fn before_1970_a_bucket_is_called_by_its_end_as_connect_divides() {
    let hour = |time, path| check_preset("HourlyPartitioner", "UTC", time, path);
    hour("1970-01-01T00:00:00Z", "year=1970/month=01/day=01/hour=00");
    hour("1969-12-31T23:30:00Z", "year=1970/month=01/day=01/hour=00");
    hour("1969-12-31T23:00:00Z", "year=1969/month=12/day=31/hour=23");
    hour("1969-12-31T22:30:00Z", "year=1969/month=12/day=31/hour=23");
    check_preset(
        "HourlyPartitioner",
        "America/Los_Angeles",
        "1970-01-01T08:00:00Z",
        "year=1970/month=01/day=01/hour=00",
    );
}

#[test]
fn one_millisecond_before_1970_is_kafkas_no_timestamp_but_two_are_a_time() {
    check_preset("HourlyPartitioner", "UTC", "1969-12-31T23:59:59.998Z", "year=1970/month=01/day=01/hour=00");
}

#[test]
fn the_wall_clock_is_the_invocations_for_all_records() {
    let now: Timestamp = "2024-01-15T10:30:00Z".parse().expect("a time");
    assert_eq!(now.as_millisecond(), NOW_MS);
    check(
        &[("PARTITIONER_CLASS", "HourlyPartitioner"), ("TIMESTAMP_EXTRACTOR", "Wallclock")],
        &[at(0, "2015-04-02T08:00:00Z"), record(1)],
        &["topics/test-topic/year=2024/month=01/day=15/hour=10/test-topic+12+0000000000.json"],
    );
}
