//! Which records share an object.

mod extractor;
mod group;
mod partitioner;
mod pattern;

pub use extractor::{TimestampExtractor, TimestampUnit};
pub use group::{Group, Grouped, group};
pub use partitioner::{Partitioner, TimeBased};
pub use pattern::{PathFormat, PathFormatError};

use std::num::NonZeroU64;

/// How records are placed: what the settings say.
#[derive(Debug, Clone)]
pub struct Partitioning {
    /// The partitioners, whose paths are joined in this order; at least one.
    pub partitioners: Vec<Partitioner>,
    /// `directory.delim`: stands between the paths of two partitioners and between two fields.
    pub directory_delimiter: String,
    /// `flush.size`: a group holds the offsets of one cell of this many; none: all of a batch.
    pub flush_size: Option<NonZeroU64>,
}
