//! Programs of others in one Python process: what they write is what the function is given, and what they read back
//! is what it is judged by.
//!
//! Values are JSON, in which an object with one member says what JSON has no word for, such as
//! `{"$decimal":"1.20"}`; `tests/tools/peers/canonical.py` has them all.

use crate::{base64, tools};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// A running process; it ends when dropped, and with the test process in any case.
#[derive(Debug)]
pub struct Peers(Mutex<Process>);

/// Lines go in and come out in pairs.
#[derive(Debug)]
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A Parquet file as pyarrow reads it, and DuckDB no different.
#[derive(Debug, Clone, Deserialize)]
pub struct ParquetFile {
    /// The rows, each an object.
    pub rows: Vec<Value>,
    /// The schema as Parquet's own text, without its root's name.
    pub schema: String,
    /// Who has written it.
    pub created_by: String,
    /// How many row groups it has.
    pub row_groups: usize,
    /// The codecs of its column chunks, each once.
    pub codecs: Vec<String>,
    /// Its key-value metadata.
    pub metadata: BTreeMap<String, String>,
}

/// Parquet files as the rows of a table of DuckDB's.
#[derive(Debug, Clone, Copy)]
pub struct QueriedTable<'a> {
    /// The table's schema, which Athena calls database.
    pub schema: &'a str,
    /// The table.
    pub table: &'a str,
    /// The files.
    pub files: &'a [&'a [u8]],
}

/// A schema that another refers to, in a registry.
#[derive(Debug, Clone)]
pub struct Reference<'a> {
    /// What the other calls it, which is its subject too.
    pub name: &'a str,
    /// The schema.
    pub schema: &'a str,
    /// The names of those that it refers to itself.
    pub references: &'a [&'a str],
}

/// The files of a Protobuf schema, and the message that values are.
#[derive(Debug, Clone, Copy)]
pub struct Protobuf<'a> {
    /// The files by the paths that they are imported by.
    pub files: &'a [(&'a str, &'a str)],
    /// The message's file.
    pub file: &'a str,
    /// The message's full name.
    pub message: &'a str,
}

impl Peers {
    /// Starts it.
    pub fn start() -> Self {
        let mut child = Command::new(tools::peers())
            .arg("-B")
            .arg(tools::root().join("tests/tools/peers"))
            // A proxy of the developer's would stand between it and loopback.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python can be started");
        let requests = child.stdin.take().expect("standard input is a pipe");
        let answers = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        Self(Mutex::new(Process { child, requests, answers }))
    }

    /// Serializes values of an Avro schema with Confluent's serializer, and registers the schema for the topic.
    pub fn serialize_avro(
        &self,
        registry: &str,
        topic: &str,
        schema: &str,
        values: &[Value],
    ) -> Vec<Vec<u8>> {
        self.serialize_avro_with(registry, topic, schema, &[], values)
    }

    /// The same for a schema that refers to others, which are registered in this order.
    pub fn serialize_avro_with(
        &self,
        registry: &str,
        topic: &str,
        schema: &str,
        references: &[Reference<'_>],
        values: &[Value],
    ) -> Vec<Vec<u8>> {
        let references = Reference::to_json(references);
        self.serialize(json!({
            "verb": "serialize_avro",
            "registry": registry,
            "topic": topic,
            "schema": schema,
            "references": references,
            "values": values,
        }))
    }

    /// Serializes values of a JSON Schema with Confluent's serializer, and registers the schema for the topic.
    pub fn serialize_json(
        &self,
        registry: &str,
        topic: &str,
        schema: &str,
        references: &[Reference<'_>],
        values: &[Value],
    ) -> Vec<Vec<u8>> {
        let references = Reference::to_json(references);
        self.serialize(json!({
            "verb": "serialize_json",
            "registry": registry,
            "topic": topic,
            "schema": schema,
            "references": references,
            "values": values,
        }))
    }

    /// Serializes messages with Confluent's serializer, and registers the schema for the topic. Values are
    /// Protobuf's JSON.
    pub fn serialize_protobuf(
        &self,
        registry: &str,
        topic: &str,
        schema: Protobuf<'_>,
        values: &[Value],
    ) -> Vec<Vec<u8>> {
        let mut request = schema.to_json("serialize_protobuf", values);
        request["registry"] = registry.into();
        request["topic"] = topic.into();
        self.serialize(request)
    }

    /// Encodes values of an Avro schema with fastavro: bare datums.
    pub fn encode_avro(&self, schema: &str, values: &[Value]) -> Vec<Vec<u8>> {
        self.serialize(json!({ "verb": "encode_avro", "schema": schema, "values": values }))
    }

    /// Encodes messages, bare; and gives the descriptors of their files, in base64.
    pub fn encode_protobuf(&self, schema: Protobuf<'_>, values: &[Value]) -> (Vec<Vec<u8>>, String) {
        let answer = self.ask(&schema.to_json("encode_protobuf", values));
        let descriptors = answer["descriptors"].as_str().expect("descriptors are text").to_owned();
        (decode_all(&answer), descriptors)
    }

    /// What fastavro makes of bare datums.
    pub fn decode_avro(&self, schema: &str, references: &[&str], data: &[&[u8]]) -> Vec<Value> {
        let data: Vec<String> = data.iter().map(|datum| base64::encode(datum)).collect();
        let mut answer = self
            .ask(&json!({ "verb": "decode_avro", "schema": schema, "references": references, "data": data }));
        serde_json::from_value(answer["values"].take()).expect("the answer has values")
    }

    /// What pyarrow and DuckDB make of Parquet files.
    ///
    /// # Panics
    ///
    /// When one of them can't read a file, or they differ.
    pub fn read_parquet<'a>(&self, files: impl IntoIterator<Item = &'a [u8]>) -> Vec<ParquetFile> {
        self.read_parquet_by(&["pyarrow", "duckdb"], files)
    }

    /// The same by some of the readers, where there is much to read; pyarrow is always one of them.
    pub fn read_parquet_by<'a>(
        &self,
        readers: &[&str],
        files: impl IntoIterator<Item = &'a [u8]>,
    ) -> Vec<ParquetFile> {
        let files: Vec<String> = files.into_iter().map(base64::encode).collect();
        let mut answer = self.ask(&json!({ "verb": "read_parquet", "files": files, "readers": readers }));
        serde_json::from_value(answer["files"].take()).expect("the answer has files")
    }

