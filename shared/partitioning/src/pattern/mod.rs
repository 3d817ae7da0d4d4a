//! `path.format`: Joda-Time's patterns.

mod error;
mod parse;
mod write;

pub use error::PathFormatError;

use crate::Locale;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use naming::{Delimiter, Path};

/// A parsed `path.format`: how a date and time is written as a path.
///
/// Letters mean what they mean in Joda-Time, and so not what they mean in Java's own formatter: `Y` is the
/// year of the era (the calendar year), `x` the year of the week. Text is English; abbreviations of time
/// zones (`z`) are those of the IANA database.
///
/// Invariant: what it writes is a safe [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFormat {
    elements: Vec<Element>,
}

/// An element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// Text that stands in every path.
    Literal(String),
    /// A field, and how often its letter stands in a row.
    Field(Field, usize),
}

/// A letter of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `G`
    Era,
    /// `C`
    CenturyOfEra,
    /// `Y`
    YearOfEra,
    /// `y`
    Year,
    /// `x`
    WeekYear,
    /// `w`
    WeekOfWeekYear,
    /// `e`
    DayOfWeek,
    /// `E`
    DayOfWeekText,
    /// `D`
    DayOfYear,
    /// `M`
    Month,
    /// `d`
    DayOfMonth,
    /// `a`
    HalfOfDay,
    /// `h`
    ClockHourOfHalfDay,
    /// `K`
    HourOfHalfDay,
    /// `H`
    HourOfDay,
    /// `k`
    ClockHourOfDay,
    /// `m`
    Minute,
    /// `s`
    Second,
    /// `S`
    FractionOfSecond,
    /// `z`
    ZoneAbbreviation,
    /// `Z`
    ZoneOffset,
}

impl PathFormat {
    /// Parses a pattern; one `delimiter` (`directory.delim`) at its end is not part of it.
    ///
    /// Anything but ASCII letters is literal text, and so is what stands in single quotes; two of them are
    /// one.
    ///
    /// # Errors
    ///
    /// Where the pattern is empty, has a letter that means nothing, has text in a language that we don't
    /// have, or would make a path that is not safe. Each error says what is expected, and where.
    pub fn parse(pattern: &str, locale: Locale, delimiter: &Delimiter) -> Result<Self, PathFormatError> {
        let pattern = pattern.strip_suffix(delimiter.as_str()).unwrap_or(pattern);
        if pattern.trim().is_empty() {
            return Err(PathFormatError::Empty);
        }
        if pattern.contains(char::is_control) {
            return Err(PathFormatError::ControlCharacter);
        }
        let format = Self { elements: parse::elements(pattern)? };
        if !locale.is_english()
            && let Some((field, count)) = format.fields().find(|(field, count)| field.is_text(*count))
        {
            return Err(PathFormatError::NotEnglish { letters: field.letter().to_string().repeat(count) });
        }
        // Any date shows it: no field is ever empty or made of dots.
        let mut sample = String::new();
        let written = format.write(&mut sample, DateTime::constant(2000, 1, 1, 0, 0, 0, 0), &TimeZone::UTC);
        if written.is_none() || Path::try_from(sample).is_err() {
            return Err(PathFormatError::UnsafeSegment);
        }
        Ok(format)
    }

    /// `'year'=YYYY/'month'=MM/'day'=dd`, with `directory.delim` for the `/`.
    pub fn daily(delimiter: &Delimiter) -> Self {
        use Field::{DayOfMonth, Month, YearOfEra};
        Self::named(&[("year", YearOfEra, 4), ("month", Month, 2), ("day", DayOfMonth, 2)], delimiter)
    }

    /// `'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH`, with `directory.delim` for the `/`.
    pub fn hourly(delimiter: &Delimiter) -> Self {
        use Field::{DayOfMonth, HourOfDay, Month, YearOfEra};
        let fields =
            [("year", YearOfEra, 4), ("month", Month, 2), ("day", DayOfMonth, 2), ("hour", HourOfDay, 2)];
        Self::named(&fields, delimiter)
    }

    /// The elements in the order of the path.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    fn named(fields: &[(&str, Field, usize)], delimiter: &Delimiter) -> Self {
        let mut elements = Vec::new();
        for (index, (name, field, count)) in fields.iter().enumerate() {
            let delimiter = if index == 0 { "" } else { delimiter.as_str() };
            elements
                .extend([Element::Literal(format!("{delimiter}{name}=")), Element::Field(*field, *count)]);
        }
        Self { elements }
    }

    /// Writes the path of a local date and time; none where it is out of the range of time zones (only at the
    /// very ends of years -9999 and 9999).
    pub(crate) fn write(&self, text: &mut String, local: DateTime, time_zone: &TimeZone) -> Option<()> {
        for element in &self.elements {
            match element {
                Element::Literal(literal) => text.push_str(literal),
                Element::Field(field, count) => write::field(text, *field, *count, local, time_zone)?,
            }
        }
        Some(())
    }

    fn fields(&self) -> impl Iterator<Item = (Field, usize)> {
        self.elements.iter().filter_map(|element| match element {
            Element::Literal(_) => None,
            Element::Field(field, count) => Some((*field, *count)),
        })
    }
}

impl Field {
    const ALL: [(char, Self); 21] = [
        ('G', Self::Era),
        ('C', Self::CenturyOfEra),
        ('Y', Self::YearOfEra),
        ('y', Self::Year),
        ('x', Self::WeekYear),
        ('w', Self::WeekOfWeekYear),
        ('e', Self::DayOfWeek),
        ('E', Self::DayOfWeekText),
        ('D', Self::DayOfYear),
        ('M', Self::Month),
        ('d', Self::DayOfMonth),
        ('a', Self::HalfOfDay),
        ('h', Self::ClockHourOfHalfDay),
        ('K', Self::HourOfHalfDay),
        ('H', Self::HourOfDay),
        ('k', Self::ClockHourOfDay),
        ('m', Self::Minute),
        ('s', Self::Second),
        ('S', Self::FractionOfSecond),
        ('z', Self::ZoneAbbreviation),
        ('Z', Self::ZoneOffset),
    ];

    fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|(it, _)| *it == letter).map(|(_, field)| *field)
    }

    fn letter(self) -> char {
        Self::ALL.iter().find(|(_, it)| *it == self).map_or('?', |(letter, _)| *letter)
    }

    /// Whether it is words, which depend on the language.
    fn is_text(self, count: usize) -> bool {
        match self {
            Self::Era | Self::DayOfWeekText | Self::HalfOfDay | Self::ZoneAbbreviation => true,
            Self::Month => count >= 3,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
