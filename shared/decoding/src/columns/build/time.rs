//! Dates and times: from texts of ISO 8601, and from one unit to another.

use super::Misfit;
use arrow_schema::TimeUnit;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

const NANOS_PER_SECOND: i128 = 1_000_000_000;
const NANOS_PER_DAY: i128 = 86_400 * NANOS_PER_SECOND;

/// Nanoseconds since 1970 of a text with a date, a time and an offset or `Z`, such as `2018-06-20T13:37:03.25Z`.
pub(in crate::columns) fn instant(text: &str) -> Option<i128> {
    let (date, time, offset) = pieces(text)?;
    Some(since_1970(date, time) - i128::from(offset?.seconds()) * NANOS_PER_SECOND)
}

/// Nanoseconds since 1970 of a text with a date and a time, and no offset beside `Z` or `+00:00`.
pub(in crate::columns) fn local(text: &str) -> Option<i128> {
    let (date, time, offset) = pieces(text)?;
    offset.is_none_or(|offset| offset.seconds() == 0).then(|| since_1970(date, time))
}

/// Days since 1970 of a text such as `2018-06-20`.
pub(in crate::columns) fn date(text: &str) -> Option<i64> {
    // The parser also takes `20180620`, and a date with a time.
    let is_date = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let date: Date = is_date.then(|| text.parse().ok())??;
    Some(days_since_1970(date))
}

/// Nanoseconds since midnight, in UTC where the text has an offset, of a text such as `13:37:03.25`.
pub(in crate::columns) fn time_of_day(text: &str) -> Option<i64> {
    if !text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    // With a date before it the parser takes an offset, too.
    let (date, time, offset) = pieces(&format!("1970-01-01T{text}"))?;
    let offset = offset.map_or(0, |offset| i128::from(offset.seconds()) * NANOS_PER_SECOND);
    i64::try_from((since_1970(date, time) - offset).rem_euclid(NANOS_PER_DAY)).ok()
}

/// Days since 1970 of a date that exists.
pub(in crate::columns) fn days(year: i32, month: i32, day: i32) -> Option<i64> {
    let (year, month, day) = (year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
    Some(days_since_1970(Date::new(year, month, day).ok()?))
}

/// Nanoseconds in another unit, rounded down; none where 64 bits don't hold them.
pub(in crate::columns) fn in_unit(nanos: i128, unit: TimeUnit) -> Option<i64> {
    i64::try_from(nanos.div_euclid(nanos_per(unit))).ok()
}

/// Refuses a number since midnight that is not within a day, which readers take for a broken file.
pub(in crate::columns) fn within_a_day(value: i64, unit: TimeUnit) -> Result<i64, Misfit> {
    if (0..NANOS_PER_DAY).contains(&(i128::from(value) * nanos_per(unit))) {
        return Ok(value);
    }
    Err(Misfit::new(
        "is a time of day below 0 or of 24 hours and more, which a TIME column can't hold; \
         `debezium.temporal=timestamps` keeps such times as numbers",
    ))
}

fn nanos_per(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => NANOS_PER_SECOND,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    }
}

/// Not jiff's `Timestamp`, which ends at 9999-12-30T22:00:00Z: `9999-12-31T23:59:59Z` is what many write for "never".
fn pieces(text: &str) -> Option<(Date, Time, Option<Offset>)> {
    let pieces = Pieces::parse(text).ok()?;
    Some((pieces.date(), pieces.time()?, pieces.to_numeric_offset()))
}

fn since_1970(date: Date, time: Time) -> i128 {
    DateTime::from_parts(date, time).duration_since(DateTime::from_parts(EPOCH, Time::midnight())).as_nanos()
}

fn days_since_1970(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

const EPOCH: Date = Date::constant(1970, 1, 1);
