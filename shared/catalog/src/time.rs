//! What a time-based partitioner's paths are made of.

use crate::directories::Token;
use crate::{DateUnit, Projection};
use partitioning::{PathElement, PathField, TimeBased};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The last date that Athena looks for. `NOW` is in UTC, and some zones are half a day ahead.
const TOMORROW: &str = "NOW+1DAY";

/// The last year of weeks: at its end a year has days that are of the next one's first week.
const NEXT_WEEK: &str = "NOW+7DAYS";

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_IN_FULL: [&str; 12] = [
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
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const WEEKDAYS_IN_FULL: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What the paths are made of: a column per field, but one for a directory that holds a whole date.
pub(crate) fn tokens(settings: &TimeBased, since_year: i16) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, directory) in directories(settings.format.elements()).into_iter().enumerate() {
        if index > 0 {
            tokens.push(Token::Text("/".to_owned()));
        }
        let is_field = |element: &PathElement| matches!(element, PathElement::Field(..));
        let first = directory.iter().position(is_field).unwrap_or(directory.len());
        let end = directory.iter().rposition(is_field).map_or(directory.len(), |last| last + 1);
        match date(&directory[first..end], settings, since_year) {
            Some(date) => {
                push_each(&mut tokens, &directory[..first], settings, since_year);
                tokens.push(Token::OfPath("dt", date));
                push_each(&mut tokens, &directory[end..], settings, since_year);
            }
            None => push_each(&mut tokens, &directory, settings, since_year),
        }
    }
    tokens
}

/// Splits at each `/`.
fn directories(elements: &[PathElement]) -> Vec<Vec<PathElement>> {
    let mut directories = Vec::new();
    let mut directory = Vec::new();
    for element in elements {
        let PathElement::Literal(text) = element else {
            directory.push(element.clone());
            continue;
        };
        for (index, part) in text.split('/').enumerate() {
            if index > 0 {
                directories.push(std::mem::take(&mut directory));
            }
            if !part.is_empty() {
                directory.push(PathElement::Literal(part.to_owned()));
            }
        }
    }
    directories.push(directory);
    directories
}

fn push_each(tokens: &mut Vec<Token>, elements: &[PathElement], settings: &TimeBased, since_year: i16) {
    tokens.extend(elements.iter().map(|element| match element {
        PathElement::Literal(text) => Token::Text(text.clone()),
        PathElement::Field(field, count) => single(*field, *count, settings.duration_ms.get(), since_year),
    }));
}

/// What one field is, as a column of its own.
fn single(field: PathField, count: usize, duration_ms: u64, since_year: i16) -> Token {
    use PathField::{
        CenturyOfEra, ClockHourOfDay, ClockHourOfHalfDay, DayOfMonth, DayOfWeek, DayOfWeekText, DayOfYear,
        Era, FractionOfSecond, HalfOfDay, HourOfDay, HourOfHalfDay, Minute, Month, Second, WeekOfWeekYear,
        WeekYear, Year, YearOfEra, ZoneAbbreviation, ZoneOffset,
    };
    let numbers = |first, last| Projection::Integer { first, last, interval: 1, digits: count };
    let steps = |number_ms: u64, last: u32| {
        let all_ms = number_ms * u64::from(last + 1);
        if duration_ms.is_multiple_of(all_ms) {
            Projection::Integer { first: 0, last: 0, interval: 1, digits: count }
        } else {
            let interval = interval(duration_ms, number_ms, all_ms);
            Projection::Integer { first: 0, last, interval, digits: count }
        }
    };
    let years = |first: i16, last| Projection::Date {
        format: "y".repeat(count),
        first: padded_year(first, count),
        last,
        interval: 1,
        unit: DateUnit::Years,
    };
    let words = |values| Projection::Enum { values };
    let (name, projection) = match field {
        Year | YearOfEra => ("year", years(since_year, TOMORROW)),
        // The first days of a year may be of the week that the year before ends with.
        WeekYear => ("week_year", years(since_year.saturating_sub(1), NEXT_WEEK)),
        CenturyOfEra => {
            let first = u32::from(since_year.unsigned_abs()) / 100;
            ("century", numbers(first, first + 1))
        }
        Month if count >= 4 => ("month", words(&MONTHS_IN_FULL)),
        Month if count == 3 => ("month", words(&MONTHS)),
        Month => ("month", numbers(1, 12)),
        WeekOfWeekYear => ("week", numbers(1, 53)),
        DayOfYear => ("day_of_year", numbers(1, 366)),
        DayOfMonth => ("day", numbers(1, 31)),
        DayOfWeek => ("day_of_week", numbers(1, 7)),
        DayOfWeekText if count >= 4 => ("day_of_week", words(&WEEKDAYS_IN_FULL)),
        DayOfWeekText => ("day_of_week", words(&WEEKDAYS)),
        HalfOfDay => ("half_of_day", words(&["AM", "PM"])),
        HourOfDay => ("hour", steps(HOUR_MS, 23)),
        ClockHourOfDay => ("hour", numbers(1, 24)),
        HourOfHalfDay => ("hour", numbers(0, 11)),
        ClockHourOfHalfDay => ("hour", numbers(1, 12)),
        Minute => ("minute", steps(MINUTE_MS, 59)),
        Second => ("second", steps(SECOND_MS, 59)),
        Era => ("era", words(&["AD"])),
        // Too many to look for, or of a zone whose clocks change.
        FractionOfSecond => ("fraction", Projection::Injected),
        ZoneAbbreviation | ZoneOffset => ("zone", Projection::Injected),
    };
    Token::OfPath(name, projection)
}

