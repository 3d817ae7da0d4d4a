//! What became of records so far.

use super::batch::Batch;
use record::event::on_failure::{MAXIMUM_PAYLOAD_SIZE_EXCEEDED, RETRY_ATTEMPTS_EXHAUSTED};

/// Records that were tried together, and how often.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) batch: Batch,
    pub(crate) tries: Tries,
}

/// How often records were tried.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tries {
    /// Invocations that held them.
    pub(crate) invocations: u32,
    /// Those of them that count as tries: all but those after which the batch was split.
    pub(crate) counted: u32,
    /// How the last invocation ended.
    pub(crate) last: Option<Ending>,
    /// Why they are given up, if they are.
    pub(crate) doom: Option<Condition>,
    /// The key of their on-failure record, once it was tried to write it.
    pub(crate) object: Option<String>,
}

/// How an invocation ended that did not process its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The function failed.
    Failed,
    /// The function answered, and its answer names failures or makes no sense.
    Answered,
}

/// Why records are given up: the on-failure record's `condition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// They were tried as often as the mapping allows.
    RetryAttemptsExhausted,
    /// They are older than the mapping allows. Lambda's guide does not give this word for Kafka; its
    /// mappings for streams write it.
    RecordAgeExceeded,
    /// No event holds the record.
    MaximumPayloadSizeExceeded,
}

impl Condition {
    /// Lambda's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RetryAttemptsExhausted => RETRY_ATTEMPTS_EXHAUSTED,
            Self::RecordAgeExceeded => "RecordAgeExceeded",
            Self::MaximumPayloadSizeExceeded => MAXIMUM_PAYLOAD_SIZE_EXCEEDED,
        }
    }
}

impl Piece {
    /// Records that were not tried yet.
    pub(crate) fn fresh(batch: Batch) -> Self {
        Self { batch, tries: Tries::default() }
    }

    /// A record that no event holds.
    pub(crate) fn too_large(batch: Batch) -> Self {
        let doom = Some(Condition::MaximumPayloadSizeExceeded);
        Self { batch, tries: Tries { doom, ..Tries::default() } }
    }
}
