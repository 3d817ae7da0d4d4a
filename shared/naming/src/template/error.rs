//! Why a template is not one.

/// Why a template is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A placeholder that there isn't.
    #[error(
        "expected only the placeholders {{topics.dir}}, {{cluster}}, {{topic}}, {{path}}, {{partition}}, \
         {{offset}} and {{extension}}, not {{{name}}}"
    )]
    UnknownPlaceholder {
        /// What stands between the braces.
        name: String,
    },
    /// A `{` without its `}`.
    #[error("expected a `}}` for the `{{` at character {position}")]
    UnclosedBrace {
        /// Counted from 1.
        position: usize,
    },
    /// A `}` without its `{`.
    #[error("expected a `{{` before the `}}` at character {position}")]
    UnopenedBrace {
        /// Counted from 1.
        position: usize,
    },
    /// Without the topic, topics would write over each other.
    #[error("expected {{topic}} in it, so that two topics never share a key")]
    NoTopic,
    /// A number is missing, or stands in a directory.
    #[error(
        "expected {placeholder} in the name of the file, after the last `/`, {{topics.dir}} and {{path}}"
    )]
    NotInFileName {
        /// `{partition}` or `{offset}`.
        placeholder: &'static str,
    },
    /// The extension is repeated, or stands in a directory.
    #[error("expected {{extension}} once or not at all, in the name of the file")]
    ExtensionMisplaced,
    /// Two values could not be told from each other.
    #[error("expected a text that is not all digits between {placeholder} and the placeholder beside it")]
    NumberRunsTogether {
        /// `{partition}` or `{offset}`.
        placeholder: &'static str,
    },
    /// The directory is part of a segment.
    #[error(
        "expected {{topics.dir}} as a directory of its own, with a `/` after it, and before it unless it is \
         the first"
    )]
    PartialDirectory,
    /// A key would start with `/`, or hold a directory that S3 clients can't read.
    #[error("expected no `/` at its start and no directory that is empty, `.` or `..`")]
    UnsafeSegment,
    /// A control character in the literal text.
    #[error("expected no control characters")]
    ControlCharacter,
}
