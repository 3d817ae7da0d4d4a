//! The delivery protocol: objects are written once, whatever comes again.
//!
//! A Kafka event source mapping delivers at least once, and promises nothing about the limits of a batch
//! that it delivers again. [`deliver`] makes that exactly once: objects are immutable, the first writer
//! wins, and a later writer adds only what is not there yet. What an object answers for is its
//! [`Coverage`]; which record it starts with is its [`record::Identity`]; both stand in its metadata.
//!
//! Correctness rests on three things: which records share an object is a pure function of the record and
//! the settings; a batch starts where an earlier one started or ended; and an object, once written, stays.
//!
//! This crate knows neither S3 nor the clock: a [`Store`] writes, a [`Retry`] sleeps.

mod coverage;
mod error;
mod protocol;
mod retry;
mod store;

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod memory;

pub use coverage::{Coverage, CoverageError};
pub use error::DeliveryError;
pub use protocol::{BodyError, Deliverable, Delivered, deliver};
pub use retry::Retry;
pub use store::{Creation, Metadata, Object, Store, StoreError, StoreErrorKind};
