//! Why a pattern is none.

/// Filters cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// There are more than a mapping takes.
    #[error("{filters} filters are too many: a mapping takes {limit}")]
    TooMany {
        /// How many there are.
        filters: usize,
        /// How many there may be.
        limit: usize,
    },
    /// One of them is wrong.
    #[error("the filter pattern {text} cannot be used")]
    Pattern {
        /// The pattern, or its beginning.
        text: String,
        /// Why not.
        source: PatternError,
    },
}

/// A pattern is not one of Lambda's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It is too long.
    #[error("it has {chars} characters, and may have {limit}")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        limit: usize,
    },
    /// It is not JSON.
    #[error("it is not JSON: {reason}")]
    NotJson {
        /// What the parser says.
        reason: String,
    },
    /// It asks for something else than the value.
    #[error("it must be an object with the only field `value`: for Kafka nothing else is filtered")]
    NotValue,
    /// A part of it is of another form.
    #[error("{at}: expected {expected}")]
    Unexpected {
        /// The path of the part, such as `value.user.age`.
        at: String,
        /// What should be there.
        expected: &'static str,
    },
    /// A rule is known to EventBridge at best.
    #[error("{at}: Lambda has no rule `{rule}`; it has {known}")]
    UnknownRule {
        /// The path of the rule.
        at: String,
        /// The rule's name.
        rule: String,
        /// The rules that there are.
        known: &'static str,
    },
}
