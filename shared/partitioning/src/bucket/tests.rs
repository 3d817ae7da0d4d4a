use super::{Bucket, OffsetSpan, round};
use crate::parse_time_zone;
use jiff::Timestamp;
use proptest::prelude::*;
use std::num::NonZeroU64;

const HOUR_MS: u64 = 3_600_000;

fn duration(milliseconds: u64) -> NonZeroU64 {
    NonZeroU64::new(milliseconds).unwrap()
}

fn bucket(instant_ms: i64, zone: &str, duration_ms: u64) -> Option<Bucket> {
    let span = OffsetSpan::of(instant_ms, &parse_time_zone(zone).unwrap())?;
    span.bucket(instant_ms, duration(duration_ms))
}

#[track_caller]
fn check(instant: &str, zone: &str, duration_ms: u64, expected: &str) {
    let instant: Timestamp = instant.parse().unwrap();
    let bucket = bucket(instant.as_millisecond(), zone, duration_ms).unwrap();
    assert_eq!(bucket.local_start.to_string(), expected);
}

#[test]
fn a_bucket_starts_at_a_multiple_of_the_duration_in_local_time() {
    check("2015-04-02T08:00:00Z", "America/Los_Angeles", HOUR_MS, "2015-04-02T01:00:00");
    check("2015-04-02T08:00:00Z", "America/Los_Angeles", 2 * HOUR_MS, "2015-04-02T00:00:00");
    check("2015-04-02T08:59:59.999Z", "America/Los_Angeles", HOUR_MS, "2015-04-02T01:00:00");
    check("2015-04-02T23:59:59.999Z", "Asia/Seoul", 24 * HOUR_MS, "2015-04-03T00:00:00");
    check("2015-04-02T08:20:31.5Z", "Asia/Kathmandu", 15 * 60_000, "2015-04-02T14:00:00");
    check("2015-04-02T08:20:31.567Z", "UTC", 1, "2015-04-02T08:20:31.567");
    check("2015-04-02T08:20:31Z", "UTC", 7 * 24 * HOUR_MS, "2015-04-02T00:00:00");
    check("2015-04-02T08:20:31Z", "UTC", u64::MAX, "1970-01-01T00:00:00");
}

#[test]
fn before_1970_a_time_is_rounded_toward_1970_as_connect_does() {
    check("1969-12-31T23:59:59.999Z", "UTC", HOUR_MS, "1970-01-01T00:00:00");
    check("1970-01-01T00:00:00.012Z", "America/Los_Angeles", HOUR_MS, "1969-12-31T17:00:00");
    check("1970-01-01T00:00:00Z", "America/Los_Angeles", HOUR_MS, "1969-12-31T16:00:00");
    check("1969-12-30T12:00:00Z", "UTC", 24 * HOUR_MS, "1969-12-31T00:00:00");
    check("0000-06-15T12:00:00Z", "UTC", 24 * HOUR_MS, "0000-06-16T00:00:00");
}

#[test]
fn a_change_of_clocks_never_moves_a_day() {
    // 23 and 25 hours long.
    for (instant, expected) in [
        ("2024-03-10T05:00:00Z", "2024-03-10T00:00:00"),
        ("2024-03-11T03:59:59Z", "2024-03-10T00:00:00"),
        ("2024-03-11T04:00:00Z", "2024-03-11T00:00:00"),
        ("2024-11-03T04:00:00Z", "2024-11-03T00:00:00"),
        ("2024-11-04T04:59:59Z", "2024-11-03T00:00:00"),
        ("2024-11-04T05:00:00Z", "2024-11-04T00:00:00"),
    ] {
        check(instant, "America/New_York", 24 * HOUR_MS, expected);
    }
    // Midnight itself is skipped: the day has no 00:00, and is still the same day.
    check("2018-11-04T03:00:00Z", "America/Sao_Paulo", 24 * HOUR_MS, "2018-11-04T00:00:00");
    check("2018-11-04T02:59:59Z", "America/Sao_Paulo", 24 * HOUR_MS, "2018-11-03T00:00:00");
    // A day that never was: Samoa went from the 29th to the 31st.
    check("2011-12-30T09:59:59Z", "Pacific/Apia", 24 * HOUR_MS, "2011-12-29T00:00:00");
    check("2011-12-30T10:00:00Z", "Pacific/Apia", 24 * HOUR_MS, "2011-12-31T00:00:00");
}

