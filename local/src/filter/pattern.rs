//! A pattern: an object of the fields that a value must have.

use super::error::PatternError;
use super::json::Json;
use super::rule::Rule;
use super::{Filters, Value};

/// A pattern on the value of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// For values that are JSON.
    Json(Fields),
    /// For values that are plain strings.
    PlainString(Vec<Rule>),
}

/// Fields that must all be as they are asked for, and lists of which one must be.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fields {
    all: Vec<(String, Node)>,
    /// `$or`: of each list at least one.
    any: Vec<Vec<Self>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Fields(Fields),
    Leaf {
        rules: Vec<Rule>,
        /// The way from the value to the field, where a rule asks whether it is absent.
        path: Vec<String>,
    },
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, PatternError> {
        let chars = text.chars().count();
        if chars > Filters::MAX_PATTERN_CHARS {
            return Err(PatternError::TooLong { chars, limit: Filters::MAX_PATTERN_CHARS });
        }
        // Says where it breaks; and a pattern is not deep, or else it is refused here.
        if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
            return Err(PatternError::NotJson { reason: error.to_string() });
        }
        let json = Json::parse(text).and_then(Json::fields).ok_or(PatternError::NotValue)?;
        let [(name, value)] = json.as_slice() else { return Err(PatternError::NotValue) };
        if name != "value" {
            return Err(PatternError::NotValue);
        }
        if value.is_array() {
            return rules("value", *value).map(Self::PlainString);
        }
        Fields::parse(&["value".to_owned()], *value).map(Self::Json)
    }

    /// A pattern of the one format says nothing of values of the other: these reach the function.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html#filtering-kafka-properly>
    pub(super) fn keep(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Json(fields), Value::Json(json)) => fields.hold(Some(json), json),
            (Self::PlainString(rules), Value::PlainString(text)) => {
                let scalar = super::json::Scalar::String(text.into());
                rules.iter().any(|rule| rule.holds(&scalar))
            }
            (_, Value::Neither)
            | (Self::Json(_), Value::PlainString(_))
            | (Self::PlainString(_), Value::Json(_)) => true,
        }
    }
}

impl Fields {
    fn parse(path: &[String], json: Json<'_>) -> Result<Self, PatternError> {
        const EXPECTED: &str = "a list of alternatives, or an object of fields";
        let at = path.join(".");
        let unexpected = |expected| PatternError::Unexpected { at: at.clone(), expected };
        let fields = json.fields().ok_or_else(|| unexpected(EXPECTED))?;
        if fields.is_empty() {
            return Err(unexpected("at least one field"));
        }
        let mut parsed = Self::default();
        for (name, value) in fields {
            if name == "$or" {
                let alternatives = if value.is_array() { value.elements() } else { Vec::new() };
                // Event Ruler takes a shorter one for a field that is called so.
                if alternatives.len() < 2 {
                    return Err(unexpected("`$or` with a list of two or more objects"));
                }
                let alternatives = alternatives.into_iter().map(|one| Self::parse(path, one));
                parsed.any.push(alternatives.collect::<Result<_, _>>()?);
                continue;
            }
            let path: Vec<String> = path.iter().cloned().chain([name.clone().into_owned()]).collect();
            let node = if value.is_array() {
                let rules = rules(&path.join("."), value)?;
                // Without the `value` at its beginning.
                Node::Leaf { rules, path: path[1..].to_vec() }
            } else {
                Node::Fields(Self::parse(&path, value)?)
            };
            // A repeated field counts as in the last place.
            parsed.all.retain(|(other, _)| *other != name);
            parsed.all.push((name.into_owned(), node));
        }
        Ok(parsed)
    }

    /// Whether an object has all of this; none for one that is not there, which may be what is asked for.
    fn hold(&self, object: Option<Json<'_>>, root: Json<'_>) -> bool {
        let Some(value) = object else { return self.hold_in(None, root) };
        // One and the same element of an array must have all.
        let mut objects = value.flat().into_iter().filter(|element| element.is_object()).peekable();
        if objects.peek().is_none() {
            return self.hold_in(None, root);
        }
        objects.any(|object| self.hold_in(Some(object), root))
    }

    fn hold_in(&self, object: Option<Json<'_>>, root: Json<'_>) -> bool {
        self.all.iter().all(|(name, node)| {
            let field = object.and_then(|object| object.field(name));
            match node {
                Node::Fields(fields) => fields.hold(field, root),
                Node::Leaf { rules, path } => {
                    rules.iter().any(|rule| match rule {
                        // Asked of the whole value: an element of an array may lack what another has.
                        Rule::Absent => !is_there(root, path),
                        rule => leaves(field).any(|scalar| rule.holds(&scalar)),
                    })
                }
            }
        }) && self.any.iter().all(|one_of| one_of.iter().any(|fields| fields.hold_in(object, root)))
    }
}

fn rules(at: &str, json: Json<'_>) -> Result<Vec<Rule>, PatternError> {
    let rules: Vec<Rule> =
        json.elements().into_iter().map(|element| Rule::parse(at, element)).collect::<Result<_, _>>()?;
    if rules.is_empty() {
        let expected = "a list with at least one alternative";
        return Err(PatternError::Unexpected { at: at.to_owned(), expected });
    }
    Ok(rules)
}

/// What rules look at: `exists` and its like see only values without parts, as Lambda says.
fn leaves(field: Option<Json<'_>>) -> impl Iterator<Item = super::json::Scalar<'_>> {
    field.into_iter().flat_map(Json::flat).filter_map(Json::scalar)
}

fn is_there(root: Json<'_>, path: &[String]) -> bool {
    let mut found = vec![root];
    for name in path {
        found = found.into_iter().flat_map(Json::flat).filter_map(|value| value.field(name)).collect();
    }
    found.into_iter().any(|value| leaves(Some(value)).next().is_some())
}
