//! `FilterCriteria`: which records of a topic a mapping hands to its function.
//!
//! The patterns are those of Lambda
//! (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>), on `value` alone, as for
//! Kafka (<https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html>). Where neither page says what
//! happens, it is what Event Ruler does, the library behind EventBridge (<https://github.com/aws/event-ruler>),
//! and where that does not answer, the record reaches the function.

mod error;
mod json;
mod number;
mod pattern;
mod rule;
#[cfg(test)]
mod tests;

use json::Json;
use pattern::Pattern;

pub use error::{FilterError, PatternError};

/// A mapping's filters: a record that one of them keeps reaches the function.
#[derive(Debug, Clone, PartialEq)]
pub struct Filters(Vec<Pattern>);

impl Filters {
    /// Most filters of a mapping. The default quota is five.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-filtercriteria.html>
    pub const MAX_FILTERS: usize = 20;

    /// Longest pattern, in characters.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-filter.html>
    pub const MAX_PATTERN_CHARS: usize = 4096;

    /// Reads patterns. None at all keep every record.
    ///
    /// # Errors
    ///
    /// Names the first pattern that Lambda would refuse, and why.
    pub fn parse(patterns: &[String]) -> Result<Self, FilterError> {
        if patterns.len() > Self::MAX_FILTERS {
            return Err(FilterError::TooMany { filters: patterns.len(), limit: Self::MAX_FILTERS });
        }
        let parsed = patterns.iter().map(|text| {
            Pattern::parse(text).map_err(|source| FilterError::Pattern { text: shorten(text), source })
        });
        Ok(Self(parsed.collect::<Result<_, _>>()?))
    }

    /// Whether a record with this value reaches the function.
    pub fn keep(&self, value: Option<&[u8]>) -> bool {
        self.0.is_empty() || {
            let value = Value::of(value);
            self.0.iter().any(|pattern| pattern.keep(value))
        }
    }
}

/// What Lambda takes a record's value for.
#[derive(Debug, Clone, Copy)]
enum Value<'a> {
    Json(Json<'a>),
    PlainString(&'a str),
    /// Not UTF-8, or a tombstone, of which Lambda says nothing.
    Neither,
}

impl<'a> Value<'a> {
    fn of(value: Option<&'a [u8]>) -> Self {
        let Some(text) = value.and_then(|value| str::from_utf8(value).ok()) else {
            return Self::Neither;
        };
        // Lambda does not say what a lone `42` or `"text"` is; only an object has what a JSON pattern asks for.
        match Json::parse(text) {
            Some(json) if json.is_container() => Self::Json(json),
            _ => Self::PlainString(text),
        }
    }
}

/// As much of a pattern as an error shows.
fn shorten(text: &str) -> String {
    const SHOWN: usize = 120;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