#[test]
fn two_hours_of_one_name_are_one_bucket() {
    check("2024-11-03T05:30:00Z", "America/New_York", HOUR_MS, "2024-11-03T01:00:00");
    check("2024-11-03T06:30:00Z", "America/New_York", HOUR_MS, "2024-11-03T01:00:00");
    check("2024-11-03T07:30:00Z", "America/New_York", HOUR_MS, "2024-11-03T02:00:00");
}

#[test]
fn an_instant_beyond_the_range_of_dates_has_no_bucket() {
    let first = Timestamp::MIN.as_millisecond();
    // Jiff takes no milliseconds of the last second.
    let last = Timestamp::MAX.as_second() * 1_000;
    for zone in ["UTC", "Asia/Seoul", "America/New_York", "+23:59", "-23:59"] {
        for instant_ms in [i64::MIN, i64::MIN + 1, first - 1, last + 1, i64::MAX - 1, i64::MAX] {
            assert_eq!(bucket(instant_ms, zone, HOUR_MS), None, "{instant_ms} {zone}");
        }
        for instant_ms in [first, last] {
            assert!(
                bucket(instant_ms, zone, 1).unwrap().instants_ms.contains(&instant_ms),
                "{instant_ms} {zone}"
            );
        }
    }
}

const ZONES: [&str; 7] = [
    "UTC",
    "+05:45",
    "Asia/Seoul",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
];

proptest! {
    #[test]
    fn rounding_is_idempotent_and_monotone(
        first in -400_000_000_000_000..400_000_000_000_000_i64,
        second in -400_000_000_000_000..400_000_000_000_000_i64,
        duration_ms in 1..1_000_000_000_000_u64,
    ) {
        let start = |local_ms| round(local_ms, duration(duration_ms)).0;
        prop_assert_eq!(start(start(first)), start(first));
        prop_assert!(start(first).abs() <= first.abs() && first.abs_diff(start(first)) < duration_ms);
        prop_assert!(start(first.min(second)) <= start(first.max(second)));
    }

    #[test]
    fn rounding_never_panics(local_ms in any::<i64>(), duration_ms in 1..u64::MAX) {
        let (start, locals) = round(local_ms, duration(duration_ms));
        prop_assert!(start.abs_diff(0) <= local_ms.abs_diff(0));
        prop_assert!(locals.contains(&local_ms) || local_ms == i64::MAX);
    }

    #[test]
    fn all_instants_of_a_span_have_its_offset(
        seconds in -377_705_023_201..253_402_207_200_i64, part in 0.0..1.0, zone in 0..ZONES.len(),
    ) {
        let zone = parse_time_zone(ZONES[zone]).unwrap();
        let instant_ms = seconds * 1_000;
        let span = OffsetSpan::of(instant_ms, &zone).unwrap();
        let range = span.instants_ms.clone();
        prop_assert!(range.contains(&instant_ms));
        let inside = range.start + ((range.end - range.start) as f64 * part) as i64;
        for other in [range.start, inside.clamp(range.start, range.end - 1), range.end - 1] {
            let offset = zone.to_offset(Timestamp::from_millisecond(other).unwrap());
            prop_assert_eq!(i64::from(offset.seconds()) * 1_000, span.offset_ms);
            prop_assert_eq!(OffsetSpan::of(other, &zone).unwrap(), span.clone());
        }
    }

    #[test]
    fn all_instants_of_a_bucket_have_its_start(
        seconds in -3_000_000_000..5_000_000_000_i64,
        minutes in prop_oneof![1..200_u64, Just(1_440), Just(10_080)],
        zone in 0..ZONES.len(),
    ) {
        let instant_ms = seconds * 1_000;
        let duration_ms = minutes * 60_000;
        let found = bucket(instant_ms, ZONES[zone], duration_ms).unwrap();
        prop_assert!(found.instants_ms.contains(&instant_ms));
        for other in [found.instants_ms.start, found.instants_ms.end - 1] {
            prop_assert_eq!(bucket(other, ZONES[zone], duration_ms).unwrap(), found.clone());
        }
    }
}
