//! Damage that is done to objects on purpose, and `landfall audit`, which must find it.

use crate::s3::S3;
use crate::tools;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use serde_json::Value;
use std::process::{Command, Output};

/// Somebody who may change objects.
#[derive(Debug)]
pub struct Vandal {
    client: Client,
    bucket: String,
}

/// What `landfall audit --json` said.
#[derive(Debug)]
pub struct Verdict {
    /// The exit code.
    pub code: Option<i32>,
    /// What it wrote.
    pub report: Value,
}

/// A finding, as a test expects it: its kind, `topic-partition` or nothing, its offsets as `0–41, 43`, and its objects.
pub type Expected<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

impl Vandal {
    /// One in a bucket.
    pub fn new(s3: &S3, bucket: &str) -> Self {
        Self { client: s3.client(), bucket: bucket.to_owned() }
    }

    /// Deletes an object.
    ///
    /// # Panics
    ///
    /// As all of these, when the server refuses.
    pub async fn delete(&self, key: &str) {
        self.client.delete_object().bucket(&self.bucket).key(key).send().await.expect("it is deleted");
    }

    /// Copies an object with its metadata, by reading and writing it: not every server has CopyObject.
    pub async fn copy(&self, from: &str, to: &str) {
        self.write(from, to, |_| ()).await;
    }

    /// Moves an object with its metadata.
    pub async fn rename(&self, from: &str, to: &str) {
        self.copy(from, to).await;
        self.delete(from).await;
    }

    /// Cuts an object's body and keeps its metadata.
    pub async fn truncate(&self, key: &str, bytes: usize) {
        self.change(key, |body| body.truncate(bytes)).await;
    }

    /// Changes an object's body and keeps its metadata.
    pub async fn change(&self, key: &str, change: impl FnOnce(&mut Vec<u8>)) {
        self.write(key, key, change).await;
    }

    /// Removes an object's metadata.
    pub async fn strip(&self, key: &str) {
        let object =
            self.client.get_object().bucket(&self.bucket).key(key).send().await.expect("it is there");
        let body = object.body.collect().await.expect("it comes whole").to_vec();
        self.put(key, &body).await;
    }

    /// Puts an object as others would.
    pub async fn put(&self, key: &str, body: &[u8]) {
        let body = ByteStream::from(body.to_vec());
        self.client.put_object().bucket(&self.bucket).key(key).body(body).send().await.expect("it is put");
    }

    async fn write(&self, from: &str, to: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let object =
            self.client.get_object().bucket(&self.bucket).key(from).send().await.expect("it is there");
        let (metadata, content_type, content_encoding) =
            (object.metadata, object.content_type, object.content_encoding);
        let mut body = object.body.collect().await.expect("it comes whole").to_vec();
        change(&mut body);
        let put = self.client.put_object().bucket(&self.bucket).key(to).body(ByteStream::from(body));
        let put = put.set_metadata(metadata).set_content_type(content_type);
        put.set_content_encoding(content_encoding).send().await.expect("it is written");
    }
}

/// Runs `landfall audit --json` of the release for a bucket.
///
/// # Panics
///
/// When it writes no JSON.
pub async fn audit(s3: &S3, bucket: &str, arguments: &[&str]) -> Verdict {
    let arguments: Vec<&str> = ["--bucket", bucket, "--json"].iter().chain(arguments).copied().collect();
    let output = run(s3, &arguments).await;
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        panic!("{error} in what {arguments:?} wrote; on standard error:\n{stderr}")
    });
    Verdict { code: output.status.code(), report }
}

/// Runs `landfall audit` of the release.
///
/// # Panics
///
/// When it cannot be started.
pub async fn run(s3: &S3, arguments: &[&str]) -> Output {
    let mut line = Command::new(tools::binary("landfall"));
    line.arg("audit").args(arguments).env_clear().envs(s3.environment());
    // The server that it asks may run on this very thread.
    let output = tokio::task::spawn_blocking(move || line.output()).await;
    output.expect("nothing panics").expect("landfall can be started")
}

impl Verdict {
    /// Demands that everything is whole.
    ///
    /// # Panics
    ///
    /// When it is not, with what was found.
    #[track_caller]
    pub fn assert_whole(&self) {
        self.assert_damage(&[]);
    }

    /// Demands these findings of damage, and no others, in any order.
    ///
    /// # Panics
    ///
    /// When there are others, with the sentences of all.
    #[track_caller]
    pub fn assert_damage(&self, expected: &[Expected<'_>]) {
        let mut expected: Vec<_> = expected
            .iter()
            .map(|(kind, place, offsets, objects)| told(kind, place, offsets, objects))
            .collect();
        let mut found: Vec<String> = self.findings(true).map(as_expected).collect();
        expected.sort();
        found.sort();
        let texts: Vec<&str> = self.findings(true).filter_map(|finding| finding["text"].as_str()).collect();
        assert_eq!(found, expected, "{texts:#?}");
        let whole = expected.is_empty();
        assert_eq!(self.code, Some(i32::from(!whole)), "the exit code of {texts:#?}");
        assert_eq!(self.report["verdict"], if whole { "whole" } else { "damaged" });
    }

    /// The offsets of all notes of a kind.
    pub fn noted(&self, kind: &str) -> Vec<String> {
        self.findings(false).filter(|finding| finding["kind"] == kind).map(offsets).collect()
    }

    fn findings(&self, damage: bool) -> impl Iterator<Item = &Value> {
        let findings = self.report["findings"].as_array().into_iter().flatten();
        findings.filter(move |finding| finding["damage"] == damage)
    }
}

fn as_expected(finding: &Value) -> String {
    let place = match finding["topic"].as_str() {
        Some(topic) => format!("{topic}-{}", finding["partition"]),
        None => String::new(),
    };
    let objects = finding["objects"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let objects: Vec<&str> = objects.collect();
    told(finding["kind"].as_str().unwrap_or_default(), &place, &offsets(finding), &objects)
}

fn told(kind: &str, place: &str, offsets: &str, objects: &[&str]) -> String {
    format!("{kind} of {place} at {offsets}: {}", objects.join(" "))
}

fn offsets(finding: &Value) -> String {
    let ranges = finding["offsets"].as_array().into_iter().flatten().map(|range| {
        let [first, last] = [&range[0], &range[1]];
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    });
    ranges.collect::<Vec<_>>().join(", ")
}
