//! What a function makes of values.

use crate::settings::{FormatSettings, Settings};
use crate::sink::InvocationError;
use backon::Sleeper;
use encoding::Encode;
use record::{Batch, Rejection, Row};
use std::error::Error;
use std::time::Duration;

/// What a function makes of values: rows of a batch, and bodies of the rows' groups.
pub trait Format: Sized + Send + Sync {
    /// What only this format's function is told.
    type Settings: FormatSettings;
    /// A record whose value is decoded.
    type Row<'b>: Row<'b> + Send + Sync;
    /// Makes the bodies.
    type Encoder: for<'b> Encode<Self::Row<'b>> + Send + Sync;

    /// Gets ready, once at start-up; does not connect.
    ///
    /// # Errors
    ///
    /// When what the settings name can't be used, say a file of certificates.
    fn new(settings: &Settings<Self::Settings>) -> Result<Self, Box<dyn Error + Send + Sync>>;

    /// Decodes every record of a batch.
    ///
    /// # Errors
    ///
    /// When it takes what could not be had, such as a schema; then nothing is known of any record.
    fn decode<'b, Z>(
        &self,
        batch: &'b Batch,
        patience: &Patience<Z>,
    ) -> impl Future<Output = Result<Decoded<'b, Self::Row<'b>>, InvocationError>> + Send
    where
        Z: Sleeper<Sleep: Send> + Clone + Send + Sync;

    /// The encoder.
    fn encoder(&self) -> &Self::Encoder;
}

/// How long to wait for others, and how.
#[derive(Debug, Clone)]
pub struct Patience<Z> {
    /// What is left of the invocation's time.
    pub left: Duration,
    /// How to pause between two tries.
    pub sleeper: Z,
}

/// The records of a batch, decoded.
#[derive(Debug)]
pub struct Decoded<'b, R> {
    /// In the batch's order.
    pub rows: Vec<R>,
    /// What could not be decoded, in the batch's order.
    pub rejections: Vec<Rejection<'b>>,
    /// Tombstones that were skipped by setting.
    pub ignored: usize,
}
