//! How a Confluent-compatible registry says no.

use super::error::UnknownReference;
use http::StatusCode;
use serde_json::{Value, json};

/// An answer that is not 200.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    error_code: u32,
    message: String,
}

impl Refusal {
    /// There is no such path.
    pub(crate) fn no_such_path() -> Self {
        Self::of_http(StatusCode::NOT_FOUND)
    }

    /// HTTP's own words for a request that never got to a schema.
    pub(crate) fn of_http(status: StatusCode) -> Self {
        Self { status, error_code: status.as_u16().into(), message: format!("HTTP {status}") }
    }

    pub(crate) fn no_subject(subject: &str) -> Self {
        Self::not_found(40401, format!("Subject '{subject}' not found."))
    }

    pub(crate) fn no_version(version: u32) -> Self {
        Self::not_found(40402, format!("Version {version} not found."))
    }

    pub(crate) fn no_schema(id: Option<&str>) -> Self {
        Self::not_found(
            40403,
            id.map_or("Schema not found".to_owned(), |id| format!("Schema {id} not found")),
        )
    }

    pub(crate) fn invalid_schema(why: &str) -> Self {
        Self::unprocessable(42201, format!("Invalid schema: {why}"))
    }

    pub(crate) fn invalid_version(version: &str) -> Self {
        let allowed = "a number from 1 to 2147483647, or latest";
        Self::unprocessable(42202, format!("The version '{version}' is not valid; allowed is {allowed}"))
    }

    /// The body that clients read.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "error_code": self.error_code, "message": self.message })
    }

    fn not_found(error_code: u32, message: String) -> Self {
        Self { status: StatusCode::NOT_FOUND, error_code, message }
    }

    fn unprocessable(error_code: u32, message: String) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, error_code, message }
    }
}

impl From<UnknownReference> for Refusal {
    fn from(error: UnknownReference) -> Self {
        Self::invalid_schema(&error.to_string())
    }
}
