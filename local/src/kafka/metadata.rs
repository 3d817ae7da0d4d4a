//! The first question to a cluster: what it has.

use super::context::Context;
use super::error::KafkaError;
use super::trouble::Trouble;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::metadata::Metadata;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a cluster may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long each try takes: in between librdkafka's complaints are heard.
const TRY: Duration = Duration::from_millis(300);

/// How long other brokers may take to answer when one of them cannot be talked to.
const GRACE: Duration = Duration::from_secs(1);

/// Fetches the metadata of a topic, or of all topics. librdkafka tries for ever what can't succeed, such as
/// a wrong password; this does not.
///
/// # Errors
///
/// When no broker answers, with what stands in the way.
pub(crate) async fn fetch(
    client: &Arc<StreamConsumer<Context>>,
    topic: Option<&str>,
    bootstrap_servers: &str,
) -> Result<Metadata, KafkaError> {
    let started = Instant::now();
    loop {
        let (asked, topic) = (Arc::clone(client), topic.map(str::to_owned));
        let answer = tokio::task::spawn_blocking(move || asked.fetch_metadata(topic.as_deref(), TRY)).await;
        match answer.unwrap_or(Err(ClientError::Canceled)) {
            Ok(metadata) => return Ok(metadata),
            Err(error) if !is_unreachable(&error) => return Err(KafkaError::Metadata(error)),
            Err(_) => {}
        }
        hear(client).await;
        let trouble = client.context().trouble();
        let lasts = trouble.as_ref().is_some_and(Trouble::lasts);
        if started.elapsed() >= if lasts { GRACE } else { TIMEOUT } {
            let bootstrap_servers = bootstrap_servers.to_owned();
            return Err(match trouble {
                Some(trouble) if lasts => KafkaError::Refused { bootstrap_servers, trouble },
                trouble => KafkaError::Unreachable { bootstrap_servers, timeout: TIMEOUT, trouble },
            });
        }
    }
}

/// Has librdkafka's complaints reach the context: it tells them only to those who wait for records.
async fn hear(client: &StreamConsumer<Context>) {
    while tokio::time::timeout(Duration::from_millis(20), client.recv()).await.is_ok() {}
}

pub(super) fn is_unreachable(error: &ClientError) -> bool {
    use RDKafkaErrorCode::{
        AllBrokersDown, Authentication, BrokerTransportFailure, OperationTimedOut, Resolve,
    };
    let code = error.rdkafka_error_code();
    matches!(
        code,
        Some(BrokerTransportFailure | AllBrokersDown | OperationTimedOut | Resolve | Authentication)
    )
}
