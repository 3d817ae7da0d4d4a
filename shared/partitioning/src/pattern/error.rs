//! Why a pattern is not one.

/// Why a `path.format` is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFormatError {
    /// There is nothing but a delimiter or white space.
    #[error("expected a pattern such as `'year'=YYYY/'month'=MM/'day'=dd`")]
    Empty,
    /// A letter that means nothing.
    #[error(
        "expected a letter of Joda-Time's patterns at character {position}, or `{letter}` in single quotes"
    )]
    UnknownLetter {
        /// What stands there.
        letter: char,
        /// Counted from 1.
        position: usize,
    },
    /// A quote that is not closed.
    #[error("expected a second single quote for the one at character {position}")]
    UnclosedQuote {
        /// Counted from 1.
        position: usize,
    },
    /// The full name of a time zone.
    #[error(
        "expected `z` (abbreviation), `Z` (offset) or `ZZZ` (name) for the time zone at character {position}: \
         its name in words (`zzzz`) is not supported"
    )]
    ZoneInWords {
        /// Counted from 1.
        position: usize,
    },
    /// Words, in a language that we don't have.
    #[error(
        "expected an English locale for `{letters}`, which stands for words; numbers are fine in any locale"
    )]
    NotEnglish {
        /// The letters of the pattern.
        letters: String,
    },
    /// A path would start or end with `/`, or hold a directory that S3 clients can't read.
    #[error("expected no `/` at its start or end and no directory that is empty, `.` or `..`")]
    UnsafeSegment,
    /// A control character in the literal text.
    #[error("expected no control characters")]
    ControlCharacter,
}
