//! Paths, row by row: the facts that the tests of the Confluent sink hold it to, and where ours differ.

use crate::samples::{Sample, batch, integer, rows, text};
use crate::{Locale, Partitioner, Partitioning, PathFormat, TimeBased, TimestampExtractor, TimestampUnit};
use crate::{group, parse_time_zone};
use naming::Delimiter;
use record::{Field, RejectionKind};
use std::num::NonZeroU64;

const LOS_ANGELES: &str = "America/Los_Angeles";

/// 2015-04-02T01:00 in Los Angeles.
const APRIL_MS: i64 = 1_427_961_600_000;

/// The path of a row, or the word and sentence of its rejection.
fn place(
    partitioners: Vec<Partitioner>,
    delimiter: &str,
    sample: Sample,
) -> Result<String, (RejectionKind, String)> {
    let samples = [sample];
    let batch = batch(&samples);
    let partitioning =
        Partitioning { partitioners, directory_delimiter: delimiter.parse().unwrap(), flush_size: None };
    let mut grouped = group(rows(&batch, &samples), &partitioning, 15_778_800_000);
    match (grouped.groups.pop(), grouped.rejections.pop()) {
        (Some(group), None) => Ok(group.path.to_string()),
        (None, Some(rejection)) => Err((rejection.kind, rejection.message)),
        other => panic!("a row is placed or rejected, not {other:?}"),
    }
}

#[track_caller]
fn check(partitioner: Partitioner, sample: Sample, expected: &str) {
    assert_eq!(place(vec![partitioner], "/", sample), Ok(expected.to_owned()));
}

#[track_caller]
fn check_rejected(partitioner: Partitioner, sample: Sample, kind: RejectionKind, message: &str) {
    assert_eq!(place(vec![partitioner], "/", sample), Err((kind, message.to_owned())));
}

fn fields(names: &str) -> Partitioner {
    Partitioner::Field(names.parse().unwrap())
}

fn record_field(field: &str) -> TimestampExtractor {
    TimestampExtractor::RecordField { field: field.parse().unwrap(), unit: TimestampUnit::Milliseconds }
}

/// As most of Connect's tests have it.
fn time_based(duration_ms: u64, extractor: TimestampExtractor) -> Partitioner {
    let pattern = "'year'=YYYY/'month'=M/'day'=d/'hour'=H/";
    Partitioner::TimeBased(TimeBased {
        duration_ms: NonZeroU64::new(duration_ms).unwrap(),
        format: PathFormat::parse(pattern, Locale::ENGLISH, &Delimiter::directory()).unwrap(),
        time_zone: parse_time_zone(LOS_ANGELES).unwrap(),
        extractor,
    })
}

fn hourly_of(field: &str) -> Partitioner {
    time_based(3_600_000, record_field(field))
}

#[test]
fn the_default_is_kafkas_partition() {
    check(Partitioner::Default, Sample { partition: 12, ..Sample::default() }, "partition=12");
    assert_eq!(place(Vec::new(), "/", Sample::default()), Ok("partition=0".to_owned()));
}

#[test]
fn a_field_names_its_path() {
    check(fields("boolean"), Sample::with(&[("boolean", Field::Boolean(true))]), "boolean=true");
    check(fields("boolean"), Sample::with(&[("boolean", Field::Boolean(false))]), "boolean=false");
    check(fields("int"), Sample::with(&[("int", integer("12"))]), "int=12");
    check(fields("short"), Sample::with(&[("short", integer("-1234"))]), "short=-1234");
    check(fields("string"), Sample::with(&[("string", text("def"))]), "string=def");
    check(fields("string"), Sample::with(&[("string", text(""))]), "string=");
    check(
        fields("user.address.city"),
        Sample::with(&[("user.address.city", text("NYC"))]),
        "user.address.city=NYC",
    );
}

#[test]
fn whole_numbers_of_any_size_have_one_spelling() {
    check(fields("n"), Sample::with(&[("n", integer("-0"))]), "n=0");
    check(
        fields("n"),
        Sample::with(&[("n", integer("123456789012345678901234567890"))]),
        "n=123456789012345678901234567890",
    );
}

#[test]
fn an_absent_field_is_null() {
    check(fields("string"), Sample::default(), "string=null");
    check(fields("user.address.city"), Sample::default(), "user.address.city=null");
    check(
        fields("string,int,boolean"),
        Sample::with(&[("string", text("def"))]),
        "string=def/int=null/boolean=null",
    );
}

#[test]
fn fields_keep_their_order() {
    let sample = Sample::with(&[("string", text("def")), ("int", integer("12"))]);
    check(fields("string,int"), sample.clone(), "string=def/int=12");
    check(fields("int,string"), sample.clone(), "int=12/string=def");
    assert_eq!(place(vec![fields("string,int")], "|", sample), Ok("string=def|int=12".to_owned()));
}

#[test]
fn a_value_cannot_make_directories() {
    let special = Sample::with(&[("string", text("test/with\\special:chars=and+spaces"))]);
    check(fields("string"), special, "string=test%2Fwith\\special:chars=and+spaces");
    check(fields("a,b"), Sample::with(&[("a", text("..")), ("b", text("50%\n"))]), "a=%2E%2E/b=50%25%0A");
}

#[test]
fn a_field_that_cannot_name_a_path_is_rejected() {
    for type_name in ["array", "object", "fractional number"] {
        check_rejected(
            fields("a.b"),
            Sample::with(&[("a.b", Field::Other(type_name))]),
            RejectionKind::UnusableField,
            &format!(
                "the field `a.b` has the type {type_name}, where a text, a whole number, a boolean or null is \
                 expected"
            ),
        );
    }
    check_rejected(
        fields("foo"),
        Sample { fields: None, ..Sample::default() },
        RejectionKind::UnusableField,
        "the value is not an object, so it has no field `foo`",
    );
}

