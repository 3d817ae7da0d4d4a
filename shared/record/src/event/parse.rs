//! From the event's bytes to a batch.

use crate::{Batch, event::EventError};

/// Reads the event that Lambda hands to a function.
///
/// # Errors
///
/// When the event is not JSON, not a Kafka event, or contradicts itself.
pub fn parse(event: &[u8]) -> Result<Batch, EventError> {
    let _ = event;
    todo!()
}
