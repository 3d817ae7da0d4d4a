//! What every AWS client has in common.
//!
//! Without `aws-config`: what it would look for (profiles, instance metadata, single sign-on) is not there in
//! Lambda, and looking costs more instructions than the first PUT.

mod cause;
mod http_client;
mod trust;

pub(crate) use cause::{cause, find};
pub(crate) use http_client::{http_client, timeouts};
#[cfg(feature = "parquet")]
pub(crate) use trust::read_bundle;

pub use http_client::ClientError;
