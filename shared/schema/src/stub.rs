//! A Confluent-compatible registry in process.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A schema that the stub knows.
#[derive(Debug, Clone)]
pub struct StubSchema {
    /// Its id.
    pub id: u32,
    /// Its GUID, where it has one.
    pub guid: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its version in the subject.
    pub version: u32,
    /// `AVRO`, `PROTOBUF` or `JSON`.
    pub schema_type: String,
    /// Its text.
    pub text: String,
    /// What it refers to.
    pub references: Vec<StubReference>,
}

impl StubSchema {
    /// The first version of an Avro schema, without references.
    pub fn avro(id: u32, subject: &str, text: &str) -> Self {
        Self {
            id,
            guid: None,
            subject: subject.to_owned(),
            version: 1,
            schema_type: "AVRO".to_owned(),
            text: text.to_owned(),
            references: Vec::new(),
        }
    }
}

/// What a schema that the stub knows refers to.
#[derive(Debug, Clone)]
pub struct StubReference {
    /// The name by which the schema calls it.
    pub name: String,
    /// The subject of what it refers to.
    pub subject: String,
    /// The version of what it refers to.
    pub version: u32,
}

/// A registry on loopback that tells a fixed set of schemas; it ends with its runtime.
#[derive(Debug, Clone)]
pub struct StubRegistry {
    /// Where it listens.
    pub url: String,
}

impl StubRegistry {
    /// Listens on a free port.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn start(schemas: &[StubSchema]) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let answers = Arc::new(answers(schemas));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    // Who hangs up has what it wants.
                    let _ = serve(stream, &answers).await;
                });
            }
        });
        Ok(Self { url })
    }
}

/// All that can be asked, by path.
fn answers(schemas: &[StubSchema]) -> BTreeMap<String, Value> {
    let mut answers = BTreeMap::from([("/schemas/types".to_owned(), json!(["JSON", "PROTOBUF", "AVRO"]))]);
    for schema in schemas {
        let StubSchema { id, guid, subject, version, schema_type, text, .. } = schema;
        let references: Vec<Value> = schema
            .references
            .iter()
            .map(|it| json!({"name": it.name, "subject": it.subject, "version": it.version}))
            .collect();
        let mut answer = json!({"schema": text});
        // As Confluent's own server does, which tells only what is not the usual.
        if schema_type != "AVRO" {
            answer["schemaType"] = json!(schema_type);
        }
        if !references.is_empty() {
            answer["references"] = json!(references);
        }
        answers.insert(format!("/schemas/ids/{id}"), answer.clone());
        if let Some(guid) = guid {
            answers.insert(format!("/schemas/guids/{guid}"), answer.clone());
        }
        for (name, value) in [("subject", json!(subject)), ("version", json!(version)), ("id", json!(id))] {
            answer[name] = value;
        }
        answers.insert(format!("/subjects/{subject}/versions/{version}"), answer);
    }
    answers
}

async fn serve(stream: TcpStream, answers: &BTreeMap<String, Value>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(path) = read_request(&mut stream).await? {
        let (status, body) = match answers.get(&path) {
            Some(answer) => ("200 OK", answer.clone()),
            None if path.starts_with("/subjects/") => {
                ("404 Not Found", json!({"error_code": 40401, "message": "Subject not found."}))
            }
            None => ("404 Not Found", json!({"error_code": 40403, "message": "Schema not found"})),
        };
        let (content_type, body) = ("application/vnd.schemaregistry.v1+json", body.to_string());
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await?;
    }
    Ok(())
}

/// Reads a request without a body; its path without a query, or none where the client has hung up.
async fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut first = String::new();
    if stream.read_line(&mut first).await? == 0 {
        return Ok(None);
    }
    loop {
        let mut header = String::new();
        if stream.read_line(&mut header).await? == 0 {
            return Ok(None);
        }
        if header.trim_end().is_empty() {
            break;
        }
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    Ok(Some(percent_decode_str(path).decode_utf8_lossy().into_owned()))
}
