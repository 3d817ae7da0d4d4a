//! Dates and times of ISO 8601, as far as Joda-Time's `ISODateTimeFormat.dateTimeParser` reads them.
//!
//! A parser of our own, for what it reads is neither RFC 3339 nor what jiff reads: a year alone, ordinal
//! dates, weeks without a day, fractions of hours and minutes, an offset behind a date without a time, and
//! numbers that are not padded. One thing is left out: a time without a date, which Joda puts on 1970-01-01.

use jiff::SignedDuration;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::{Offset, TimeZone};

/// The instant in milliseconds since 1970-01-01T00:00:00Z; a text without an offset is in `time_zone`.
///
/// A local time that a change of clocks skips is read as later by what was skipped; of one that comes twice,
/// the first is meant.
pub(crate) fn parse(text: &str, time_zone: &TimeZone) -> Option<i64> {
    let mut cursor = Cursor { rest: text.as_bytes() };
    let date = cursor.date()?;
    let mut time_ms = 0;
    let mut offset_ms = None;
    if cursor.take(b"Tt") {
        if cursor.starts_with_digit() {
            time_ms = cursor.time_ms()?;
        }
        offset_ms = cursor.offset_ms()?;
    }
    if !cursor.rest.is_empty() {
        return None;
    }
    let local = date.at(0, 0, 0, 0).checked_add(SignedDuration::from_millis(time_ms)).ok()?;
    match offset_ms {
        Some(offset_ms) => Some(Offset::UTC.to_timestamp(local).ok()?.as_millisecond() - offset_ms),
        None => Some(time_zone.to_ambiguous_timestamp(local).compatible().ok()?.as_millisecond()),
    }
}

/// Reads an offset's `hh`, `hh:mm`, `hhmm`, `hh:mm:ss` or `hhmmss`, without its sign.
pub(crate) fn parse_offset_seconds(text: &str) -> Option<i32> {
    let mut cursor = Cursor { rest: text.as_bytes() };
    match cursor.offset_seconds()? {
        (seconds, 0) if cursor.rest.is_empty() => i32::try_from(seconds).ok(),
        _ => None,
    }
}

/// What is not read yet.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn date(&mut self) -> Option<Date> {
        let is_negative = !self.take(b"+") && self.take(b"-");
        let (year, _) = self.digits(1, 9)?;
        let year = i16::try_from(if is_negative { -year } else { year }).ok()?;
        if !self.take(b"-") {
            return Date::new(year, 1, 1).ok();
        }
        if self.take(b"Ww") {
            let (week, _) = self.digits(1, 2)?;
            let day = if self.take(b"-") { self.digits(1, 1)?.0 } else { 1 };
            let weekday = Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
            return ISOWeekDate::new(year, i8::try_from(week).ok()?, weekday).ok().map(ISOWeekDate::date);
        }
        let (number, count) = self.digits(1, 3)?;
        if count == 3 {
            return Date::new(year, 1, 1).ok()?.with().day_of_year(i16::try_from(number).ok()?).build().ok();
        }
        let day = if self.take(b"-") { self.digits(1, 2)?.0 } else { 1 };
        Date::new(year, i8::try_from(number).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// `HH[:mm[:ss]]`, the last of them with a fraction, as milliseconds of the day.
    fn time_ms(&mut self) -> Option<i64> {
        let mut total_ms = 0;
        for (limit, unit_ms) in [(24, 3_600_000), (60, 60_000), (60, 1_000)] {
            let (number, _) = self.digits(1, 2).filter(|(number, _)| *number < limit)?;
            total_ms += number * unit_ms;
            if self.take(b".,") {
                return Some(total_ms + self.fraction_ms(unit_ms)?);
            }
            if unit_ms == 1_000 || !self.take(b":") {
                break;
            }
        }
        Some(total_ms)
    }

    /// The fraction of an hour, minute or second. Each digit is cut to a tenth of a millisecond by itself, as
    /// Joda does it: of an hour that may be one millisecond less than the whole fraction is.
    fn fraction_ms(&mut self, unit_ms: i64) -> Option<i64> {
        let digits = self.rest;
        let (_, count) = self.digits(1, 9)?;
        let mut place = unit_ms * 10;
        let mut tenths = 0;
        for digit in &digits[..count as usize] {
            place /= 10;
            tenths += i64::from(digit - b'0') * place;
        }
        Some(tenths / 10)
    }

    /// `Z` or a signed offset; `Some(None)` where there is none, `None` where it is not one.
    fn offset_ms(&mut self) -> Option<Option<i64>> {
        if self.take(b"Zz") {
            return Some(Some(0));
        }
        let sign = match self.rest.first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Some(None),
        };
        self.rest = &self.rest[1..];
        let (seconds, fraction_ms) = self.offset_seconds()?;
        Some(Some(sign * (seconds * 1_000 + fraction_ms)))
    }

    /// `hh[:mm[:ss[.SSS]]]` or `hh[mm[ss[SSS]]]` as seconds and milliseconds.
    fn offset_seconds(&mut self) -> Option<(i64, i64)> {
        let (hours, _) = self.digits(2, 2).filter(|(hours, _)| *hours < 24)?;
        let mut seconds = hours * 3_600;
        let has_colons = self.rest.first() == Some(&b':');
        for unit in [60, 1] {
            let goes_on = if has_colons { self.take(b":") } else { self.starts_with_digit() };
            if !goes_on {
                return Some((seconds, 0));
            }
            let (number, _) = self.digits(2, 2).filter(|(number, _)| *number < 60)?;
            seconds += number * unit;
        }
        let has_fraction = if has_colons { self.take(b".,") } else { self.starts_with_digit() };
        let fraction_ms = if has_fraction {
            let (fraction, count) = self.digits(1, 3)?;
            fraction * 1_000 / 10_i64.pow(count)
        } else {
            0
        };
        Some((seconds, fraction_ms))
    }

    /// Takes one byte if it is one of these.
    fn take(&mut self, any_of: &[u8]) -> bool {
        match self.rest.split_first() {
            Some((byte, rest)) if any_of.contains(byte) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn starts_with_digit(&self) -> bool {
        self.rest.first().is_some_and(u8::is_ascii_digit)
    }

    /// Takes as many digits as there are, at most `max`: their value and how many.
    fn digits(&mut self, min: usize, max: usize) -> Option<(i64, u32)> {
        let count = self.rest.iter().take(max).take_while(|byte| byte.is_ascii_digit()).count();
        if count < min {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        Some((value, u32::try_from(count).ok()?))
    }
}

#[cfg(test)]
mod tests;
