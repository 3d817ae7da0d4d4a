//! From what somebody wrote to a mapping that can be polled.
//!
//! [`MappingProperties`] holds properties of an event source mapping as they stand in a template or behind flags,
//! under AWS's names; [`MappingProperties::validate`] holds them to AWS's limits
//! (<https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>) and tells all problems at once.

mod error;
mod property;
mod reading;
mod template;
#[cfg(test)]
mod tests;
mod validate;

use std::collections::BTreeMap;

pub use error::{MappingError, Problem};
pub use property::Property;

/// Properties of a mapping, as somebody wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MappingProperties {
    written: BTreeMap<Property, Written>,
    /// What is wrong with the template itself.
    problems: Vec<Problem>,
    /// How the mapping says who it is: the first `Type` of `SourceAccessConfigurations` that says so.
    authentication: Option<String>,
}

/// A property, and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Written {
    content: Content,
    origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// One text, or a number's text.
    Texts(Vec<String>),
    /// Only a deployed stack knows it; says what it is.
    Unknown(String),
}

/// Who wrote a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Template,
    Flag,
}

impl MappingProperties {
    /// Sets a property to what a flag says; more than one value for a list.
    pub fn set(&mut self, property: Property, values: impl IntoIterator<Item = impl Into<String>>) {
        let content = Content::Texts(values.into_iter().map(Into::into).collect());
        self.written.insert(property, Written { content, origin: Origin::Flag });
    }

    /// Adds what `others` say of properties that are not set here.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        for (property, written) in others.written {
            self.written.entry(property).or_insert(written);
        }
        self.problems.extend(others.problems);
        self.authentication = self.authentication.or(others.authentication);
        self
    }

    /// How the mapping says who it is, in the words of `SourceAccessConfigurations`, such as `SASL_SCRAM_512_AUTH`.
    pub fn authentication(&self) -> Option<&str> {
        self.authentication.as_deref()
    }
}
