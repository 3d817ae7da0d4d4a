//! What is wrong with a value.

use std::borrow::Cow;

/// What is wrong with a value, and where; never holds a byte of it.
#[derive(Debug)]
pub(super) struct Flaw {
    /// Predicate of a sentence whose subject is the value or the field.
    what: Cow<'static, str>,
    /// The names that lead there, the innermost first.
    path: Vec<String>,
}

/// Boxed, so that what is right costs no more than a pointer.
pub(super) type Checked<T = ()> = Result<T, Box<Flaw>>;

impl Flaw {
    pub(super) fn new(what: impl Into<Cow<'static, str>>) -> Box<Self> {
        Box::new(Self { what: what.into(), path: Vec::new() })
    }

    /// The same flaw, as the outer type sees it.
    pub(super) fn within(mut self: Box<Self>, name: &str) -> Box<Self> {
        self.path.push(name.to_owned());
        self
    }

    pub(super) fn sentence(&self) -> String {
        let mut path = String::new();
        for name in self.path.iter().rev() {
            // Items and values of a collection have no name.
            if !path.is_empty() && name != ITEMS {
                path.push('.');
            }
            path.push_str(name);
        }
        match path.as_str() {
            "" | ITEMS => format!("the value {}", self.what),
            _ => format!("the field `{path}` {}", self.what),
        }
    }
}

/// Stands in a path for what an array or a map holds.
pub(super) const ITEMS: &str = "[]";
