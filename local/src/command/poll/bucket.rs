//! The bucket for batches that are given up.

use anyhow::Context as _;
use bytes::Bytes;
use local::lambda::Function;
use local::poll::{Destination, DestinationError};
use local::s3::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use pipeline::s3::Bucket;
use pipeline::settings::{JsonSettings, Settings};
use std::ffi::OsString;
use std::pin::Pin;

/// What of the function's variables says how to reach S3. The role that writes the objects is not among them: a
/// mapping writes with the function's own.
const SHARED: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL_S3",
    "S3_PATH_STYLE_ACCESS_ENABLED",
];

/// A bucket in the S3 that the function writes to.
#[derive(Debug)]
pub(crate) struct BucketDestination(Bucket);

impl BucketDestination {
    /// A bucket with this name, reached as the function reaches its own.
    pub(crate) fn new(name: &str, function: &Function) -> anyhow::Result<Self> {
        let settings = Settings::<JsonSettings>::from_vars(|variable| {
            let value = match variable {
                "S3_BUCKET_NAME" => Some(name),
                shared if SHARED.contains(&shared) => function.variables.get(shared).map(String::as_str),
                _ => None,
            };
            // What Lambda sets for the function, unless it has its own.
            let value = value.or(match variable {
                "AWS_ACCESS_KEY_ID" => Some(ACCESS_KEY_ID),
                "AWS_SECRET_ACCESS_KEY" => Some(SECRET_ACCESS_KEY),
                "AWS_REGION" => Some(function.region.as_str()),
                _ => None,
            });
            value.map(OsString::from)
        });
        let settings = settings.context("the on-failure destination cannot be reached")?;
        let bucket = Bucket::new(&settings.s3).context("the on-failure destination cannot be reached")?;
        Ok(Self(bucket))
    }
}

impl Destination for BucketDestination {
    fn put<'d>(
        &'d self,
        key: &'d str,
        record: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<(), DestinationError>> + Send + 'd>> {
        Box::pin(async move {
            let put = self.0.put(key, record, "application/json").await;
            put.map_err(|error| DestinationError { url: self.url(key), source: error.into() })
        })
    }

    fn url(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.0.name())
    }
}
