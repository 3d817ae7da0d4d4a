//! S3, through the AWS SDK.

mod bucket;
mod client;
#[cfg(feature = "parquet")]
mod reader;
mod role;
mod store;
mod trouble;

pub use crate::aws::ClientError;
pub use bucket::{Attributes, Bucket, Listed};
#[cfg(feature = "parquet")]
pub(crate) use reader::S3Reader;
pub use store::S3Store;
