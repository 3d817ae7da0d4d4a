//! Why a value doesn't fit its schema.

use std::borrow::Cow;
use std::fmt;

/// Why a value doesn't fit its schema: where in it, and a predicate, without a byte of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::columns) struct Misfit {
    says: Cow<'static, str>,
    /// From the inside out.
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Element(usize),
    /// A map's value; its key is data, which errors don't tell.
    MapValue,
}

impl Misfit {
    /// `says` follows the field's name: "is null", say.
    pub(in crate::columns) fn new(says: impl Into<Cow<'static, str>>) -> Self {
        Self { says: says.into(), steps: Vec::new() }
    }

    pub(in crate::columns) fn within(mut self, field: &str) -> Self {
        self.steps.push(Step::Field(field.to_owned()));
        self
    }

    pub(in crate::columns) fn at(mut self, index: usize) -> Self {
        self.steps.push(Step::Element(index));
        self
    }

    pub(in crate::columns) fn in_map(mut self) -> Self {
        self.steps.push(Step::MapValue);
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return write!(f, "value {}", self.says);
        }
        f.write_str("field `")?;
        for (index, step) in self.steps.iter().rev().enumerate() {
            match step {
                Step::Field(name) if index == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Element(element) => write!(f, "[{element}]")?,
                Step::MapValue => f.write_str("{}")?,
            }
        }
        write!(f, "` {}", self.says)
    }
}

impl From<Misfit> for String {
    fn from(misfit: Misfit) -> Self {
        misfit.to_string()
    }
}
