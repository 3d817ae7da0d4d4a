//! What a part of a template comes to.

use std::collections::BTreeMap;

/// An evaluated part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// `AWS::NoValue`, or null: as if it did not stand there.
    Nothing,
    Text(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
    /// Cannot be known here; says what it is, and perhaps why.
    Unknown(String),
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn get(&self, name: &str) -> &Self {
        match self {
            Self::Map(entries) => entries.get(name).unwrap_or(&Self::Nothing),
            // Of what is unknown, every part is.
            Self::Unknown(_) => self,
            _ => &Self::Nothing,
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}
