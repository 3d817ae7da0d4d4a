//! A deployed function, through Lambda's Invoke API.

use super::invoke::{Invoke, InvokeFailure};
use crate::aws::{ClientError, cause, http_client, timeouts};
use crate::chain::chain;
use crate::settings::S3Settings;
use aws_sdk_lambda::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_sdk_lambda::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use serde::Deserialize;
use std::time::Duration;

/// How long an invocation may take: longer than any function may.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15 * 60 + 30);

/// How often an invocation is made before it has failed: it is throttled where the mapping takes all concurrency.
/// An event that has been delivered is found delivered.
const ATTEMPTS: u32 = 5;

/// A function that is deployed, with the settings that it has there.
#[derive(Debug)]
pub struct LambdaFunction {
    client: aws_sdk_lambda::Client,
    /// A name, a partial ARN, or an ARN; a version or an alias may stand behind it.
    name: String,
    region: String,
    /// None: AWS's.
    endpoint: Option<String>,
}

/// What Lambda tells of a function that failed.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Reported {
    error_type: String,
    error_message: String,
}

impl LambdaFunction {
    /// A function in the region of these settings, invoked with their credentials, at `endpoint` or AWS's; does not
    /// connect.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, say for want of the file in `AWS_CA_BUNDLE`.
    pub fn new(name: &str, settings: &S3Settings, endpoint: Option<String>) -> Result<Self, ClientError> {
        let S3Settings { region, credentials, ca_bundles, .. } = settings;
        let mut config = aws_sdk_lambda::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.clone()))
            .credentials_provider(credentials.clone())
            .http_client(http_client(ca_bundles, region, &[endpoint.as_deref()])?)
            .timeout_config(timeouts(ATTEMPT_TIMEOUT))
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(endpoint.clone());
        let client = aws_sdk_lambda::Client::from_conf(config.build());
        Ok(Self { client, name: name.to_owned(), region: region.clone(), endpoint })
    }

    fn failure(&self, error: SdkError<InvokeError>) -> InvokeFailure {
        let Self { name, region, .. } = self;
        let Some(response) = error.raw_response() else {
            let endpoint = self.endpoint.as_deref().unwrap_or("Lambda");
            let message = match &error {
                SdkError::TimeoutError(_) => format!("function {name} took too long"),
                _ => match cause(error) {
                    Some(cause) => format!("no answer from {endpoint}: {}", chain(&*cause)),
                    None => format!("no answer from {endpoint}"),
                },
            };
            return InvokeFailure::Event(message);
        };
        let status = response.status().as_u16();
        let code = error.code().unwrap_or_default();
        let said = error.message().unwrap_or_default();
        match code {
            "ResourceNotFoundException" => {
                InvokeFailure::Function(format!("there is no function {name} in {region}"))
            }
            "AccessDeniedException"
            | "UnrecognizedClientException"
            | "ExpiredTokenException"
            | "InvalidSignatureException" => InvokeFailure::Function(format!(
                "function {name} may not be invoked: {code}: {said} (it takes lambda:InvokeFunction)"
            )),
            "" => InvokeFailure::Event(format!("Lambda answered {status} for function {name}")),
            _ => InvokeFailure::Event(format!("function {name} was not invoked: {code}: {said}")),
        }
    }
}

impl Invoke for LambdaFunction {
    fn name(&self) -> &str {
        &self.name
    }

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeFailure> {
        let request = self.client.invoke().function_name(&self.name).payload(Blob::new(event));
        let answer = request.send().await.map_err(|error| self.failure(error))?;
        let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
        if answer.function_error.is_some() {
            let Reported { error_type, error_message } = serde_json::from_slice(&payload).unwrap_or_default();
            let failed = format!("function {} failed with {error_type}: {error_message}", self.name);
            return Err(match error_type.as_str() {
                // It does not start, with any event.
                "Runtime.InvalidSettings" => InvokeFailure::Function(failed),
                _ => InvokeFailure::Event(failed),
            });
        }
        Ok(payload.into())
    }
}
