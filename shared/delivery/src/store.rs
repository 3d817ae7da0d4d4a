//! Where objects are written.

use crate::Coverage;
use bytes::Bytes;
use record::Identity;
use std::error::Error;
use std::fmt;
use std::future::Future;

/// A place where objects are created, once each, and looked at.
///
/// [`crate::contract`] says in code what every store must do.
pub trait Store: Sync {
    /// Creates an object unless its key is taken; of several writers exactly one wins.
    ///
    /// # Errors
    ///
    /// An error may leave the object created: the outcome is unknown.
    fn create(&self, object: &Object) -> impl Future<Output = Result<Creation, StoreError>> + Send;

    /// Looks at an object's metadata; none when there is no object.
    ///
    /// # Errors
    ///
    /// When the store cannot say.
    fn head(&self, key: &str) -> impl Future<Output = Result<Option<Metadata>, StoreError>> + Send;
}

/// An object that is to be created.
#[derive(Debug, Clone)]
pub struct Object {
    /// The key.
    pub key: String,
    /// The body.
    pub body: Bytes,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Content-Encoding`.
    pub content_encoding: Option<&'static str>,
    /// The offsets that it answers for.
    pub coverage: Coverage,
    /// Its first record; none for a marker, which has no records.
    pub identity: Option<Identity>,
    /// The first offset of the object that the writer found standing just before: this one goes on where that one
    /// ends, or is its marker. None where nothing stood in the way.
    pub after: Option<i64>,
}

/// What became of a create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// The object is there now.
    Created,
    /// The key was taken; nothing was changed.
    Exists,
}

/// What an object's metadata says of it, as text: other writers' objects may say anything, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The value of [`Metadata::COVERAGE`].
    pub coverage: Option<String>,
    /// The value of [`Metadata::IDENTITY`].
    pub identity: Option<String>,
}

impl Metadata {
    /// The name of the user metadata that holds an object's [`Coverage`].
    pub const COVERAGE: &'static str = "landfall-coverage";

    /// The name of the user metadata that holds an object's [`Identity`].
    pub const IDENTITY: &'static str = "landfall-identity";

    /// The name of the user metadata that holds [`Object::after`].
    ///
    /// The protocol does not need it: it is for who looks later whether all objects are still there. Of a
    /// marker that was deleted nothing else tells.
    pub const AFTER: &'static str = "landfall-after";
}

/// A store did not do what it was asked.
#[derive(Debug)]
pub struct StoreError {
    /// What kind of trouble it is.
    pub kind: StoreErrorKind,
    /// What was asked, of which object, and what the store said; without the source.
    pub message: String,
    /// What lies beneath.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// What kind of trouble a store is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// It may work the next time: overload, a time-out, a broken connection, a conflicting write.
    Unavailable,
    /// The caller may not do this: no permission, no role, an expired session.
    Denied,
    /// The bucket does not exist.
    NoBucket,
    /// Anything else that another try would not change.
    Refused,
}

impl StoreError {
    /// Whether another try may help.
    pub fn is_retryable(&self) -> bool {
        self.kind == StoreErrorKind::Unavailable
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
