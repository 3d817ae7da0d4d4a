use super::{TimeZoneError, parse_time_zone};
use jiff::Timestamp;

/// The local time of 2024-07-01T00:00:00Z.
#[track_caller]
fn check(text: &str, expected: &str) {
    let instant: Timestamp = "2024-07-01T00:00:00Z".parse().unwrap();
    let zone = parse_time_zone(text).unwrap();
    assert_eq!(zone.to_datetime(instant).strftime("%F %T").to_string(), expected);
}

#[test]
fn a_zone_of_the_database_is_known_by_its_name() {
    check("Asia/Seoul", "2024-07-01 09:00:00");
    check("America/Los_Angeles", "2024-06-30 17:00:00");
    check("America/Santiago", "2024-06-30 20:00:00");
    check("Europe/Berlin", "2024-07-01 02:00:00");
    check("Etc/GMT-3", "2024-07-01 03:00:00");
}

#[test]
fn an_old_name_is_still_known() {
    check("US/Pacific", "2024-06-30 17:00:00");
    check("Asia/Calcutta", "2024-07-01 05:30:00");
    check("EST5EDT", "2024-06-30 20:00:00");
    check("GMT", "2024-07-01 00:00:00");
}

#[test]
fn utc_has_several_names() {
    for name in ["UTC", "Z", "UT", "Etc/UTC", "+00:00", "-00:00"] {
        check(name, "2024-07-01 00:00:00");
    }
}

#[test]
fn an_offset_is_a_zone() {
    check("+09:00", "2024-07-01 09:00:00");
    check("-03:30", "2024-06-30 20:30:00");
    check("+09", "2024-07-01 09:00:00");
    check("-0330", "2024-06-30 20:30:00");
    check("+05:30:15", "2024-07-01 05:30:15");
    check("UTC+09:00", "2024-07-01 09:00:00");
    check("GMT-08:00", "2024-06-30 16:00:00");
    check("+23:59", "2024-07-01 23:59:00");
}

#[test]
fn anything_else_is_refused_with_what_is_expected() {
    for text in [
        "",
        " ",
        "Mars/Olympus",
        "Etc/Unknown",
        "KST",
        "09:00",
        "+",
        "+9",
        "+24:00",
        "+09:60",
        "+09:",
        "+09:0",
        "+09:00x",
        "UTC+",
        " Asia/Seoul",
        "../etc/passwd",
        "+09:00:00.5",
    ] {
        assert_eq!(parse_time_zone(text), Err(TimeZoneError), "{text:?}");
    }
    assert_eq!(
        TimeZoneError.to_string(),
        "expected a time zone of the IANA database or an offset, such as `UTC`, `Asia/Seoul` or `+09:00`"
    );
}
