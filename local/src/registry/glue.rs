//! The one call of Glue's that readers make.

use super::guid::Guid;
use super::shelf::Shelf;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// The header that says which operation is asked for.
pub(crate) const TARGET: &str = "x-amz-target";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSchemaVersion {
    schema_version_id: String,
}

/// Answers `GetSchemaVersion` by a schema version's UUID, and refuses everything else.
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_GetSchemaVersion.html>
pub(crate) fn answer(shelf: &Shelf, target: &[u8], body: &[u8]) -> (StatusCode, Value) {
    if target != b"AWSGlue.GetSchemaVersion" {
        return refusal("UnknownOperationException", "the embedded registry knows GetSchemaVersion only");
    }
    let Ok(GetSchemaVersion { schema_version_id: id }) = serde_json::from_slice(body) else {
        return refusal("InvalidInputException", "SchemaVersionId is missing");
    };
    let Some((number, entry)) = Guid::parse(&id).and_then(|guid| shelf.by_guid(guid)) else {
        return refusal("EntityNotFoundException", "Schema version is not found.");
    };
    let (subject, version) = shelf.places(number).next().unwrap_or(("schema", 1));
    let answer = json!({
        "SchemaVersionId": entry.guid,
        "SchemaDefinition": entry.schema.text,
        "DataFormat": entry.schema.schema_type,
        "SchemaArn": format!("arn:aws:glue:ap-northeast-2:123456789012:schema/embedded/{subject}"),
        "VersionNumber": version,
        "Status": "AVAILABLE",
    });
    (StatusCode::OK, answer)
}

fn refusal(kind: &str, message: &str) -> (StatusCode, Value) {
    (StatusCode::BAD_REQUEST, json!({ "__type": kind, "Message": message }))
}
