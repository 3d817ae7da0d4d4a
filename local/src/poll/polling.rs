//! A mapping at work.

use super::destination::Destination;
use super::mapping::Mapping;
use super::notice::Notice;
use std::fmt;

/// A mapping at work, with all that it needs.
pub struct Polling<'p, D> {
    /// The mapping.
    pub mapping: &'p Mapping,
    /// Gives each poller an environment of its own.
    pub functions: &'p D,
    /// The bucket of the mapping's `on_failure`; needed where there is one.
    pub destination: Option<&'p dyn Destination>,
    /// Is told what happens.
    pub watch: &'p (dyn Fn(Notice<'_>) + Sync),
    /// Says with which limits batches are retried.
    pub seed: u64,
}

impl<D> fmt::Debug for Polling<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polling").field("mapping", &self.mapping).finish_non_exhaustive()
    }
}
