//! A template's text as a tree. `!Ref x` and `{"Ref": "x"}` are the same there.

use super::error::Flaw;
use saphyr::{ScalarStyle, Tag, Yaml, YamlLoader};
use saphyr_parser::Parser;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Null,
    /// Text, a number or a truth value, as it is written: CloudFormation takes one for the other.
    Scalar(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl Node {
    /// Reads YAML, or JSON.
    pub(super) fn parse(text: &str) -> Result<Self, Flaw> {
        if text.trim_start().starts_with('{') {
            // A JSON parser names the place better, and takes tabs.
            let json = serde_json::from_str(text)
                .map_err(|error| Flaw::Syntax { format: "JSON", reason: error.to_string() })?;
            return Ok(Self::of_json(json));
        }
        Self::of_yaml(&load(text)?)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a map; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    fn of_json(json: serde_json::Value) -> Self {
        use serde_json::Value;
        match json {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Scalar(value.to_string()),
            Value::Number(number) => Self::Scalar(number.to_string()),
            Value::String(text) => Self::Scalar(text),
            Value::Array(elements) => Self::List(elements.into_iter().map(Self::of_json).collect()),
            Value::Object(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (key, Self::of_json(value))).collect())
            }
        }
    }

    fn of_yaml(yaml: &Yaml<'_>) -> Result<Self, Flaw> {
        Ok(match yaml {
            Yaml::Representation(text, style, tag) => {
                let plain = *style == ScalarStyle::Plain;
                let node = match text.as_ref() {
                    "" | "~" | "null" | "Null" | "NULL" if plain && tag.is_none() => Self::Null,
                    text => Self::Scalar(text.to_owned()),
                };
                tag.as_deref().map_or(node.clone(), |tag| node.tagged(tag))
            }
            Yaml::Sequence(elements) => {
                Self::List(elements.iter().map(Self::of_yaml).collect::<Result<_, _>>()?)
            }
            Yaml::Mapping(entries) => {
                let entries = entries.iter().map(|(key, value)| match Self::of_yaml(key)? {
                    Self::Scalar(key) => Ok((key, Self::of_yaml(value)?)),
                    _ => Err(syntax("a key is no text")),
                });
                Self::Map(entries.collect::<Result<_, _>>()?)
            }
            Yaml::Tagged(tag, node) => Self::of_yaml(node)?.tagged(tag),
            Yaml::Value(_) | Yaml::Alias(_) | Yaml::BadValue => {
                return Err(syntax("it has a value that is none"));
            }
        })
    }

    /// The long form of a short one.
    fn tagged(self, tag: &Tag) -> Self {
        // `!!str` and its like, which change nothing here.
        if tag.handle != "!" {
            return self;
        }
        let name = match tag.suffix.as_str() {
            name @ ("Ref" | "Condition") => name.to_owned(),
            name => format!("Fn::{name}"),
        };
        let argument = match self {
            Self::Scalar(text) if name == "Fn::GetAtt" => {
                let (resource, attribute) = text.split_once('.').unwrap_or((&text, ""));
                Self::List([resource, attribute].map(|part| Self::Scalar(part.to_owned())).to_vec())
            }
            argument => argument,
        };
        Self::Map(vec![(name, argument)])
    }
}

/// Keeps the text of every scalar: `007` and `1e3` are no numbers in a template.
fn load(text: &str) -> Result<Yaml<'_>, Flaw> {
    let mut loader = YamlLoader::<Yaml<'_>>::default();
    loader.early_parse(false);
    let mut parser = Parser::new_from_str(text);
    parser.load(&mut loader, true).map_err(|error| syntax(&error.to_string()))?;
    if let Some(error) = loader.error() {
        return Err(syntax(&error.to_string()));
    }
    let mut documents = loader.into_documents();
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        _ => Err(syntax("it has not exactly one document")),
    }
}

fn syntax(reason: &str) -> Flaw {
    Flaw::Syntax { format: "YAML", reason: reason.to_owned() }
}
