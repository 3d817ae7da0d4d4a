//! How an object is called in S3.
//!
//! A [`Path`] is the part of a key that a partitioner makes (Connect's "encoded partition"), a
//! [`KeyTemplate`] composes the key around it, and [`Naming`] holds what the settings say.

mod path;
mod template;

pub use path::{Path, encode_value};
pub use template::{KeyTemplate, TemplateError};

/// Longest key S3 accepts, in bytes of UTF-8.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
pub const MAX_KEY_BYTES: usize = 1024;

/// How the objects of one kind are called.
#[derive(Debug, Clone)]
pub struct Naming {
    /// How a key is composed.
    pub template: KeyTemplate,
    /// `topics.dir`, or `quarantine.dir`; may be empty.
    pub directory: String,
    /// `filename.offset.zero.pad.width`: least digits of an offset.
    pub offset_pad_width: usize,
    /// With its dot, such as `.json.gz`.
    pub extension: String,
}

/// What an object holds, as far as its key needs it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The cluster's name, for templates with `{cluster}`.
    pub cluster: &'a str,
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// What the partitioner made.
    pub path: &'a Path,
}

impl Naming {
    /// The key of the object that starts at `offset`.
    pub fn key(&self, place: &Place<'_>, offset: i64) -> String {
        let _ = (place, offset);
        todo!()
    }

    /// Whether the key of every offset at `place` is within [`MAX_KEY_BYTES`].
    ///
    /// Judged by the longest offset there is, so that it is a property of the place.
    pub fn fits(&self, place: &Place<'_>) -> bool {
        self.key(place, i64::MAX).len() <= MAX_KEY_BYTES
    }
}
