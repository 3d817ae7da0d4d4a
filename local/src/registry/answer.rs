//! What is asked, and what is answered.

use super::guid::Guid;
use super::refusal::Refusal;
use super::schema::{Schema, SchemaType};
use super::shelf::{Entry, Shelf, Version, Which};
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// The body of an answer: most are JSON, a schema may be asked for as its own text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Json(Value),
    Text(String),
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

/// Answers one call of the REST interface; queries such as `?subject=` and `?normalize=` change nothing here.
pub(crate) fn answer(shelf: &mut Shelf, method: &Method, path: &str, body: &[u8]) -> Result<Answer, Refusal> {
    let segments: Vec<String> = path
        .trim_matches('/')
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (method, segments.as_slice()) {
        (&Method::GET, [""]) => Ok(json!({}).into()),
        (&Method::GET, ["config"] | ["config", _]) => Ok(json!({ "compatibilityLevel": "NONE" }).into()),
        (&Method::GET, ["schemas", "types"]) => {
            let types = [SchemaType::Json, SchemaType::Protobuf, SchemaType::Avro];
            Ok(json!(types.map(SchemaType::as_str)).into())
        }
        (&Method::GET, ["schemas", "ids", id, rest @ ..]) => by_id(shelf, id, rest),
        (&Method::GET, ["schemas", "guids", guid]) => by_guid(shelf, guid),
        (&Method::GET, ["subjects"]) => Ok(json!(shelf.subjects().collect::<Vec<_>>()).into()),
        (&Method::GET, ["subjects", subject, "versions", rest @ ..]) => versions(shelf, subject, rest),
        (&Method::POST, ["subjects", subject]) => {
            let schema = parse(body)?;
            if shelf.versions(subject).is_none() {
                return Err(Refusal::no_subject(subject));
            }
            let found = shelf.find(subject, &schema).ok_or_else(|| Refusal::no_schema(None))?;
            Ok(describe_version(&found).into())
        }
        (&Method::POST, ["subjects", subject, "versions"]) => {
            let id = shelf.register(subject, parse(body)?)?;
            Ok(json!({ "id": id }).into())
        }
        (&Method::GET, _) => Err(Refusal::no_such_path()),
        _ => Err(Refusal::of_http(StatusCode::METHOD_NOT_ALLOWED)),
    }
}

fn by_id(shelf: &Shelf, id: &str, rest: &[&str]) -> Result<Answer, Refusal> {
    // What is no number is no id's path, as for the real one.
    let number: u32 = id.parse().map_err(|_| Refusal::no_such_path())?;
    let entry = shelf.by_id(number).ok_or_else(|| Refusal::no_schema(Some(id)))?;
    match rest {
        [] => Ok(describe(entry).into()),
        ["schema"] => Ok(Answer::Text(entry.schema.text.clone())),
        ["subjects"] => {
            let subjects: Vec<_> = shelf.places(number).map(|(subject, _)| subject).collect();
            Ok(json!(subjects).into())
        }
        ["versions"] => {
            let place = |(subject, version)| json!({ "subject": subject, "version": version });
            Ok(shelf.places(number).map(place).collect::<Value>().into())
        }
        _ => Err(Refusal::no_such_path()),
    }
}

fn by_guid(shelf: &Shelf, guid: &str) -> Result<Answer, Refusal> {
    let found = Guid::parse(guid).and_then(|guid| shelf.by_guid(guid));
    found.map(|(_, entry)| describe(entry).into()).ok_or_else(|| Refusal::no_schema(Some(guid)))
}

fn versions(shelf: &Shelf, subject: &str, rest: &[&str]) -> Result<Answer, Refusal> {
    let last = shelf.versions(subject).ok_or_else(|| Refusal::no_subject(subject))?;
    let [version, rest @ ..] = rest else {
        return Ok(json!((1..=last).collect::<Vec<_>>()).into());
    };
    let which = match *version {
        "latest" | "-1" => Which::Latest,
        text => match text.parse() {
            Ok(number) if number > 0 => Which::Number(number),
            _ => return Err(Refusal::invalid_version(text)),
        },
    };
    let number = if let Which::Number(number) = which { number } else { last };
    let found = shelf.version(subject, which).ok_or_else(|| Refusal::no_version(number))?;
    match rest {
        [] => Ok(describe_version(&found).into()),
        ["schema"] => Ok(Answer::Text(found.entry.schema.text.clone())),
        _ => Err(Refusal::no_such_path()),
    }
}

/// Reads a schema that is to be registered or looked for.
fn parse(body: &[u8]) -> Result<Schema, Refusal> {
    let schema: Schema =
        serde_json::from_slice(body).map_err(|error| Refusal::invalid_schema(&error.to_string()))?;
    if schema.text.trim().is_empty() {
        return Err(Refusal::invalid_schema("it is empty"));
    }
    // Avro's short form of a primitive type is no JSON: `string`.
    let is_json = match schema.schema_type {
        SchemaType::Avro => schema.text.bytes().all(|byte| byte.is_ascii_lowercase()),
        SchemaType::Json => false,
        SchemaType::Protobuf => true,
    };
    if !is_json && let Err(error) = serde_json::from_str::<Value>(&schema.text) {
        return Err(Refusal::invalid_schema(&error.to_string()));
    }
    Ok(schema)
}

fn describe(entry: &Entry) -> Value {
    let mut description = json!(entry.schema);
    description["guid"] = json!(entry.guid);
    description
}

fn describe_version(found: &Version<'_>) -> Value {
    let mut description = describe(found.entry);
    description["subject"] = json!(found.subject);
    description["version"] = json!(found.version);
    description["id"] = json!(found.id);
    description
}
