//! Which records share an object.
//!
//! A [`Partitioner`] makes a row's path, as Connect's of the same name does; [`group`] puts rows together
//! that have one topic, partition, path and flush cell. Both are functions of the row and the settings alone,
//! but for [`TimestampExtractor::Wallclock`].
//!
//! ```
//! use naming::Delimiter;
//! use partitioning::{Partitioner, Partitioning, TimestampExtractor, parse_time_zone};
//!
//! // country=KR/year=2025/month=11/day=11/hour=10
//! let slash = Delimiter::directory();
//! let partitioning = Partitioning {
//!     partitioners: vec![
//!         Partitioner::Field("country".parse()?),
//!         Partitioner::hourly(parse_time_zone("Asia/Seoul")?, TimestampExtractor::Record, &slash),
//!     ],
//!     directory_delimiter: slash,
//!     flush_size: None,
//! };
//! assert!(!partitioning.uses_wall_clock());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bucket;
mod extractor;
mod fields;
mod group;
mod iso8601;
mod locale;
mod part;
mod partitioner;
mod pattern;
mod placer;
#[cfg(test)]
mod samples;
mod time_zone;

pub use extractor::{TimestampExtractor, TimestampUnit, TimestampUnitError};
pub use fields::{Fields, FieldsError};
pub use group::{Group, Grouped, group};
pub use locale::{Locale, LocaleError};
pub use partitioner::{Partitioner, TimeBased};
pub use pattern::{Element as PathElement, Field as PathField, PathFormat, PathFormatError};
pub use time_zone::{TimeZoneError, parse_time_zone};

use naming::Delimiter;
use std::num::NonZeroU64;

/// How records are placed: what the settings say.
#[derive(Debug, Clone)]
pub struct Partitioning {
    /// The partitioners, whose paths are joined in this order; none is the same as [`Partitioner::Default`].
    pub partitioners: Vec<Partitioner>,
    /// `directory.delim`: stands between the paths of two partitioners and between two fields.
    pub directory_delimiter: Delimiter,
    /// `flush.size`: a group holds the offsets of one cell of this many; none: all of a batch.
    pub flush_size: Option<NonZeroU64>,
}

impl Partitioning {
    /// Whether a path depends on when the record is delivered, so that a redelivery may write it twice.
    pub fn uses_wall_clock(&self) -> bool {
        self.partitioners.iter().any(Partitioner::uses_wall_clock)
    }
}
