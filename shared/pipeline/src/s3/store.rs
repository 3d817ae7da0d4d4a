//! Objects in a bucket.

use super::client;
use super::trouble::Request;
use crate::aws::ClientError;
use crate::settings::{Encryption, OWN_TAGS, S3Settings};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_smithy_types::retry::RetryConfig;
use delivery::{Creation, Metadata, Object, Store, StoreError, StoreErrorKind};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write as _;

/// Objects in a bucket of S3, or of a server that speaks its protocol.
#[derive(Debug)]
pub struct S3Store {
    client: Client,
    settings: S3Settings,
    /// Whether bodies are signed: over TLS the connection protects them, and S3 verifies the checksum.
    sign_body: bool,
}

impl S3Store {
    /// Builds the clients; does not connect.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, say for want of the file in `AWS_CA_BUNDLE`.
    pub fn new(settings: S3Settings) -> Result<Self, ClientError> {
        // The protocol has its own retries: what became of a PUT decides what the next one must say.
        let client = client::build(&settings, RetryConfig::disabled())?;
        let sign_body = settings.endpoint.as_ref().is_some_and(|url| url.starts_with("http://"));
        Ok(Self { client, settings, sign_body })
    }

    /// The settings' tags and the object's own, as the header `x-amz-tagging` takes them.
    fn tagging(&self, object: &Object) -> Option<String> {
        let tags = self.settings.tags.as_ref()?;
        // A marker has no records, though it answers for offsets.
        let records = if object.identity.is_some() { object.coverage.count() } else { 0 };
        let [start, end, count] = OWN_TAGS;
        let mut text =
            format!("{start}={}&{end}={}&{count}={records}", object.coverage.first(), object.coverage.last());
        for (name, value) in tags {
            let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
            let _ = write!(text, "&{}={}", encode(name), encode(value));
        }
        Some(text)
    }

    fn request<'a>(&'a self, operation: &'static str, key: &'a str) -> Request<'a> {
        Request { settings: &self.settings, operation, key }
    }
}

impl Store for S3Store {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        if object.key.len() > naming::MAX_KEY_BYTES {
            let message =
                format!("key of {} bytes is longer than S3 takes: {}", object.key.len(), object.key);
            return Err(StoreError { kind: StoreErrorKind::Refused, message, source: None });
        }
        let mut request = self
            .client
            .put_object()
            .bucket(&self.settings.bucket)
            .key(&object.key)
            .if_none_match("*")
            .content_type(object.content_type)
            .set_content_encoding(object.content_encoding.map(str::to_owned))
            .metadata(Metadata::COVERAGE, object.coverage.to_string())
            .set_tagging(self.tagging(object))
            .set_acl(self.settings.acl.clone())
            .body(ByteStream::from(object.body.clone()));
        if let Some(identity) = object.identity {
            request = request.metadata(Metadata::IDENTITY, identity.to_string());
        }
        if let Some(after) = object.after {
            request = request.metadata(Metadata::AFTER, after.to_string());
        }
        request = match &self.settings.encryption {
            Encryption::Bucket => request,
            Encryption::S3 => request.server_side_encryption(ServerSideEncryption::Aes256),
            Encryption::Kms { key_id } => {
                request.server_side_encryption(ServerSideEncryption::AwsKms).set_ssekms_key_id(key_id.clone())
            }
            Encryption::Customer { key, key_md5 } => {
                request.sse_customer_algorithm("AES256").sse_customer_key(key).sse_customer_key_md5(key_md5)
            }
        };
        let mut request = request.customize();
        if !self.sign_body {
            request = request.disable_payload_signing();
        }
        match request.send().await {
            Ok(_) => Ok(Creation::Created),
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 412) => {
                Ok(Creation::Exists)
            }
            Err(error) => Err(self.request("PutObject", &object.key).failed(error)),
        }
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        let mut request = self.client.head_object().bucket(&self.settings.bucket).key(key);
        if let Encryption::Customer { key, key_md5 } = &self.settings.encryption {
            request =
                request.sse_customer_algorithm("AES256").sse_customer_key(key).sse_customer_key_md5(key_md5);
        }
        match request.send().await {
            Ok(answer) => {
                let value = |name| answer.metadata()?.get(name).cloned();
                Ok(Some(Metadata {
                    coverage: value(Metadata::COVERAGE),
                    identity: value(Metadata::IDENTITY),
                }))
            }
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 404) => {
                Ok(None)
            }
            Err(error) => Err(self.request("HeadObject", key).failed(error)),
        }
    }
}
