//! What went wrong at S3, in a sentence that says what to do.

use super::role::RoleError;
use crate::aws::{cause, find};
use crate::chain::chain;
use crate::settings::{Encryption, S3Settings};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use delivery::{StoreError, StoreErrorKind};
use std::error::Error;
use std::fmt::Write as _;

/// One request to S3, as far as its failure needs to be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) settings: &'a S3Settings,
    /// S3's name of the operation.
    pub(super) operation: &'static str,
    /// The key; for a listing, its prefix.
    pub(super) key: &'a str,
}

impl Request<'_> {
    /// The failure, with what lies beneath.
    pub(super) fn failed<E>(self, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let object = self.to_string();
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
                    let endpoint = self.settings.endpoint.as_deref().unwrap_or("S3");
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
        if let Some(hint) = self.hint(kind, status, code) {
            let _ = write!(message, ": {hint}");
        }
        StoreError { kind, message, source: None }
    }

    /// The body did not come whole, or is not what its checksum says, which another try would not change.
    pub(super) fn broke_off(self, error: impl Error + Send + Sync + 'static) -> StoreError {
        // The SDK does not export its type for it.
        let is_damaged = chain(&error).to_string().contains("checksum mismatch");
        let (kind, what) = match is_damaged {
            true => (StoreErrorKind::Refused, "gave another body than its checksum says"),
            false => (StoreErrorKind::Unavailable, "broke off"),
        };
        StoreError { kind, message: format!("{self} {what}"), source: Some(Box::new(error)) }
    }

    fn hint(self, kind: StoreErrorKind, status: u16, code: &str) -> Option<String> {
        let S3Settings { bucket, region, .. } = self.settings;
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
                let of = if self.operation == "ListObjectsV2" { "" } else { "the objects of " };
                Some(format!("the role needs {} on {of}{bucket}", self.actions()))
            }
            (_, 301 | 307 | 400, "PermanentRedirect" | "AuthorizationHeaderMalformed" | "")
                if self.operation != "HeadObject" =>
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
    fn actions(self) -> String {
        let by_operation = match self.operation {
            "HeadObject" | "GetObject" => return "s3:GetObject".to_owned(),
            "ListObjectsV2" => return "s3:ListBucket".to_owned(),
            "DeleteObject" => return "s3:DeleteObject".to_owned(),
            "CopyObject" => "s3:GetObject, s3:PutObject",
            _ => "s3:PutObject",
        };
        let S3Settings { tags, acl, encryption, .. } = self.settings;
        let by_header = [
            (tags.is_some(), "s3:PutObjectTagging"),
            (acl.is_some(), "s3:PutObjectAcl"),
            (matches!(encryption, Encryption::Kms { .. }), "kms:GenerateDataKey"),
        ];
        let more = by_header.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, action)| action);
        [by_operation].into_iter().chain(more).collect::<Vec<_>>().join(", ")
    }
}

impl std::fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of s3://{}/{}", self.operation, self.settings.bucket, self.key)
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
