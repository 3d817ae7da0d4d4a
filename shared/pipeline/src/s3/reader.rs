//! Reading what the settings name in S3.

use super::client;
use crate::aws::ClientError;
use crate::chain::chain;
use crate::settings::S3Settings;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_smithy_types::retry::RetryConfig;

/// Reads objects with the function's own credentials, whatever role writes its objects.
#[derive(Debug)]
pub(crate) struct S3Reader {
    client: aws_sdk_s3::Client,
}

impl S3Reader {
    /// Builds the client; does not connect.
    pub(crate) fn new(settings: &S3Settings) -> Result<Self, ClientError> {
        let settings = S3Settings { role: None, accelerate: false, ..settings.clone() };
        Ok(Self { client: client::build(&settings, RetryConfig::disabled())? })
    }

    /// An object's text; the error is a sentence.
    pub(crate) async fn text(&self, bucket: &str, key: &str) -> Result<String, String> {
        let answer = self.client.get_object().bucket(bucket).key(key).send().await.map_err(|error| {
            let Some(response) = error.raw_response() else {
                return format!("no answer from S3: {}", chain(&error));
            };
            let status = response.status().as_u16();
            let hint = match (status, error.code()) {
                (_, Some("NoSuchBucket")) => ": there is no such bucket",
                (404, _) => ": there is no such object",
                (403, _) => ": the function's role needs s3:GetObject on it",
                (301 | 307 | 400, _) => ": is the bucket in s3.region?",
                _ => "",
            };
            format!("S3 answered {status} {}{hint}", error.code().unwrap_or_default())
        })?;
        let body = answer.body.collect().await.map_err(|error| format!("S3 broke off: {}", chain(&error)))?;
        String::from_utf8(body.into_bytes().to_vec()).map_err(|_| "it is not text in UTF-8".to_owned())
    }
}
