//! Building the clients, once at start-up.
//!
//! Without `aws-config`: what it would look for (profiles, instance metadata, single sign-on) is not there in
//! Lambda, and looking costs more instructions than the first PUT.

use super::role::AssumedRole;
use crate::aws::{ClientError, http_client, timeouts};
use crate::settings::S3Settings;
use aws_sdk_s3::config::{
    BehaviorVersion, IdentityCache, Region, SharedCredentialsProvider, SharedHttpClient,
    StalledStreamProtectionConfig,
};
use aws_smithy_types::retry::RetryConfig;
use std::time::Duration;

/// How long before its end a role's session is renewed; the SDK takes off up to half of it at random, so that not
/// all environments ask STS at once. Sessions last an hour, 15 minutes at least.
const SESSION_RESERVE: Duration = Duration::from_secs(300);

/// The client that reads and writes the objects.
pub(super) fn build(settings: &S3Settings, retries: RetryConfig) -> Result<aws_sdk_s3::Client, ClientError> {
    let sts = settings.role.as_ref().map(|_| settings.sts_endpoint.as_deref());
    let endpoints: Vec<_> = std::iter::once(settings.endpoint.as_deref()).chain(sts).collect();
    let http_client = http_client(&settings.ca_bundles, &settings.region, &endpoints)?;
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
        .timeout_config(timeouts(settings.attempt_timeout))
        .retry_config(retries)
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
        .timeout_config(timeouts(settings.attempt_timeout))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(settings.sts_endpoint.clone());
    aws_sdk_sts::Client::from_conf(config.build())
}
