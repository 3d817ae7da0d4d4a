//! What a field may be.

use super::error::PatternError;
use super::json::{Json, Scalar};
use super::number::Range;

/// One of a field's alternatives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    Equals(Exact),
    EqualsIgnoringCase(String),
    Prefix(String),
    Suffix(String),
    AnythingBut(Vec<Self>),
    Numeric(Range),
    Exists,
    Absent,
}

/// A value that a field has, compared as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Exact {
    Null,
    Bool(bool),
    Number(String),
    String(String),
}

const KNOWN: &str = "anything-but, equals-ignore-case, exists, numeric, prefix and suffix";

impl Rule {
    pub(super) fn parse(at: &str, json: Json<'_>) -> Result<Self, PatternError> {
        if let Some(scalar) = json.scalar() {
            return Ok(Self::Equals(Exact::of(&scalar)));
        }
        let (name, argument) = only_field(at, json)?;
        match name.as_str() {
            "prefix" => text(at, argument).map(Self::Prefix),
            "suffix" => text(at, argument).map(Self::Suffix),
            "equals-ignore-case" => text(at, argument).map(|text| Self::EqualsIgnoringCase(fold(&text))),
            "numeric" => Range::parse(at, argument).map(Self::Numeric),
            "exists" => match argument.scalar() {
                Some(Scalar::Bool(true)) => Ok(Self::Exists),
                Some(Scalar::Bool(false)) => Ok(Self::Absent),
                _ => Err(unexpected(at, "`exists` with true or false")),
            },
            "anything-but" => but(at, argument).map(Self::AnythingBut),
            _ => Err(PatternError::UnknownRule { at: at.to_owned(), rule: name, known: KNOWN }),
        }
    }

    /// Whether a field that is there has this.
    pub(super) fn holds(&self, scalar: &Scalar<'_>) -> bool {
        let as_text = || match scalar {
            Scalar::String(text) => Some(text.as_ref()),
            _ => None,
        };
        match self {
            Self::Equals(exact) => exact.is(scalar),
            Self::EqualsIgnoringCase(other) => as_text().is_some_and(|text| fold(text) == *other),
            Self::Prefix(prefix) => as_text().is_some_and(|text| text.starts_with(prefix)),
            Self::Suffix(suffix) => as_text().is_some_and(|text| text.ends_with(suffix)),
            Self::AnythingBut(rules) => !rules.iter().any(|rule| rule.holds(scalar)),
            Self::Numeric(range) => range.holds(scalar),
            Self::Exists => true,
            Self::Absent => false,
        }
    }
}

impl Exact {
    fn of(scalar: &Scalar<'_>) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Number(text) => Self::Number((*text).to_owned()),
            Scalar::String(text) => Self::String(text.as_ref().to_owned()),
        }
    }

    fn is(&self, scalar: &Scalar<'_>) -> bool {
        match (self, scalar) {
            (Self::Null, Scalar::Null) => true,
            (Self::Bool(expected), Scalar::Bool(value)) => expected == value,
            // Lambda compares the text: 300, 300.0 and 3.0e2 are not equal.
            (Self::Number(expected), Scalar::Number(text)) => expected == text,
            (Self::String(expected), Scalar::String(text)) => expected == text,
            _ => false,
        }
    }
}

/// What `anything-but` takes: a value, a list of values, or, as in EventBridge, a prefix, a suffix or a text in any
/// case. Lambda's page shows lists of values alone, and does not refuse the others.
fn but(at: &str, argument: Json<'_>) -> Result<Vec<Rule>, PatternError> {
    const EXPECTED: &str =
        "`anything-but` with strings or numbers, or with prefix, suffix or equals-ignore-case";
    if argument.is_object() {
        let (name, of) = only_field(at, argument)?;
        let rule = match name.as_str() {
            "prefix" => Rule::Prefix,
            "suffix" => Rule::Suffix,
            "equals-ignore-case" => |text: String| Rule::EqualsIgnoringCase(fold(&text)),
            _ => return Err(unexpected(at, EXPECTED)),
        };
        return texts(at, of).map(|texts| texts.into_iter().map(rule).collect());
    }
    let values = argument.elements();
    let rules = values.iter().map(|value| value.scalar().map(|scalar| Rule::Equals(Exact::of(&scalar))));
    let rules: Vec<Rule> = rules.collect::<Option<_>>().ok_or_else(|| unexpected(at, EXPECTED))?;
    if rules.is_empty() { Err(unexpected(at, EXPECTED)) } else { Ok(rules) }
}

fn only_field<'a>(at: &str, json: Json<'a>) -> Result<(String, Json<'a>), PatternError> {
    let mut fields = json.fields().unwrap_or_default();
    match (fields.pop(), fields.is_empty()) {
        (Some((name, argument)), true) => Ok((name.into_owned(), argument)),
        _ => Err(unexpected(at, "a value, or an object with one rule")),
    }
}

fn text(at: &str, argument: Json<'_>) -> Result<String, PatternError> {
    match argument.scalar() {
        Some(Scalar::String(text)) if !text.is_empty() => Ok(text.into_owned()),
        _ => Err(unexpected(at, "a rule with a text that is not empty")),
    }
}

fn texts(at: &str, argument: Json<'_>) -> Result<Vec<String>, PatternError> {
    argument.elements().into_iter().map(|element| text(at, element)).collect()
}

fn unexpected(at: &str, expected: &'static str) -> PatternError {
    PatternError::Unexpected { at: at.to_owned(), expected }
}

/// Both cases of every letter become one.
fn fold(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}
