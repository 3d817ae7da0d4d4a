//! What is wrong with a mapping's properties.

use std::fmt;

/// The properties make no mapping.
#[derive(Debug, PartialEq, Eq)]
pub struct MappingError {
    /// All that is wrong.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A property has to be set.
    Missing {
        /// The property, or its flag.
        name: String,
        /// What it should be.
        expected: String,
    },
    /// A property has a value that AWS would not take.
    Wrong {
        /// The property, or its flag.
        name: String,
        /// Its value.
        value: String,
        /// What was expected.
        expected: String,
    },
    /// A property has a value that only a deployed stack knows.
    Unknown {
        /// The property.
        name: &'static str,
        /// What the template has.
        what: String,
        /// The flag that sets it.
        flag: &'static str,
    },
    /// A property changes what a mapping does, but is not known here.
    NotSupported {
        /// The property.
        name: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, expected } => write!(f, "{name} is missing: expected {expected}"),
            Self::Wrong { name, value, expected } => write!(f, "{name} is {value}: expected {expected}"),
            Self::Unknown { name, what, flag } => {
                write!(f, "{name} is not known without a deployed stack ({what}): give {flag}")
            }
            Self::NotSupported { name } => write!(f, "{name} is not supported by this command"),
        }
    }
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the event source mapping cannot be polled: ")?;
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MappingError {}
