//! What may be wrong with a history, to see that it shows.

/// A mistake in the protocol, or a world that it was not made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Each put replaces what stands, as Kafka Connect does.
    Overwrites,
    /// An object that exists is taken for the delivery of the whole group: no tails, no markers.
    TakenIsDone,
    /// No marker is written.
    NoMarkers,
    /// After a rebalance, batches start anywhere below the committed offset: also where none ended.
    StartsAnywhere,
}
