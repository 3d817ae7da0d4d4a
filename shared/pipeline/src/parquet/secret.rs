//! User and password, or token, of a registry, from Secrets Manager.

use crate::aws::{ClientError, http_client, timeouts};
use crate::chain::chain;
use crate::settings::S3Settings;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::retry::RetryConfig;
use schema::Credentials;
use serde_json::Value;
use std::time::Duration;

/// A secret that holds user and password, or a token.
#[derive(Debug)]
pub(super) struct Secret {
    client: aws_sdk_secretsmanager::Client,
    arn: String,
}

impl Secret {
    /// Builds the client; does not connect. The secret's region is that of its ARN.
    pub(super) fn new(
        arn: String,
        s3: &S3Settings,
        endpoint: Option<&str>,
        timeout: Duration,
        retries: usize,
    ) -> Result<Self, ClientError> {
        let region = arn.split(':').nth(3).unwrap_or(&s3.region).to_owned();
        let mut config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http_client(&s3.ca_bundles, &region, &[endpoint])?)
            .region(Region::new(region))
            .credentials_provider(s3.credentials.clone())
            .timeout_config(timeouts(timeout))
            .retry_config(RetryConfig::standard().with_max_attempts(retries as u32 + 1))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(endpoint.map(str::to_owned));
        Ok(Self { client: aws_sdk_secretsmanager::Client::from_conf(config.build()), arn })
    }

    /// Fetches it; the error is a sentence.
    pub(super) async fn fetch(&self) -> Result<Credentials, String> {
        let answer = self.client.get_secret_value().secret_id(&self.arn).send().await;
        let text = match &answer {
            Ok(answer) => answer.secret_string().ok_or("it is not text"),
            Err(error) => return Err(self.error(&reason(error))),
        };
        text.and_then(parse).map_err(|message| self.error(message))
    }

    fn error(&self, message: &str) -> String {
        format!("secret {} of schema.registry.secret.arn could not be used: {message}", self.arn)
    }
}

/// What Secrets Manager answered, and what to do about it.
fn reason<E>(error: &SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let Some(response) = error.raw_response() else {
        return format!("no answer from Secrets Manager: {}", chain(error));
    };
    let status = response.status().as_u16();
    let code = error.code().unwrap_or("no error code");
    let message = error.message().unwrap_or("no message");
    let hint = match code {
        "AccessDeniedException" => ": the function's role needs secretsmanager:GetSecretValue on it",
        "ResourceNotFoundException" => ": there is no such secret",
        "DecryptionFailure" => ": the function's role needs kms:Decrypt on its key",
        _ => "",
    };
    format!("Secrets Manager answered {status} {code} ({message}){hint}")
}

/// Reads `{"username": …, "password": …}`, as Amazon MSK and Confluent Cloud's own guides have it, or `{"token": …}`.
fn parse(text: &str) -> Result<Credentials, &'static str> {
    let expected = "it is not a JSON object with username and password, or with token";
    let secret: Value = serde_json::from_str(text).map_err(|_| expected)?;
    let member = |names: [&str; 2]| names.iter().find_map(|name| secret[*name].as_str()).map(str::to_owned);
    match (
        member(["username", "user"]),
        member(["password", "password"]),
        member(["token", "bearer.auth.token"]),
    ) {
        (Some(user), Some(password), None) => Ok(Credentials::Basic { user, password }),
        (None, None, Some(token)) => Ok(Credentials::Bearer(token)),
        _ => Err(expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_user_and_password_or_a_token() {
        let basic = Credentials::Basic { user: "u".to_owned(), password: "p".to_owned() };
        assert_eq!(parse(r#"{"username":"u","password":"p"}"#), Ok(basic));
        assert_eq!(parse(r#"{"token":"t"}"#), Ok(Credentials::Bearer("t".to_owned())));
        for text in
            ["u:p", "{}", r#"{"username":"u"}"#, r#"{"username":"u","password":"p","token":"t"}"#, "[]"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