#[test]
fn the_daily_and_hourly_partitioners_have_paths_of_their_own() {
    // 2014-02-01T03:00 in Los Angeles.
    let sample = Sample::at(1_391_252_400_000);
    let zone = || parse_time_zone(LOS_ANGELES).unwrap();
    let slash = Delimiter::directory();
    check(
        Partitioner::daily(zone(), TimestampExtractor::Record, &slash),
        sample.clone(),
        "year=2014/month=02/day=01",
    );
    check(
        Partitioner::hourly(zone(), TimestampExtractor::Record, &slash),
        sample.clone(),
        "year=2014/month=02/day=01/hour=03",
    );
    let pipe = "|".parse().unwrap();
    check(
        Partitioner::hourly(zone(), TimestampExtractor::Record, &pipe),
        sample,
        "year=2014|month=02|day=01|hour=03",
    );
}

#[test]
fn local_time_follows_summer_time() {
    let hourly = || {
        let zone = parse_time_zone("America/Santiago").unwrap();
        Partitioner::hourly(zone, TimestampExtractor::Record, &Delimiter::directory())
    };
    // 2024-05-09T03:17:33Z is four hours behind, 2024-01-28T03:17:33Z three.
    check(hourly(), Sample::at(1_715_224_653_000), "year=2024/month=05/day=08/hour=23");
    check(hourly(), Sample::at(1_706_411_853_000), "year=2024/month=01/day=28/hour=00");
}

#[test]
fn a_bucket_is_as_long_as_its_duration() {
    let two_hours = time_based(7_200_000, TimestampExtractor::Record);
    check(two_hours, Sample::at(APRIL_MS), "year=2015/month=4/day=2/hour=0");
    let one_hour = time_based(3_600_000, TimestampExtractor::Record);
    check(one_hour, Sample::at(APRIL_MS), "year=2015/month=4/day=2/hour=1");
}

#[test]
fn the_time_may_be_a_field_in_many_forms() {
    const APRIL: &str = "year=2015/month=4/day=2/hour=1";
    for field in [
        integer("1427961600000"),
        text("1427961600000"),
        text("2015-04-02T01:00:00-07:00"),
        text("2015-04-02T01:00:00.000-07:00"),
        text("2015-04-02T08:00:00Z"),
        text("2015-04-02T01:00:00"),
    ] {
        check(hourly_of("timestamp"), Sample::with(&[("timestamp", field)]), APRIL);
    }
    let nested = Sample::with(&[("header.timestamp", integer("1427961600000"))]);
    check(hourly_of("header.timestamp"), nested, APRIL);
    check(
        hourly_of("timestamp"),
        Sample::with(&[("timestamp", integer("2147483647"))]),
        "year=1970/month=1/day=25/hour=12",
    );
    check(
        hourly_of("timestamp"),
        Sample::with(&[("timestamp", integer("28800000"))]),
        "year=1970/month=1/day=1/hour=0",
    );
    check(hourly_of("long"), Sample::with(&[("long", integer("12"))]), "year=1969/month=12/day=31/hour=17");
}

#[test]
fn the_wall_clock_is_the_time_of_the_invocation() {
    let wall_clock = time_based(3_600_000, TimestampExtractor::Wallclock);
    assert!(wall_clock.uses_wall_clock());
    check(wall_clock, Sample::at(APRIL_MS), "year=1970/month=7/day=2/hour=8");
    assert!(!time_based(3_600_000, TimestampExtractor::Record).uses_wall_clock());
}

#[test]
fn a_row_without_a_time_is_rejected() {
    let no_timestamp = RejectionKind::NoTimestamp;
    let record = || time_based(3_600_000, TimestampExtractor::Record);
    check_rejected(record(), Sample::default(), no_timestamp, "the record has no timestamp");
    let out_of_range = "the timestamp is out of the range of dates, which ends with the year 9999";
    for timestamp_ms in [i64::MIN, i64::MAX, 400_000_000_000_000, -400_000_000_000_000] {
        check_rejected(record(), Sample::at(timestamp_ms), no_timestamp, out_of_range);
    }
    check_rejected(
        hourly_of("bar"),
        Sample { fields: None, ..Sample::at(0) },
        no_timestamp,
        "the value is not an object, so it has no field `bar` to hold a timestamp",
    );
    check_rejected(
        hourly_of("string"),
        Sample::with(&[("string", text("def"))]),
        no_timestamp,
        "the field `string` is neither a number nor a date and time of ISO 8601",
    );
    for type_name in ["array", "fractional number"] {
        check_rejected(
            hourly_of("x"),
            Sample::with(&[("x", Field::Other(type_name))]),
            no_timestamp,
            &format!("the field `x` has the type {type_name}, where a timestamp is expected"),
        );
    }
}

#[test]
fn partitioners_are_chained_in_their_order() {
    let sample = Sample {
        partition: 3,
        ..Sample { timestamp_ms: APRIL_MS, ..Sample::with(&[("country", text("KR"))]) }
    };
    let hourly = || {
        let zone = parse_time_zone("UTC").unwrap();
        Partitioner::hourly(zone, TimestampExtractor::Record, &Delimiter::directory())
    };
    assert_eq!(
        place(vec![fields("country"), hourly()], "/", sample.clone()),
        Ok("country=KR/year=2015/month=04/day=02/hour=08".to_owned())
    );
    assert_eq!(
        place(vec![hourly(), Partitioner::Default, fields("country")], "_", sample),
        Ok("year=2015/month=04/day=02/hour=08_partition=3_country=KR".to_owned())
    );
}
