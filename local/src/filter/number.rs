//! `numeric`: comparisons of numbers.

use super::error::PatternError;
use super::json::{Json, Scalar};

/// The largest number that EventBridge compares, and its negative the least.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching>
const LIMIT: f64 = 5.0e9;

/// A range of numbers; each end is open or closed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Range(Vec<(Comparison, f64)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

const EXPECTED: &str =
    "`numeric` with a list such as [\"=\", 5] or [\">\", 0, \"<=\", 5], and numbers from -5.0e9 to 5.0e9";

impl Range {
    pub(super) fn parse(at: &str, json: Json<'_>) -> Result<Self, PatternError> {
        let wrong = || PatternError::Unexpected { at: at.to_owned(), expected: EXPECTED };
        if !json.is_array() {
            return Err(wrong());
        }
        let elements = json.elements();
        let pairs = elements.chunks(2).map(|pair| match pair {
            [comparison, number] => {
                Some((Comparison::parse(comparison.scalar()?)?, within_limit(&number.scalar()?)?))
            }
            _ => None,
        });
        let pairs: Vec<_> = pairs.collect::<Option<_>>().ok_or_else(wrong)?;
        match pairs.as_slice() {
            [_] => Ok(Self(pairs)),
            // Two ends make a range: one from below, one from above, in this order.
            [(below, least), (above, most)] if below.is_lower() && above.is_upper() && least < most => {
                Ok(Self(pairs))
            }
            _ => Err(wrong()),
        }
    }

    pub(super) fn holds(&self, scalar: &Scalar<'_>) -> bool {
        within_limit(scalar).is_some_and(|number| {
            self.0.iter().all(|(comparison, limit)| match comparison {
                Comparison::Equal => number == *limit,
                Comparison::Less => number < *limit,
                Comparison::LessOrEqual => number <= *limit,
                Comparison::Greater => number > *limit,
                Comparison::GreaterOrEqual => number >= *limit,
            })
        })
    }
}

impl Comparison {
    fn parse(text: Scalar<'_>) -> Option<Self> {
        let Scalar::String(text) = text else { return None };
        match text.as_ref() {
            "=" => Some(Self::Equal),
            "<" => Some(Self::Less),
            "<=" => Some(Self::LessOrEqual),
            ">" => Some(Self::Greater),
            ">=" => Some(Self::GreaterOrEqual),
            _ => None,
        }
    }

    fn is_lower(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }

    fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual)
    }
}

/// A number that is compared; one beyond the limits matches no range.
fn within_limit(scalar: &Scalar<'_>) -> Option<f64> {
    let Scalar::Number(text) = scalar else { return None };
    text.parse().ok().filter(|number: &f64| number.abs() <= LIMIT)
}
