//! Objects in a bucket.

use super::client;
use super::role::RoleError;
use crate::aws::{ClientError, cause, find};
use crate::chain::chain;
use crate::settings::{Encryption, OWN_TAGS, S3Settings};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use delivery::{Creation, Metadata, Object, Store, StoreError, StoreErrorKind};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::error::Error;
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
        let client = client::build(&settings)?;
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

    fn error<E>(&self, operation: &str, key: &str, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let object = format!("{operation} of s3://{}/{key}", self.settings.bucket);
        if let Some(role) = find::<RoleError>(&error) {
            let kind = if role.is_transient { StoreErrorKind::Unavailable } else { StoreErrorKind::Denied };
            // The client lends the role's error, so that its causes can be told but not handed on.
            let message = format!("{object}: {}", chain(role));
            return StoreError { kind, message, source: None };
        }
        let Some(response) = error.raw_response() else {
            let (kind, message) = match error {
                SdkError::ConstructionFailure(_) => {
                    (StoreErrorKind::Refused, format!("{object} could not be put into a request"))
                }
                SdkError::TimeoutError(_) => (StoreErrorKind::Unavailable, format!("{object} took too long")),
                _ => {
                    let endpoint = self.endpoint();
                    (StoreErrorKind::Unavailable, format!("{object} got no answer from {endpoint}"))
                }
            };
            return StoreError { kind, message, source: cause(error) };
        };
        let status = response.status().as_u16();
        let code = error.code().unwrap_or_default();
        let kind = kind_of(status, code);
        let mut message = format!("{object} was answered with {status}");
        for part in [code, error.message().unwrap_or_default()].iter().filter(|part| !part.is_empty()) {
            let _ = write!(message, " {part}");
        }
        if let Some(hint) = self.hint(operation, kind, status, code) {
            let _ = write!(message, ": {hint}");
        }
        StoreError { kind, message, source: None }
    }

    fn hint(&self, operation: &str, kind: StoreErrorKind, status: u16, code: &str) -> Option<String> {
        let S3Settings { bucket, region, .. } = &self.settings;
        match (kind, status, code) {
            (StoreErrorKind::NoBucket, ..) => Some(format!("bucket {bucket} does not exist")),
            (_, _, "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired") => {
                Some("the session of the credentials has expired".to_owned())
            }
            (_, _, "InvalidAccessKeyId" | "InvalidToken" | "InvalidClientTokenId") => {
                Some("the credentials are not known".to_owned())
            }
            (_, _, "SignatureDoesNotMatch") => {
                Some("the secret does not belong to the access key".to_owned())
            }
            (_, _, "RequestTimeTooSkewed") => Some("the clock of this machine is wrong".to_owned()),
            (StoreErrorKind::Denied, ..) => {
                Some(format!("the role needs {} on the objects of {bucket}", self.actions(operation)))
            }
            (_, 301 | 307 | 400, "PermanentRedirect" | "AuthorizationHeaderMalformed" | "")
                if operation != "HeadObject" =>
            {
                Some(format!("is bucket {bucket} in region {region}?"))
            }
            (_, 501, _) => Some(
                "the server does not support If-None-Match, which nothing can be safe without".to_owned(),
            ),
            _ => None,
        }
    }

    /// What a role must be allowed: headers of a PUT ask for actions of their own.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
    fn actions(&self, operation: &str) -> String {
        if operation == "HeadObject" {
            return "s3:GetObject".to_owned();
        }
        let S3Settings { tags, acl, encryption, .. } = &self.settings;
        let by_header = [
            (tags.is_some(), "s3:PutObjectTagging"),
            (acl.is_some(), "s3:PutObjectAcl"),
            (matches!(encryption, Encryption::Kms { .. }), "kms:GenerateDataKey"),
        ];
        let more = by_header.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, action)| action);
        ["s3:PutObject"].into_iter().chain(more).collect::<Vec<_>>().join(", ")
    }

    fn endpoint(&self) -> &str {
        self.settings.endpoint.as_deref().unwrap_or("S3")
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
            Err(error) => Err(self.error("PutObject", &object.key, error)),
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
            Err(error) => Err(self.error("HeadObject", key, error)),
        }
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
fn kind_of(status: u16, code: &str) -> StoreErrorKind {
    match (status, code) {
        (_, "NoSuchBucket") => StoreErrorKind::NoBucket,
        (501, _) => StoreErrorKind::Refused,
        // 408 and RequestTimeout: S3 waited for the body; 409: a conflicting write; 429: a gateway's SlowDown.
        (408 | 409 | 429 | 500.., _) | (_, "RequestTimeout" | "SlowDown") => StoreErrorKind::Unavailable,
        // The body did not arrive as it was sent.
        (400, "BadDigest" | "IncompleteBody") => StoreErrorKind::Unavailable,
        (403, "RequestTimeTooSkewed") => StoreErrorKind::Refused,
        (401 | 403, _) | (400, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => {
            StoreErrorKind::Denied
        }
        _ => StoreErrorKind::Refused,
    }
}
