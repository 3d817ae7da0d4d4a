//! From a local date and time to the text of a field.

use super::Field;
use jiff::Timestamp;
use jiff::civil::{DateTime, Era, Weekday};
use jiff::tz::TimeZone;
use std::fmt::Write;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes a field whose letter stands `count` times in a row.
///
/// None where the field is of the time zone and the local time is out of its range.
pub(super) fn field(
    text: &mut String,
    field: Field,
    count: usize,
    local: DateTime,
    time_zone: &TimeZone,
) -> Option<()> {
    let hour = i64::from(local.hour());
    match field {
        Field::Era => text.push_str(if is_common_era(local) { "AD" } else { "BC" }),
        Field::CenturyOfEra => number(text, year_of_era(local) / 100, count),
        Field::YearOfEra if count != 2 => number(text, year_of_era(local), count),
        Field::Year | Field::YearOfEra => year(text, local.year(), count),
        Field::WeekYear => year(text, local.date().iso_week_date().year(), count),
        Field::WeekOfWeekYear => number(text, i64::from(local.date().iso_week_date().week()), count),
        Field::DayOfWeek => number(text, i64::from(local.weekday().to_monday_one_offset()), count),
        Field::DayOfWeekText => words(text, weekday(local.weekday()), count),
        Field::DayOfYear => number(text, i64::from(local.day_of_year()), count),
        Field::Month if count >= 3 => {
            words(text, MONTHS[usize::from(local.month().unsigned_abs()) - 1], count);
        }
        Field::Month => number(text, i64::from(local.month()), count),
        Field::DayOfMonth => number(text, i64::from(local.day()), count),
        Field::HalfOfDay => text.push_str(if hour < 12 { "AM" } else { "PM" }),
        Field::ClockHourOfHalfDay => number(text, (hour + 11) % 12 + 1, count),
        Field::HourOfHalfDay => number(text, hour % 12, count),
        Field::HourOfDay => number(text, hour, count),
        Field::ClockHourOfDay => number(text, (hour + 23) % 24 + 1, count),
        Field::Minute => number(text, i64::from(local.minute()), count),
        Field::Second => number(text, i64::from(local.second()), count),
        Field::FractionOfSecond => fraction(text, local, count),
        Field::ZoneAbbreviation => zone_abbreviation(text, instant(local, time_zone)?, time_zone),
        Field::ZoneOffset if count >= 3 => zone_name(text, instant(local, time_zone)?, time_zone),
        Field::ZoneOffset => {
            zone_offset(text, instant(local, time_zone)?, time_zone, if count == 1 { "" } else { ":" });
        }
    }
    Some(())
}

/// The instant of a bucket's start. Where clocks go back it comes twice, and the first is meant, so that the
/// path is a function of the local time.
fn instant(local: DateTime, time_zone: &TimeZone) -> Option<Timestamp> {
    time_zone.to_ambiguous_timestamp(local).compatible().ok()
}

fn is_common_era(local: DateTime) -> bool {
    local.date().era_year().1 == Era::CE
}

fn year_of_era(local: DateTime) -> i64 {
    i64::from(local.date().era_year().0)
}

/// Two letters are the year of the century, any other number is the least number of digits.
fn year(text: &mut String, year: i16, count: usize) {
    if count == 2 {
        number(text, i64::from(year.unsigned_abs() % 100), 2);
    } else {
        number(text, i64::from(year), count);
    }
}

/// Pads with zeros between the sign and the digits: a width is one of digits.
fn number(text: &mut String, value: i64, digits: usize) {
    if value < 0 {
        text.push('-');
    }
    write!(text, "{:0digits$}", value.unsigned_abs()).expect("a String takes all text");
}

/// Cuts what is finer than the letters, and fills with zeros what is coarser: a bucket starts at a
/// millisecond.
fn fraction(text: &mut String, local: DateTime, count: usize) {
    let nanoseconds = format!("{:09}", local.subsec_nanosecond());
    text.push_str(&nanoseconds[..count.min(9)]);
    text.extend(std::iter::repeat_n('0', count.saturating_sub(9)));
}

/// Four letters or more are the whole word, else its first three.
fn words(text: &mut String, word: &str, count: usize) {
    text.push_str(if count >= 4 { word } else { &word[..3] });
}

fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn zone_abbreviation(text: &mut String, instant: Timestamp, time_zone: &TimeZone) {
    if time_zone.iana_name().is_some() {
        text.push_str(time_zone.to_offset_info(instant).abbreviation());
    } else {
        zone_offset(text, instant, time_zone, ":");
    }
}

fn zone_name(text: &mut String, instant: Timestamp, time_zone: &TimeZone) {
    match time_zone.iana_name() {
        Some(name) => text.push_str(name),
        None => zone_offset(text, instant, time_zone, ":"),
    }
}

/// Hours and minutes only, as Joda has it: some zones have seconds before the 20th century.
fn zone_offset(text: &mut String, instant: Timestamp, time_zone: &TimeZone, separator: &str) {
    let seconds = time_zone.to_offset(instant).seconds();
    let minutes = seconds.unsigned_abs() / 60;
    let sign = if seconds < 0 { '-' } else { '+' };
    write!(text, "{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60).expect("a String takes all text");
}
