//! How an object is called in S3.
//!
//! A [`Path`] is the part of a key that a partitioner makes (Connect's "encoded partition"), a
//! [`KeyTemplate`] composes the key around it, and [`Naming`] holds what the settings say.
//!
//! ```
//! use naming::{KeyTemplate, Naming, Path, Place};
//!
//! let naming = Naming {
//!     template: KeyTemplate::default(),
//!     directory: "topics".to_owned(),
//!     offset_pad_width: 10,
//!     extension: ".json".to_owned(),
//! };
//! let place = Place { cluster: "", topic: "tracking.log", partition: 0, path: &Path::of_partition(0) };
//! assert_eq!(naming.key(&place, 42), "topics/tracking.log/partition=0/tracking.log+0+0000000042.json");
//! ```

mod delimiter;
mod directory;
mod path;
mod reading;
mod segment;
mod template;

pub use delimiter::{Delimiter, DelimiterError};
pub use directory::{DirectoryError, MAX_DIRECTORY_BYTES, check_directory};
pub use path::{Path, PathError, encode_value};
pub use reading::{KeyParts, ReadKeyError};
pub use template::{DEFAULT_KEY_TEMPLATE, KeyTemplate, Piece, TemplateError};

/// Longest key S3 accepts, in bytes of UTF-8.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const MAX_KEY_BYTES: usize = 1024;

/// How the objects of one kind are called.
#[derive(Debug, Clone)]
pub struct Naming {
    /// How a key is composed.
    pub template: KeyTemplate,
    /// `topics.dir`, or `quarantine.dir`; may be empty, and passes [`check_directory`].
    pub directory: String,
    /// `filename.offset.zero.pad.width`: least digits of an offset.
    pub offset_pad_width: usize,
    /// With its dot, such as `.json.gz`.
    pub extension: String,
}

/// What an object holds, as far as its key needs it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The cluster's name; not empty where the template has `{cluster}`.
    pub cluster: &'a str,
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// What the partitioner made.
    pub path: &'a Path,
}

impl Naming {
    /// How quarantined records are called, where data is called like this.
    ///
    /// The template is `{quarantine.dir}/{topic}/partition={partition}/…` whatever that of the data is: a
    /// record that could not be placed has no path. `{cluster}` comes after the directory where data has it,
    /// because the same topic of two clusters is two topics.
    #[must_use]
    pub fn quarantine(&self, directory: String, extension: String) -> Self {
        Self {
            template: self.template.quarantine(),
            directory,
            offset_pad_width: self.offset_pad_width,
            extension,
        }
    }

    /// The key of the object that starts at `offset`.
    ///
    /// Legal names of topics stand in it as they are; what is not legal in Kafka is encoded like a value.
    pub fn key(&self, place: &Place<'_>, offset: i64) -> String {
        self.template.compose(self, place, offset)
    }

    /// Whether the key of every offset at `place` is within [`MAX_KEY_BYTES`].
    ///
    /// Judged by the longest offset there is, so that it is a property of the place.
    pub fn fits(&self, place: &Place<'_>) -> bool {
        self.key(place, i64::MAX).len() <= MAX_KEY_BYTES
    }
}

#[cfg(test)]
mod tests;
