use super::parse;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn seoul() -> TimeZone {
    crate::parse_time_zone("Asia/Seoul").unwrap()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let instant = parse(text, &TimeZone::UTC).map(|ms| Timestamp::from_millisecond(ms).unwrap().to_string());
    assert_eq!(instant.as_deref(), Some(expected), "{text:?}");
}

#[track_caller]
fn check_local(text: &str, zone: &str, expected: &str) {
    let zone = crate::parse_time_zone(zone).unwrap();
    let instant = parse(text, &zone).map(|ms| Timestamp::from_millisecond(ms).unwrap().to_string());
    assert_eq!(instant.as_deref(), Some(expected), "{text:?}");
}

#[test]
fn a_date_and_a_time_are_an_instant() {
    check("2024-01-15T10:30:00Z", "2024-01-15T10:30:00Z");
    check("2024-01-15T10:30:00.123Z", "2024-01-15T10:30:00.123Z");
    check("2024-01-15T10:30:00.123456789Z", "2024-01-15T10:30:00.123Z");
    check("2024-01-15T10:30:00,5Z", "2024-01-15T10:30:00.5Z");
    check("2024-01-15T10:30Z", "2024-01-15T10:30:00Z");
    check("2024-01-15T10Z", "2024-01-15T10:00:00Z");
    check("2024-01-15t10:30:00z", "2024-01-15T10:30:00Z");
}

#[test]
fn an_offset_has_many_forms() {
    for offset in ["+09:00", "+0900", "+09", "+09:00:00", "+090000", "+09:00:00.000"] {
        check(&format!("2024-01-15T10:30:00{offset}"), "2024-01-15T01:30:00Z");
    }
    check("2015-04-02T01:00:00.000-07:00", "2015-04-02T08:00:00Z");
    check("2024-01-15T10:30:00-03:30", "2024-01-15T14:00:00Z");
    check("2024-01-15T10:30:00+00:00:01.5", "2024-01-15T10:29:58.5Z");
}

#[test]
fn a_date_may_be_coarse_ordinal_or_of_a_week() {
    check("2024", "2024-01-01T00:00:00Z");
    check("2024-03", "2024-03-01T00:00:00Z");
    check("2024-03-09", "2024-03-09T00:00:00Z");
    check("2024-366", "2024-12-31T00:00:00Z");
    check("2024-060T12", "2024-02-29T12:00:00Z");
    check("2024-W01", "2024-01-01T00:00:00Z");
    check("2025-W01-1", "2024-12-30T00:00:00Z");
    check("2020-W53-7T23:59Z", "2021-01-03T23:59:00Z");
    check("2024-w03-2", "2024-01-16T00:00:00Z");
}

#[test]
fn a_date_may_have_an_offset_without_a_time() {
    check("2024-01-15T", "2024-01-15T00:00:00Z");
    check("2024-01-15TZ", "2024-01-15T00:00:00Z");
    check("2024-01-15T+09:00", "2024-01-14T15:00:00Z");
    check("2024T-05:00", "2024-01-01T05:00:00Z");
}

#[test]
fn the_last_number_of_a_time_may_have_a_fraction() {
    check("2024-01-15T10.5Z", "2024-01-15T10:30:00Z");
    check("2024-01-15T10:30,25Z", "2024-01-15T10:30:15Z");
    check("2024-01-15T10.000000001Z", "2024-01-15T10:00:00Z");
    check("1970-11T02.2130028Z", "1970-11-01T02:12:46.809Z");
    check("2024-01-15T23:59:59.999999999Z", "2024-01-15T23:59:59.999Z");
}

#[test]
fn numbers_need_no_zeros_before_them() {
    check("2024-1-5T1:2:3Z", "2024-01-05T01:02:03Z");
    check("33-02-01", "0033-02-01T00:00:00Z");
    check("+2024-01-15", "2024-01-15T00:00:00Z");
    check("-0044-03-15", "-000044-03-15T00:00:00Z");
}

#[test]
fn a_text_without_an_offset_is_in_the_zone() {
    check_local("2024-01-15T10:30:00", "Asia/Seoul", "2024-01-15T01:30:00Z");
    check_local("2024-01-15", "Asia/Seoul", "2024-01-14T15:00:00Z");
    check_local("2024-01-15T10:30:00Z", "Asia/Seoul", "2024-01-15T10:30:00Z");
}

#[test]
fn a_local_time_that_is_skipped_is_later_and_one_that_comes_twice_is_the_first() {
    check_local("2024-03-10T02:30:00", "America/New_York", "2024-03-10T07:30:00Z");
    check_local("2024-11-03T01:30:00", "America/New_York", "2024-11-03T05:30:00Z");
}

#[test]
fn anything_else_is_no_time() {
    for text in [
        "",
        "abc",
        "def",
        "T10:30:00Z",
        "2024-",
        "2024-13",
        "2024-00-01",
        "2024-02-30",
        "2023-366",
        "2024-000",
        "2024-W54",
        "2023-W53",
        "2024-W00-1",
        "2024-W01-0",
        "2024-W01-8",
        "2024-W",
        "2024-01-15 10:30:00",
        "2024-01-15Z",
        "2024-01-15T24:00:00Z",
        "2024-01-15T10:60Z",
        "2024-01-15T10:30:60Z",
        "2024-01-15T10:30:00.Z",
        "2024-01-15T10:30:00.1234567891Z",
        "2024-01-15T10:30:00.5.5Z",
        "2024-01-15T10.5:30Z",
        "2024-01-15T10:Z",
        "2024-01-15T103000Z",
        "2024-01-15T10:30:00+090000.5",
        "2024-01-15T10:30:00+9",
        "2024-01-15T10:30:00+09:0",
        "2024-01-15T10:30:00+09:00x",
        "2024-01-15T10:30:00+24:00",
        "2024-01-15T10:30:00[Asia/Seoul]",
        " 2024-01-15",
        "2024-01-15 ",
        "Mon, 15 Jan 2024 10:30:00 GMT",
        "20240115T103000Z",
        "10000-01-01",
        "-10000-01-01",
        "1234567890-01-01",
        "２０２４-01-15",
        "2024/01/15",
        "--01-01",
        "+-2024",
    ] {
        assert_eq!(parse(text, &TimeZone::UTC), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_jiff_writes_is_read_back(ms in -62_135_596_800_000..253_402_207_200_000_i64) {
        let instant = Timestamp::from_millisecond(ms).unwrap();
        prop_assert_eq!(parse(&instant.to_string(), &seoul()), Some(ms));
        let zoned = instant.to_zoned(seoul()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
        // Seconds of an offset are not in `%:z`; Seoul had some before 1908.
        if ms > -1_900_000_000_000 {
            prop_assert_eq!(parse(&zoned, &TimeZone::UTC), Some(ms));
        }
    }

    #[test]
    fn no_text_is_too_strange(text in "[-+0-9TZW:.,]{0,24}") {
        let _ = parse(&text, &seoul());
    }
}
