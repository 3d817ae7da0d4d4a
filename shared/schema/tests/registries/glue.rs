//! AWS Glue's registry, in its own protocol: JSON 1.1.

use crate::failure;
use crate::server::{Answer, Server, nowhere};
use aws_credential_types::Credentials;
use aws_sdk_glue::config::{BehaviorVersion, Region};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use schema::{AnyRegistry, Fetched, Format, Glue, Registry as _, RegistryError, SchemaId, WriterSchema};
use std::sync::Arc;
use std::time::Duration;

const ID: SchemaId = SchemaId::Glue([0xab; 16]);
const ID_TEXT: &str = "abababab-abab-abab-abab-abababababab";

fn glue(url: &str) -> AnyRegistry {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(500)).build();
    let config = aws_sdk_glue::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::disabled())
        .endpoint_url(url)
        .build();
    Glue::new(aws_sdk_glue::Client::from_conf(config), "Glue in eu-west-1").into()
}

async fn ask(answer: Answer) -> Result<Fetched, RegistryError> {
    let server = Server::saying(answer).await;
    let result = glue(&server.url).fetch(ID).await;
    let request = server.requests().remove(0);
    assert_eq!(request.header("x-amz-target"), Some("AWSGlue.GetSchemaVersion"));
    assert_eq!(request.body, format!(r#"{{"SchemaVersionId":"{ID_TEXT}"}}"#));
    result
}

async fn check(body: &str, expected: Fetched) {
    assert_eq!(ask(Answer::json(200, body)).await.unwrap(), expected, "{body}");
}

async fn check_failure(answer: Answer, message: &str, is_transient: bool) {
    let message = format!("schema {ID_TEXT} could not be fetched from Glue in eu-west-1: {message}");
    assert_eq!(failure(ask(answer).await), (message, is_transient));
}

fn schema(format: Format, text: &str, version: Option<u64>) -> Fetched {
    let text = text.to_owned();
    Fetched::Schema(Arc::new(WriterSchema { id: ID, format, text, references: Vec::new(), version }))
}

/// An error as AWS's services write it.
fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, format!(r#"{{"__type":"{code}","Message":"{message}"}}"#))
}

#[tokio::test]
async fn a_version_is_a_schema() {
    check(
        r#"{"SchemaDefinition":"\"int\"","DataFormat":"AVRO","VersionNumber":3,"Status":"AVAILABLE"}"#,
        schema(Format::Avro, "\"int\"", Some(3)),
    )
    .await;
    check(
        r#"{"SchemaDefinition":"{}","DataFormat":"JSON","Status":"AVAILABLE"}"#,
        schema(Format::JsonSchema, "{}", None),
    )
    .await;
    check(
        r#"{"SchemaDefinition":"message M {}","DataFormat":"PROTOBUF","VersionNumber":1,"Status":"DELETING"}"#,
        schema(Format::Protobuf, "message M {}", Some(1)),
    )
    .await;
    check(
        r#"{"SchemaDefinition":"\"int\"","DataFormat":"AVRO","VersionNumber":1,"Status":"FAILURE"}"#,
        schema(Format::Avro, "\"int\"", Some(1)),
    )
    .await;
}

#[tokio::test]
async fn a_version_that_nothing_can_be_read_with_is_unusable() {
    let no_text = format!(
        "schema {ID_TEXT} of Glue in eu-west-1 cannot be used: its version has no definition and the status FAILURE"
    );
    check(r#"{"DataFormat":"AVRO","Status":"FAILURE"}"#, Fetched::Unusable(no_text)).await;
    let format =
        format!("schema {ID_TEXT} has the data format \"THRIFT\", where AVRO, PROTOBUF and JSON are known");
    check(
        r#"{"SchemaDefinition":"x","DataFormat":"THRIFT","Status":"AVAILABLE"}"#,
        Fetched::Unusable(format),
    )
    .await;
}

#[tokio::test]
async fn a_version_that_is_not_ready_may_be_next_time() {
    check_failure(
        Answer::json(200, r#"{"DataFormat":"AVRO","Status":"PENDING"}"#),
        "its version has no definition and the status PENDING",
        true,
    )
    .await;
}

#[tokio::test]
async fn an_id_that_glue_does_not_know_is_unknown() {
    let answer = error(400, "EntityNotFoundException", "Schema is not found.");
    assert_eq!(ask(answer).await.unwrap(), Fetched::Unknown);
}

#[tokio::test]
async fn refusals_say_what_is_missing() {
    check_failure(
        error(400, "AccessDeniedException", "not authorized"),
        "GetSchemaVersion was answered with 400 AccessDeniedException not authorized: the role needs \
         glue:GetSchemaVersion on the registry and its schemas",
        false,
    )
    .await;
    check_failure(
        error(400, "UnrecognizedClientException", "The security token is invalid."),
        "GetSchemaVersion was answered with 400 UnrecognizedClientException The security token is invalid.: the \
         credentials are not known",
        false,
    )
    .await;
    check_failure(
        error(400, "InvalidInputException", "no"),
        "GetSchemaVersion was answered with 400 InvalidInputException no",
        false,
    )
    .await;
}

#[tokio::test]
async fn trouble_of_the_service_may_pass() {
    for (status, code) in [
        (400, "ThrottlingException"),
        (429, "TooManyRequestsException"),
        (500, "InternalServiceException"),
        (503, "ServiceUnavailable"),
    ] {
        let message = format!("GetSchemaVersion was answered with {status} {code} later");
        check_failure(error(status, code, "later"), &message, true).await;
    }
}

#[tokio::test]
async fn what_is_not_glue_may_pass_unless_it_refuses() {
    for (answer, start, expected) in [
        (Answer::html(200), "GetSchemaVersion was answered with 200", true),
        (Answer::html(502), "GetSchemaVersion was answered with 502", true),
        (Answer::html(403), "GetSchemaVersion was answered with 403", false),
        (Answer::KeepWaiting, "GetSchemaVersion took too long", true),
        (Answer::HangUp, "GetSchemaVersion got no answer", true),
    ] {
        let (message, is_transient) = failure(ask(answer).await);
        assert!(message.contains(&format!("from Glue in eu-west-1: {start}")), "{message}");
        assert_eq!(is_transient, expected, "{message}");
    }
    let (message, is_transient) = failure(glue(&nowhere().await).fetch(ID).await);
    assert!(message.contains("GetSchemaVersion got no answer: "), "{message}");
    assert!(is_transient);
}

#[tokio::test]
async fn an_id_of_a_confluent_registry_is_not_asked_for() {
    let fetched = glue(&nowhere().await).fetch(SchemaId::Number(7)).await.unwrap();
    assert!(matches!(fetched, Fetched::Unusable(_)));
}
