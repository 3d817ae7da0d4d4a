//! Why a group was not delivered.

use crate::{BodyError, CoverageError, StoreError};

/// Why a group was not delivered.
///
/// Nothing is lost by any of these: the invocation fails, and its batch comes again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The store failed, and trying again did not help.
    #[error("object {key} could not be written")]
    Store {
        /// The object.
        key: String,
        /// What the store says.
        source: StoreError,
    },
    /// The object's body could not be made.
    #[error("body of object {key} could not be made")]
    Body {
        /// The object.
        key: String,
        /// Why.
        source: BodyError,
    },
    /// An object stands at the key that this sink has not written.
    #[error(
        "object {key} was not written by this sink (it has no coverage) and is left alone: \
         move it away, or write under another topics.dir or object.key.template"
    )]
    Foreign {
        /// The object.
        key: String,
    },
    /// An object's coverage cannot be read, or does not start at the offset in its key.
    #[error("object {key} has coverage {coverage:?}, which does not belong to it: it was copied or changed")]
    Coverage {
        /// The object.
        key: String,
        /// The text in its metadata.
        coverage: String,
        /// Why it cannot be read, if so.
        source: Option<CoverageError>,
    },
    /// The object at the key starts with another record: the topic was made again, or is another cluster's.
    #[error(
        "object {key} starts with another record than the one at that offset now: topic {topic} was deleted and \
         made again, or another cluster writes a topic of that name here: \
         write under another topics.dir, or put {{cluster}} into object.key.template"
    )]
    AnotherRecord {
        /// The object.
        key: String,
        /// The topic.
        topic: String,
    },
    /// An object that should hold an offset of the group doesn't.
    #[error(
        "object {key} covers offsets on both sides of {offset} of topic {topic} but not that one: \
         the records were grouped or filtered by other settings when it was written"
    )]
    NotCovered {
        /// The object.
        key: String,
        /// The topic.
        topic: String,
        /// The first offset that is missing.
        offset: i64,
    },
}

impl DeliveryError {
    /// A stable word for what failed, to alarm on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Store { .. } => "StoreFailed",
            Self::Body { .. } => "EncodingFailed",
            Self::Foreign { .. } => "ForeignObject",
            Self::Coverage { .. } => "CoverageUnreadable",
            Self::AnotherRecord { .. } => "AnotherRecord",
            Self::NotCovered { .. } => "NotCovered",
        }
    }
}
