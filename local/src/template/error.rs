//! Why a template does not say what was asked.

use std::io;

/// A mapping cannot be read out of a template.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// There is no such file, or it is not ours to read.
    #[error("cannot read the template {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The template has no such mapping, or is none.
    #[error("the template {path} cannot be used")]
    Flaw {
        /// The file.
        path: String,
        /// Why.
        source: Flaw,
    },
}

/// What is wrong with a template, or with what is asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// It is neither YAML nor JSON.
    #[error("it is not {format}: {reason}")]
    Syntax {
        /// What it was taken for.
        format: &'static str,
        /// What the parser says.
        reason: String,
    },
    /// A part is of another form.
    #[error("expected {expected}")]
    Unexpected {
        /// What should be there.
        expected: String,
    },
    /// A parameter was given that the template does not have.
    #[error("it has no parameter {name}; it has {known}")]
    UnknownParameter {
        /// The parameter.
        name: String,
        /// Those that it has.
        known: String,
    },
    /// A parameter has a value that it may not have.
    #[error("its parameter {name} cannot be {value:?}: expected one of {allowed}")]
    ForbiddenValue {
        /// The parameter.
        name: String,
        /// Its value.
        value: String,
        /// The values that it may have.
        allowed: String,
    },
    /// A reference leads nowhere.
    #[error("it refers to {name}, which is neither a parameter nor a resource of it")]
    DanglingReference {
        /// The name.
        name: String,
    },
    /// There is no such mapping.
    #[error("it has no event source mapping {resource}; it has {known}")]
    UnknownResource {
        /// The name.
        resource: String,
        /// The mappings that it has.
        known: String,
    },
    /// There is no mapping at all.
    #[error("it has no event source mapping of Kafka")]
    NoMapping,
    /// There are several.
    #[error("it has several event source mappings: name one of {known} with --resource")]
    Ambiguous {
        /// Them.
        known: String,
    },
    /// The mapping would not be made.
    #[error("it makes no {resource}: the condition {condition} does not hold with these parameters")]
    NotMade {
        /// The resource.
        resource: String,
        /// Its condition.
        condition: String,
    },
}
