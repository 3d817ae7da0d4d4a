//! Texts of ISO 8601 with a zone.

use jiff::Timestamp;

/// Microseconds since 1970-01-01T00:00:00Z, rounded down; none for another text, or a year beyond 9999.
pub(super) fn microseconds(text: &str) -> Option<i64> {
    let timestamp: Timestamp = text.parse().ok()?;
    i64::try_from(timestamp.as_nanosecond().div_euclid(1_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::microseconds;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(microseconds(text), expected);
    }

    #[test]
    fn a_text_with_a_zone_is_an_instant() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("2018-06-20T13:37:03Z", Some(1_529_501_823_000_000));
        check("2018-06-20T15:37:03.123456+02:00", Some(1_529_501_823_123_456));
        check("1969-12-31T23:59:59.999999999Z", Some(-1));
        check("1969-12-31T23:59:59.9999999Z", Some(-1));
        check("0001-01-01T00:00:00Z", Some(-62_135_596_800_000_000));
        check("2018-06-20T13:37:03", None);
        check("2018-06-20", None);
        check("", None);
        check("+292278994-08-16T23:00:00Z", None);
    }
}
