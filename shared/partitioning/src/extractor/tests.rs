use super::{TimestampExtractor, TimestampUnit, TimestampUnitError};
use crate::parse_time_zone;
use crate::samples::{Sample, batch, integer, rows, text};
use record::Field;

/// 2015-04-02T01:00 in Los Angeles.
const APRIL_MS: i64 = 1_427_961_600_000;

fn timestamp(extractor: &TimestampExtractor, sample: Sample) -> Result<i64, String> {
    let samples = [sample];
    let batch = batch(&samples);
    extractor.timestamp_ms(&rows(&batch, &samples)[0], 77, &parse_time_zone("Asia/Seoul").unwrap())
}

#[track_caller]
fn check(unit: TimestampUnit, field: Field<'static>, expected: Result<i64, &str>) {
    let extractor = TimestampExtractor::RecordField { field: "meta.ts".parse().unwrap(), unit };
    let actual = timestamp(&extractor, Sample::with(&[("meta.ts", field)]));
    assert_eq!(actual.as_ref().map_err(String::as_str), expected.as_ref().map_err(|it| *it));
}

#[track_caller]
fn check_ms(field: Field<'static>, expected: Result<i64, &str>) {
    check(TimestampUnit::Milliseconds, field, expected);
}

const OUT_OF_RANGE: &str = "the field `meta.ts` is out of the range of timestamps";
const NOT_A_TIME: &str = "the field `meta.ts` is neither a number nor a date and time of ISO 8601";

#[test]
fn the_clock_is_that_of_the_invocation() {
    assert_eq!(timestamp(&TimestampExtractor::Wallclock, Sample::at(APRIL_MS)), Ok(77));
}

#[test]
fn a_record_has_a_timestamp_or_kafkas_none() {
    assert_eq!(timestamp(&TimestampExtractor::Record, Sample::at(APRIL_MS)), Ok(APRIL_MS));
    assert_eq!(timestamp(&TimestampExtractor::Record, Sample::at(0)), Ok(0));
    assert_eq!(timestamp(&TimestampExtractor::Record, Sample::at(-2)), Ok(-2));
    let none = timestamp(&TimestampExtractor::Record, Sample::at(-1));
    assert_eq!(none, Err("the record has no timestamp".to_owned()));
}

#[test]
fn a_number_counts_in_its_unit() {
    check_ms(integer("1427961600000"), Ok(APRIL_MS));
    check_ms(integer("12"), Ok(12));
    check_ms(integer("-1"), Ok(-1));
    check_ms(integer("-0"), Ok(0));
    check_ms(integer("-9223372036854775808"), Ok(i64::MIN));
    check_ms(integer("9223372036854775807"), Ok(i64::MAX));
    check(TimestampUnit::Seconds, integer("1427961600"), Ok(APRIL_MS));
    check(TimestampUnit::Microseconds, integer("1427961600000999"), Ok(APRIL_MS));
    check(TimestampUnit::Nanoseconds, integer("1427961600000999999"), Ok(APRIL_MS));
}

#[test]
fn a_fine_unit_is_rounded_toward_the_past() {
    check(TimestampUnit::Microseconds, integer("-1"), Ok(-1));
    check(TimestampUnit::Nanoseconds, integer("-1"), Ok(-1));
    check(TimestampUnit::Nanoseconds, integer("-1000000"), Ok(-1));
}

#[test]
fn a_number_beyond_64_bits_is_no_timestamp() {
    check_ms(integer("9223372036854775808"), Err(OUT_OF_RANGE));
    check_ms(integer("-99999999999999999999999999"), Err(OUT_OF_RANGE));
    check(TimestampUnit::Seconds, integer("9223372036854776"), Err(OUT_OF_RANGE));
    check_ms(text("9223372036854775808"), Err(OUT_OF_RANGE));
}

#[test]
fn a_text_of_digits_is_a_number() {
    check_ms(text("1427961600000"), Ok(APRIL_MS));
    check_ms(text("0"), Ok(0));
    check_ms(text("-1"), Ok(-1));
    check_ms(text("2024"), Ok(2_024));
    check_ms(text("9223372036854775807"), Ok(i64::MAX));
    check_ms(text("-9223372036854775808"), Ok(i64::MIN));
    check(TimestampUnit::Seconds, text("1427961600"), Ok(APRIL_MS));
    // 20 digits are no number for Connect, and no year for anybody.
    check_ms(text("00000000000000000012"), Err(NOT_A_TIME));
    for not_a_number in ["", "-", "1.5", " 1", "1e3", "٣"] {
        check_ms(text(not_a_number), Err(NOT_A_TIME));
    }
}

#[test]
fn any_other_text_is_iso_8601_in_the_zone_unless_it_has_an_offset() {
    check_ms(text("2015-04-02T01:00:00.000-07:00"), Ok(APRIL_MS));
    check_ms(text("2015-04-02T01:00:00-07:00"), Ok(APRIL_MS));
    check_ms(text("2015-04-02T08:00:00Z"), Ok(APRIL_MS));
    check_ms(text("2015-04-02T17:00:00"), Ok(APRIL_MS));
    check(TimestampUnit::Seconds, text("2015-04-02T08:00:00Z"), Ok(APRIL_MS));
    check_ms(text("abc"), Err(NOT_A_TIME));
}

#[test]
fn what_is_no_timestamp_is_told_by_its_type() {
    check_ms(Field::Absent, Err("the field `meta.ts` is absent or null, where a timestamp is expected"));
    check_ms(
        Field::Boolean(true),
        Err("the field `meta.ts` has the type boolean, where a timestamp is expected"),
    );
    check_ms(
        Field::Other("array"),
        Err("the field `meta.ts` has the type array, where a timestamp is expected"),
    );
    let extractor =
        TimestampExtractor::RecordField { field: "ts".parse().unwrap(), unit: TimestampUnit::Milliseconds };
    assert_eq!(
        timestamp(&extractor, Sample { fields: None, ..Sample::at(APRIL_MS) }),
        Err("the value is not an object, so it has no field `ts` to hold a timestamp".to_owned())
    );
}

#[test]
fn a_unit_is_one_of_four() {
    assert_eq!("s".parse(), Ok(TimestampUnit::Seconds));
    assert_eq!("ms".parse(), Ok(TimestampUnit::Milliseconds));
    assert_eq!("us".parse(), Ok(TimestampUnit::Microseconds));
    assert_eq!("ns".parse(), Ok(TimestampUnit::Nanoseconds));
    for text in ["", "MS", "m", "millis", "s "] {
        assert_eq!(text.parse::<TimestampUnit>(), Err(TimestampUnitError));
    }
    assert_eq!(TimestampUnitError.to_string(), "expected `s`, `ms`, `us` or `ns`");
}
