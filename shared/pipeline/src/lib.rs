//! The shell of a function: settings, AWS clients, one invocation, log line and metrics.
//!
//! Data flows down: [`lambda`] takes the event's bytes, [`Sink`] makes rows of the batch, groups of the rows,
//! objects of the groups, and a [`Report`] of what became of them. Only this crate knows AWS clients, the
//! environment and the clock.

pub mod lambda;
#[cfg(feature = "replay")]
pub mod replay;
pub mod s3;
pub mod settings;

mod answer;
mod aws;
mod chain;
mod cluster;
mod format;
mod json;
mod logging;
mod metrics;
mod parcel;
#[cfg(feature = "parquet")]
pub mod parquet;
mod report;
mod sink;

pub use chain::{Chain, chain};
pub use format::{Decoded, Format, Patience};
pub use json::JsonFormat;
#[cfg(feature = "parquet")]
pub use parquet::ParquetFormat;
pub use report::{FailedPartition, Report, StillBad};
pub use sink::{InvocationError, Sink, Time};
