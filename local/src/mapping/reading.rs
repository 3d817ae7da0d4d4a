//! Reads single values, and remembers what is wrong with them.

use super::{Content, MappingProperties, Origin, Problem, Property};

/// Takes properties out one by one.
#[derive(Debug)]
pub(super) struct Reading {
    properties: MappingProperties,
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    pub(super) fn new(mut properties: MappingProperties) -> Self {
        let problems = std::mem::take(&mut properties.problems);
        Self { properties, problems }
    }

    pub(super) fn is_set(&self, property: Property) -> bool {
        self.properties.written.contains_key(&property)
    }

    pub(super) fn is_from_template(&self, property: Property) -> bool {
        self.properties.written.get(&property).is_some_and(|written| written.origin == Origin::Template)
    }

    /// Whether anything stands in a template.
    pub(super) fn has_template(&self) -> bool {
        self.properties.written.values().any(|written| written.origin == Origin::Template)
    }

    /// The texts of a list; none where it is not set, or not known.
    pub(super) fn texts(&mut self, property: Property) -> Option<Vec<String>> {
        match &self.properties.written.get(&property)?.content {
            Content::Texts(texts) => Some(texts.clone()),
            Content::Unknown(what) => {
                let (name, flag) = (property.name(), property.flag());
                self.problems.push(Problem::Unknown { name, what: what.clone(), flag });
                None
            }
        }
    }

    /// The value as `read` takes it; none where it is not set, or wrong, which is remembered.
    pub(super) fn value<T>(
        &mut self,
        property: Property,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let texts = self.texts(property)?;
        let value = if let [text] = texts.as_slice() { read(text) } else { None };
        if value.is_none() {
            self.wrong(property, &texts.join(", "), expected);
        }
        value
    }

    pub(super) fn wrong(&mut self, property: Property, value: &str, expected: &str) {
        let (name, value) = (self.name(property), value.to_owned());
        self.problems.push(Problem::Wrong { name, value, expected: expected.to_owned() });
    }

    pub(super) fn missing(&mut self, property: Property, expected: &str) {
        let name = self.name(property);
        self.problems.push(Problem::Missing { name, expected: expected.to_owned() });
    }

    /// As the one who wrote it knows it.
    fn name(&self, property: Property) -> String {
        let name = if self.is_from_template(property) { property.name() } else { property.flag() };
        name.to_owned()
    }
}