/// What a directory's elements from its first field to its last are, if they are two or more that make a date.
fn date(elements: &[PathElement], settings: &TimeBased, since_year: i16) -> Option<Projection> {
    let mut format = String::new();
    let mut first = String::new();
    let mut fields = Vec::new();
    for element in elements {
        match element {
            // A name of its own before each value: these are columns.
            PathElement::Literal(text) if text.contains('=') => return None,
            PathElement::Literal(text) => {
                format.push_str(&java_literal(text));
                first.push_str(text);
            }
            PathElement::Field(field, count) => {
                let (letter, value) = java_field(*field, *count)?;
                format.push_str(&letter.repeat(*count));
                first.push_str(&match value {
                    None => padded_year(since_year, *count),
                    Some(value) => format!("{value:0count$}"),
                });
                fields.push(letter);
            }
        }
    }
    // From the year down to the last of them, nothing twice and nothing between left out.
    let (unit, unit_ms) = [
        (&["y", "M"][..], DateUnit::Months, None),
        (&["y", "M", "d"], DateUnit::Days, Some(DAY_MS)),
        (&["y", "D"], DateUnit::Days, Some(DAY_MS)),
        (&["y", "M", "d", "H"], DateUnit::Hours, Some(HOUR_MS)),
        (&["y", "M", "d", "H", "m"], DateUnit::Minutes, Some(MINUTE_MS)),
        (&["y", "M", "d", "H", "m", "s"], DateUnit::Seconds, Some(SECOND_MS)),
    ]
    .into_iter()
    .find(|(letters, ..)| letters.len() == fields.len() && letters.iter().all(|it| fields.contains(it)))
    .map(|(_, unit, unit_ms)| (unit, unit_ms))?;
    let interval = match unit_ms {
        Some(unit_ms) => interval(settings.duration_ms.get().min(DAY_MS), unit_ms, DAY_MS),
        None => 1,
    };
    Some(Projection::Date { format, first, last: TOMORROW, interval, unit })
}

/// A field's letter for Java, which isn't Joda's, and its value on the first of January; none for the year, and
/// none at all for what is no part of a date in numbers.
fn java_field(field: PathField, count: usize) -> Option<(&'static str, Option<u32>)> {
    Some(match field {
        PathField::Year | PathField::YearOfEra => ("y", None),
        PathField::Month if count <= 2 => ("M", Some(1)),
        PathField::DayOfMonth => ("d", Some(1)),
        PathField::DayOfYear => ("D", Some(1)),
        PathField::HourOfDay => ("H", Some(0)),
        PathField::Minute => ("m", Some(0)),
        PathField::Second => ("s", Some(0)),
        _ => return None,
    })
}

/// A text as it stands in a pattern of Java's: in quotes where it would mean something.
/// <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/format/DateTimeFormatter.html>
fn java_literal(text: &str) -> String {
    if text.chars().all(|it| matches!(it, '-' | '_' | '.' | ':' | ' ' | '+')) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// How many units a bucket has, where each of the larger unit's is divided into the same buckets; else 1, which
/// finds all buckets too, with looks at directories that there aren't.
fn interval(duration_ms: u64, unit_ms: u64, larger_ms: u64) -> u32 {
    let is_even = larger_ms.is_multiple_of(duration_ms) && duration_ms.is_multiple_of(unit_ms);
    if is_even { u32::try_from(duration_ms / unit_ms).unwrap_or(1) } else { 1 }
}

/// Two letters are the year of the century, any other number is the least number of digits.
fn padded_year(year: i16, count: usize) -> String {
    let year = year.unsigned_abs();
    if count == 2 { format!("{:02}", year % 100) } else { format!("{year:0count$}") }
}
