//! The role that writes the objects.

use crate::aws::cause;
use crate::settings::Role;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_sdk_sts::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use std::error::Error;
use std::time::SystemTime;

/// Credentials of an assumed role; the client's identity cache keeps them until shortly before they expire.
#[derive(Debug)]
pub(super) struct AssumedRole {
    client: aws_sdk_sts::Client,
    /// The client's endpoint; none: AWS's.
    endpoint: Option<String>,
    role: Role,
}

/// A role could not be assumed.
#[derive(Debug, thiserror::Error)]
#[error("role {arn} could not be assumed: {reason}")]
pub(super) struct RoleError {
    arn: String,
    reason: String,
    /// Whether STS was out of reach or overloaded, so that another try may help.
    pub(super) is_transient: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl AssumedRole {
    pub(super) fn new(client: aws_sdk_sts::Client, endpoint: Option<String>, role: Role) -> Self {
        Self { client, endpoint, role }
    }

    async fn assume(&self) -> provider::Result {
        let answer = self
            .client
            .assume_role()
            .role_arn(&self.role.arn)
            .role_session_name(&self.role.session_name)
            .set_external_id(self.role.external_id.clone())
            .send()
            .await
            .map_err(|error| CredentialsError::provider_error(self.error(error)))?;
        let session = answer.credentials().ok_or_else(|| {
            CredentialsError::provider_error(RoleError {
                arn: self.role.arn.clone(),
                reason: "STS answered without credentials".to_owned(),
                is_transient: true,
                source: None,
            })
        })?;
        let expiry = SystemTime::try_from(*session.expiration()).ok();
        Ok(Credentials::new(
            session.access_key_id(),
            session.secret_access_key(),
            Some(session.session_token().to_owned()),
            expiry,
            "assumed role",
        ))
    }

    fn error(&self, error: SdkError<AssumeRoleError>) -> RoleError {
        let arn = self.role.arn.clone();
        let status = error.raw_response().map(|response| response.status().as_u16());
        // A success that isn't STS's own comes from something in between.
        let is_transient = status.is_none_or(|status| status >= 500 || status == 429 || status < 300)
            || matches!(error.code(), Some("Throttling" | "ThrottlingException"));
        let reason = match (status, error.code()) {
            (_, Some("AccessDenied")) => format!(
                "access denied: it does not exist, its trust policy does not allow this function's role, \
                 or s3.role.external.id is not the one it asks for ({})",
                error.message().unwrap_or("no message")
            ),
            (_, Some(code @ ("ExpiredToken" | "ExpiredTokenException"))) => {
                format!("the function's own session has expired ({code})")
            }
            (_, Some(code)) => format!("{code}: {}", error.message().unwrap_or("no message")),
            (Some(status), None) => {
                format!("STS answered {status}, with neither credentials nor an error code")
            }
            (None, None) => format!("no answer from {}", self.endpoint.as_deref().unwrap_or("STS")),
        };
        let source = if status.is_none() { cause(error) } else { None };
        RoleError { arn, reason, is_transient, source }
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}
