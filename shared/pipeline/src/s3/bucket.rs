//! A bucket as tools need it: to look through, to read, and to move objects.

use super::client;
use super::trouble::Request;
use crate::aws::ClientError;
use crate::settings::{Encryption, S3Settings};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumMode, ServerSideEncryption};
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use delivery::StoreError;
use futures_util::stream::{Stream, try_unfold};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;

/// How often a request is made before it has failed. Nobody waits for a tool as Lambda waits for a function.
const ATTEMPTS: u32 = 6;

/// What stays as it is in the source of a copy.
const IN_COPY_SOURCE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// A bucket to look through, to read, and to move objects in.
///
/// The sinks write by [`super::S3Store`], which can neither overwrite nor delete; this is for what comes after.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    settings: S3Settings,
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The key.
    pub key: String,
    /// How long its body is.
    pub bytes: u64,
    /// When it was written, in milliseconds since 1970-01-01T00:00:00Z.
    pub modified_ms: i64,
}

/// What stands beside an object's body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// User metadata.
    pub metadata: BTreeMap<String, String>,
    /// How long the body is.
    pub bytes: u64,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
}

impl Bucket {
    /// The bucket of these settings, as who they say; does not connect.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, say for want of the file in `AWS_CA_BUNDLE`.
    pub fn new(settings: &S3Settings) -> Result<Self, ClientError> {
        let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
        Ok(Self { client: client::build(settings, retries)?, settings: settings.clone() })
    }

    /// Another bucket, reached in the same way.
    #[must_use]
    pub fn in_bucket(&self, name: &str) -> Self {
        let settings = S3Settings { bucket: name.to_owned(), ..self.settings.clone() };
        Self { client: self.client.clone(), settings }
    }

    /// The bucket's name.
    pub fn name(&self) -> &str {
        &self.settings.bucket
    }

    /// Lists the objects under a prefix, page by page, in the order of their keys.
    ///
    /// A page that fails ends the stream.
    pub fn list(&self, prefix: &str) -> impl Stream<Item = Result<Vec<Listed>, StoreError>> + Send {
        let (bucket, prefix) = (self.clone(), prefix.to_owned());
        try_unfold(Some(None::<String>), move |next| {
            let (bucket, prefix) = (bucket.clone(), prefix.clone());
            async move {
                let Some(continuation) = next else { return Ok(None) };
                let request = bucket.client.list_objects_v2().bucket(bucket.name()).prefix(&prefix);
                let page = request
                    .set_continuation_token(continuation)
                    .send()
                    .await
                    .map_err(|error| bucket.request("ListObjectsV2", &prefix).failed(error))?;
                let next = page.next_continuation_token.map(Some);
                let listed = page.contents.unwrap_or_default().into_iter().map(|object| Listed {
                    key: object.key.unwrap_or_default(),
                    bytes: object.size.and_then(|bytes| bytes.try_into().ok()).unwrap_or_default(),
                    modified_ms: object
                        .last_modified
                        .and_then(|time| time.to_millis().ok())
                        .unwrap_or_default(),
                });
                Ok(Some((listed.collect(), next)))
            }
        })
    }

    /// Looks at an object; none where there is none.
    ///
    /// # Errors
    ///
    /// When S3 cannot say.
    pub async fn head(&self, key: &str) -> Result<Option<Attributes>, StoreError> {
        let mut request = self.client.head_object().bucket(self.name()).key(key);
        if let Some((key, key_md5)) = self.customer_key() {
            request =
                request.sse_customer_algorithm("AES256").sse_customer_key(key).sse_customer_key_md5(key_md5);
        }
        match request.send().await {
            Ok(answer) => Ok(Some(Attributes {
                metadata: answer.metadata.unwrap_or_default().into_iter().collect(),
                bytes: answer.content_length.and_then(|bytes| bytes.try_into().ok()).unwrap_or_default(),
                content_type: answer.content_type,
                content_encoding: answer.content_encoding,
            })),
            Err(error) if error.raw_response().is_some_and(|response| response.status().as_u16() == 404) => {
                Ok(None)
            }
            Err(error) => Err(self.request("HeadObject", key).failed(error)),
        }
    }

    /// Reads an object; none where there is none.
    ///
    /// # Errors
    ///
    /// When S3 cannot give it, or gives other bytes than its checksum says.
    pub async fn get(&self, key: &str) -> Result<Option<(Attributes, Bytes)>, StoreError> {
        let mut request =
            self.client.get_object().bucket(self.name()).key(key).checksum_mode(ChecksumMode::Enabled);
        if let Some((key, key_md5)) = self.customer_key() {
            request =
                request.sse_customer_algorithm("AES256").sse_customer_key(key).sse_customer_key_md5(key_md5);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => {
                return Ok(None);
            }
            Err(error) => return Err(self.request("GetObject", key).failed(error)),
        };
        let body = answer.body.collect().await;
        let body = body.map_err(|error| self.request("GetObject", key).broke_off(error))?.into_bytes();
        let attributes = Attributes {
            metadata: answer.metadata.unwrap_or_default().into_iter().collect(),
            bytes: body.len() as u64,
            content_type: answer.content_type,
            content_encoding: answer.content_encoding,
        };
        Ok(Some((attributes, body)))
    }

    /// Writes an object, over what may stand there.
    ///
    /// # Errors
    ///
    /// When S3 does not take it; it may stand there all the same.
    pub async fn put(&self, key: &str, body: Bytes, content_type: &str) -> Result<(), StoreError> {
        let mut request = self
            .client
            .put_object()
            .bucket(self.name())
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(body));
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
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.request("PutObject", key).failed(error)),
        }
    }

    /// Copies an object within the bucket, with its metadata, over what may stand there.
    ///
    /// # Errors
    ///
    /// When there is no such object, or S3 does not copy it.
    pub async fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let source = format!("{}/{}", self.name(), utf8_percent_encode(from, IN_COPY_SOURCE));
        let mut request = self.client.copy_object().bucket(self.name()).key(to).copy_source(source);
        request = match &self.settings.encryption {
            Encryption::Bucket => request,
            Encryption::S3 => request.server_side_encryption(ServerSideEncryption::Aes256),
            Encryption::Kms { key_id } => {
                request.server_side_encryption(ServerSideEncryption::AwsKms).set_ssekms_key_id(key_id.clone())
            }
            Encryption::Customer { key, key_md5 } => request
                .copy_source_sse_customer_algorithm("AES256")
                .copy_source_sse_customer_key(key)
                .copy_source_sse_customer_key_md5(key_md5)
                .sse_customer_algorithm("AES256")
                .sse_customer_key(key)
                .sse_customer_key_md5(key_md5),
        };
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.request("CopyObject", from).failed(error)),
        }
    }

    /// Deletes an object; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// When S3 does not delete it.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.client.delete_object().bucket(self.name()).key(key).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.request("DeleteObject", key).failed(error)),
        }
    }

    fn customer_key(&self) -> Option<(&str, &str)> {
        match &self.settings.encryption {
            Encryption::Customer { key, key_md5 } => Some((key, key_md5)),
            Encryption::Bucket | Encryption::S3 | Encryption::Kms { .. } => None,
        }
    }

    fn request<'a>(&'a self, operation: &'static str, key: &'a str) -> Request<'a> {
        Request { settings: &self.settings, operation, key }
    }
}
