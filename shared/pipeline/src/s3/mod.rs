//! S3, through the AWS SDK.

mod cause;
mod client;
mod role;
mod store;
mod trust;

pub use client::ClientError;
pub use store::S3Store;