    /// The rows of Parquet files as one table of pyarrow's, in which a column that a file lacks is null, sorted by their
    /// text.
    ///
    /// # Panics
    ///
    /// When pyarrow can't make one table of them.
    pub fn read_parquet_together(&self, files: &[&[u8]]) -> Vec<Value> {
        let files: Vec<String> = files.iter().copied().map(base64::encode).collect();
        let mut answer = self.ask(&json!({ "verb": "read_parquet_together", "files": files }));
        let mut rows: Vec<Value> =
            serde_json::from_value(answer["rows"].take()).expect("the answer has rows");
        rows.sort_by_cached_key(Value::to_string);
        rows
    }

    /// The rows that DuckDB gives for a query, after it carried out a statement, sorted by their text.
    ///
    /// # Panics
    ///
    /// When DuckDB refuses one of them.
    pub fn query(&self, table: QueriedTable<'_>, statement: &str, query: &str) -> Vec<Value> {
        let files: Vec<String> = table.files.iter().copied().map(base64::encode).collect();
        self.rows(&json!({
            "verb": "query_parquet",
            "files": files,
            "schema": table.schema,
            "table": table.table,
            "statements": [statement],
            "query": query,
        }))
    }

    /// The same where the statement says itself what is read.
    ///
    /// # Panics
    ///
    /// When DuckDB refuses one of them.
    pub fn query_with(&self, statement: &str, query: &str) -> Vec<Value> {
        self.rows(&json!({ "verb": "query_parquet", "statements": [statement], "query": query }))
    }

    fn rows(&self, request: &Value) -> Vec<Value> {
        let mut answer = self.ask(request);
        let mut rows: Vec<Value> =
            serde_json::from_value(answer["rows"].take()).expect("the answer has rows");
        rows.sort_by_cached_key(Value::to_string);
        rows
    }

    fn serialize(&self, request: Value) -> Vec<Vec<u8>> {
        decode_all(&self.ask(&request))
    }

    /// Hands over a request and waits for its answer.
    #[track_caller]
    fn ask(&self, request: &Value) -> Value {
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = request.to_string();
        line.push('\n');
        process.requests.write_all(line.as_bytes()).expect("the process reads");
        line.clear();
        process.answers.read_line(&mut line).expect("the process answers");
        let answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        if let Some(error) = answer["error"].as_str() {
            panic!("{}:\n{error}", request["verb"]);
        }
        answer
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has nothing to put in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Reference<'_> {
    fn to_json(references: &[Reference<'_>]) -> Vec<Value> {
        let as_json = |reference: &Reference<'_>| {
            let Reference { name, schema, references } = reference;
            json!({ "name": name, "subject": name, "schema": schema, "references": references })
        };
        references.iter().map(as_json).collect()
    }
}

impl Protobuf<'_> {
    fn to_json(self, verb: &str, values: &[Value]) -> Value {
        let files: BTreeMap<&str, &str> = self.files.iter().copied().collect();
        json!({
            "verb": verb,
            "files": files,
            "file": self.file,
            "message": self.message,
            "values": values,
        })
    }
}

fn decode_all(answer: &Value) -> Vec<Vec<u8>> {
    let values = answer["values"].as_array().expect("the answer has values");
    values.iter().map(|value| base64::decode(value.as_str().expect("a value is text"))).collect()
}
