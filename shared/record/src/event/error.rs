//! Why an event is not a batch.

/// Why an event is not a batch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The event is not JSON, or ends too early.
    #[error("expected {expected} at byte {position} of the event")]
    Syntax {
        /// Where, in bytes from the event's start.
        position: usize,
        /// What should stand there.
        expected: &'static str,
    },
}
