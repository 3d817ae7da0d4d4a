//! S3, through the AWS SDK.

mod client;
#[cfg(feature = "parquet")]
mod reader;
mod role;
mod store;

pub use crate::aws::ClientError;
#[cfg(feature = "parquet")]
pub(crate) use reader::S3Reader;
pub use store::S3Store;
