//! Texts of ISO 8601 with a zone.

use jiff::Timestamp;

/// Microseconds since 1970-01-01T00:00:00Z, rounded down; none for another text, or a year beyond 9999.
pub(super) fn microseconds(text: &str) -> Option<i64> {
    if let Some(seconds) = plain_seconds(text.as_bytes()) {
        return Some(seconds * 1_000_000);
    }
    let timestamp: Timestamp = text.parse().ok()?;
    i64::try_from(timestamp.as_nanosecond().div_euclid(1_000)).ok()
}

/// Seconds of the form in which Debezium writes whole seconds, `2018-06-20T13:37:03Z`; none for all else, which jiff
/// reads at ten times the cost.
fn plain_seconds(text: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2, b'Z'] =
        text
    else {
        return None;
    };
    let pair = |tens: u8, ones: u8| {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then_some(i64::from(tens) * 10 + i64::from(ones))
    };
    let year = pair(y1, y2)? * 100 + pair(y3, y4)?;
    let (month, day) = (pair(mo1, mo2)?, pair(d1, d2)?);
    let (hour, minute, second) = (pair(h1, h2)?, pair(mi1, mi2)?, pair(s1, s2)?);
    // Days that each month has, and other rarities, are jiff's.
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years that begin with March have their leap day at the end.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
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
        check("2024-02-28T23:59:59Z", Some(1_709_164_799_000_000));
        check("2024-02-29T00:00:00Z", Some(1_709_164_800_000_000));
        check("2024-03-01T00:00:00Z", Some(1_709_251_200_000_000));
        check("1900-03-01T00:00:00Z", Some(-2_203_891_200_000_000));
        check("2000-03-01T00:00:00Z", Some(951_868_800_000_000));
        check("0000-01-01T00:00:00Z", Some(-62_167_219_200_000_000));
        check("9999-12-28T23:59:59Z", Some(253_402_041_599_000_000));
        check("2023-02-29T00:00:00Z", None);
        check("2018-13-01T00:00:00Z", None);
        check("2018-06-20T24:00:00Z", None);
        check("2018-06-20T13:37:03", None);
        check("2018-06-20", None);
        check("", None);
        check("+292278994-08-16T23:00:00Z", None);
    }
}
