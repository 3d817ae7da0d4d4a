//! Building the clients, once at start-up.
//!
//! Without `aws-config`: what it would look for (profiles, instance metadata, single sign-on) is not there in
//! Lambda, and looking costs more instructions than the first PUT.

use super::role::AssumedRole;
use super::trust::trust_store;
use crate::settings::S3Settings;
use aws_sdk_s3::config::{
    BehaviorVersion, IdentityCache, Region, SharedCredentialsProvider, SharedHttpClient,
    StalledStreamProtectionConfig,
};
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::path::PathBuf;
use std::time::Duration;

/// A server that doesn't even accept the connection within this time is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long before its end a role's session is renewed; the SDK takes off up to half of it at random, so that not
/// all environments ask STS at once. Sessions last an hour, 15 minutes at least.
const SESSION_RESERVE: Duration = Duration::from_secs(300);

/// A client could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The file of `AWS_CA_BUNDLE`, or of `SSL_CERT_FILE`, cannot be read.
    #[error("{path:?}, which AWS_CA_BUNDLE or SSL_CERT_FILE names, cannot be read")]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of `AWS_CA_BUNDLE`, or of `SSL_CERT_FILE`, holds no certificate, or one that cannot be read.
    #[error("{path:?}, which AWS_CA_BUNDLE or SSL_CERT_FILE names, is not certificates in PEM")]
    NoCertificates {
        /// The file.
        path: PathBuf,
    },
    /// The TLS stack refuses its set-up.
    #[error("TLS could not be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The client that writes the objects.
pub(super) fn build(settings: &S3Settings) -> Result<aws_sdk_s3::Client, ClientError> {
    let http_client = http_client(settings)?;
    let credentials = match &settings.role {
        None => SharedCredentialsProvider::new(settings.credentials.clone()),
        Some(role) => {
            let sts = sts_client(settings, http_client.clone());
            SharedCredentialsProvider::new(AssumedRole::new(sts, settings.sts_endpoint.clone(), role.clone()))
        }
    };
    let mut config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(settings.region.clone()))
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().buffer_time(SESSION_RESERVE).build())
        .http_client(http_client)
        .timeout_config(timeouts(settings))
        // The protocol has its own retries: what became of a PUT decides what the next one must say.
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .force_path_style(settings.path_style)
        .accelerate(settings.accelerate);
    config.set_endpoint_url(settings.endpoint.clone());
    Ok(aws_sdk_s3::Client::from_conf(config.build()))
}

fn sts_client(settings: &S3Settings, http_client: SharedHttpClient) -> aws_sdk_sts::Client {
    let mut config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(settings.region.clone()))
        .credentials_provider(settings.credentials.clone())
        .http_client(http_client)
        .timeout_config(timeouts(settings))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(settings.sts_endpoint.clone());
    aws_sdk_sts::Client::from_conf(config.build())
}

fn timeouts(settings: &S3Settings) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(settings.attempt_timeout)
        .build()
}

fn http_client(settings: &S3Settings) -> Result<SharedHttpClient, ClientError> {
    let is_plain =
        |endpoint: &Option<String>| endpoint.as_ref().is_some_and(|url| url.starts_with("http://"));
    let builder = aws_smithy_http_client::Builder::new();
    if is_plain(&settings.endpoint) && (settings.role.is_none() || is_plain(&settings.sts_endpoint)) {
        return Ok(builder.build_http());
    }
    let context = TlsContext::builder()
        .with_trust_store(trust_store(settings)?)
        .build()
        .map_err(|error| ClientError::Tls(Box::new(error)))?;
    Ok(builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https())
}
