//! AWS Glue's schema registry.

use crate::{Fetched, Format, Registry, RegistryError, SchemaId, WriterSchema};
use aws_sdk_glue::Client;
use aws_sdk_glue::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_glue::operation::get_schema_version::{GetSchemaVersionError, GetSchemaVersionOutput};
use aws_sdk_glue::types::SchemaVersionStatus;
use std::error::Error;
use std::sync::Arc;

/// AWS Glue's schema registry.
#[derive(Debug)]
pub struct Glue {
    client: Client,
    name: String,
}

impl Glue {
    /// Asks through this client, whose retries should be off; the name is what messages call the registry, such as
    /// "Glue in eu-west-1" or an endpoint.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// What a version is, whatever its status: while it is deleted, or was found incompatible after all, values that
    /// were written with it are still only read with it.
    fn schema(&self, id: SchemaId, output: GetSchemaVersionOutput) -> Result<Fetched, RegistryError> {
        let status = output.status.as_ref().map_or("no status", SchemaVersionStatus::as_str);
        let Some(text) = output.schema_definition.filter(|text| !text.is_empty()) else {
            let message = format!("its version has no definition and the status {status}");
            return match output.status {
                Some(SchemaVersionStatus::Failure | SchemaVersionStatus::Deleting) => {
                    Ok(Fetched::Unusable(format!("schema {id} of {} cannot be used: {message}", self.name)))
                }
                _ => Err(self.error(id, Cause { message, is_transient: true, source: None })),
            };
        };
        let name = output.data_format.as_ref().map_or("", |format| format.as_str());
        let Some(format) = Format::parse(name) else {
            return Ok(Fetched::Unusable(format!(
                "schema {id} has the data format {name:?}, where AVRO, PROTOBUF and JSON are known"
            )));
        };
        let version = output.version_number.and_then(|version| u64::try_from(version).ok());
        // Glue has no references between schemas.
        Ok(Fetched::Schema(Arc::new(WriterSchema { id, format, text, references: Vec::new(), version })))
    }

    fn error(&self, id: SchemaId, cause: Cause) -> RegistryError {
        let Cause { message, is_transient, source } = cause;
        RegistryError { id: id.to_string(), registry: self.name.clone(), message, is_transient, source }
    }
}

impl Registry for Glue {
    async fn fetch(&self, id: SchemaId) -> Result<Fetched, RegistryError> {
        if !matches!(id, SchemaId::Glue(_)) {
            return Ok(Fetched::Unusable(format!(
                "schema {id} is one of a Confluent-compatible registry, and the registry is {}",
                self.name
            )));
        }
        match self.client.get_schema_version().schema_version_id(id.to_string()).send().await {
            Ok(output) => self.schema(id, output),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetSchemaVersionError::is_entity_not_found_exception) =>
            {
                Ok(Fetched::Unknown)
            }
            Err(error) => Err(self.error(id, Cause::new(error))),
        }
    }
}

/// Why Glue did not tell.
struct Cause {
    message: String,
    is_transient: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Cause {
    fn new(error: SdkError<GetSchemaVersionError>) -> Self {
        let Some(status) = error.raw_response().map(|response| response.status().as_u16()) else {
            let message = match error {
                SdkError::ConstructionFailure(_) => "GetSchemaVersion could not be put into a request",
                SdkError::TimeoutError(_) => "GetSchemaVersion took too long",
                _ => "GetSchemaVersion got no answer",
            };
            let is_transient = !matches!(error, SdkError::ConstructionFailure(_));
            return Self { message: message.to_owned(), is_transient, source: error.into_source().ok() };
        };
        let code = error.code().unwrap_or_default();
        let words = error.message().unwrap_or_default();
        let mut message = format!("GetSchemaVersion was answered with {status}");
        for part in [code, words].iter().filter(|part| !part.is_empty()) {
            message = format!("{message} {part}");
        }
        if let Some(hint) = hint(status, code) {
            message = format!("{message}: {hint}");
        }
        // A success that cannot be read, or a failure that says nothing, is not Glue's: something stands before it.
        let is_transient = status < 300 || is_transient(status, code);
        let source = if code.is_empty() { error.into_source().ok() } else { None };
        Self { message, is_transient, source }
    }
}

/// <https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html>
fn is_transient(status: u16, code: &str) -> bool {
    const THROTTLED: [&str; 6] = [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
    ];
    matches!(status, 408 | 429 | 500..) || THROTTLED.contains(&code)
}

fn hint(status: u16, code: &str) -> Option<&'static str> {
    match (status, code) {
        (_, "AccessDeniedException" | "AccessDenied") => {
            Some("the role needs glue:GetSchemaVersion on the registry and its schemas")
        }
        (_, "ExpiredTokenException" | "ExpiredToken") => Some("the session of the credentials has expired"),
        (_, "UnrecognizedClientException" | "InvalidClientTokenId") => Some("the credentials are not known"),
        (_, "InvalidSignatureException" | "SignatureDoesNotMatch") => {
            Some("the secret does not belong to the access key, or the clock is wrong")
        }
        _ => None,
    }
}
