//! A view on an S3 server: what is there, and how a function gets there.

use aws_credential_types::Credentials as SdkCredentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// An S3 server, and who asks it.
#[derive(Debug, Clone)]
pub struct S3 {
    /// The server's URL.
    pub endpoint: String,
    /// The region of its buckets.
    pub region: String,
    /// Who asks.
    pub credentials: Credentials,
}

/// The keys of a user or of a session.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`, of a session.
    pub session_token: Option<String>,
}

/// An object that was read back.
#[derive(Debug, Clone)]
pub struct StoredObject {
    /// The body, as it is stored.
    pub body: Bytes,
    /// The user metadata.
    pub metadata: HashMap<String, String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
}

impl Credentials {
    /// Reads what the scripts for ministack write.
    pub(crate) fn from_json(keys: &Value) -> Self {
        let text = |name: &str| keys[name].as_str().map(str::to_owned);
        Self {
            access_key_id: text("access_key_id").expect("a key has an id"),
            secret_access_key: text("secret_access_key").expect("a key has a secret"),
            session_token: text("session_token"),
        }
    }
}

impl S3 {
    /// The environment that leads a function there.
    pub fn environment(&self) -> Vec<(String, String)> {
        let Credentials { access_key_id, secret_access_key, session_token } = &self.credentials;
        let mut environment = vec![
            ("AWS_ENDPOINT_URL_S3".to_owned(), self.endpoint.clone()),
            ("AWS_REGION".to_owned(), self.region.clone()),
            ("AWS_ACCESS_KEY_ID".to_owned(), access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), secret_access_key.clone()),
            ("S3_PATH_STYLE_ACCESS_ENABLED".to_owned(), "true".to_owned()),
        ];
        environment.extend(session_token.iter().map(|token| ("AWS_SESSION_TOKEN".to_owned(), token.clone())));
        environment
    }

    /// A client; of its own for each test, because connections belong to a test's runtime.
    pub fn client(&self) -> Client {
        let Credentials { access_key_id, secret_access_key, session_token } = self.credentials.clone();
        let credentials = SdkCredentials::new(access_key_id, secret_access_key, session_token, None, "test");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .endpoint_url(&self.endpoint)
            .force_path_style(true)
            .credentials_provider(credentials)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new());
        Client::from_conf(config.build())
    }

    /// The keys of a bucket, sorted.
    ///
    /// # Panics
    ///
    /// When the server refuses to list.
    pub async fn keys(&self, bucket: &str) -> Vec<String> {
        list(&self.client(), bucket).await
    }

    /// All objects of a bucket, by key.
    ///
    /// # Panics
    ///
    /// When one cannot be read.
    pub async fn objects(&self, bucket: &str) -> BTreeMap<String, StoredObject> {
        let client = self.client();
        let reads = list(&client, bucket).await.into_iter().map(|key| {
            let client = client.clone();
            async move {
                let read = client.get_object().bucket(bucket).key(&key).send().await?;
                let object = StoredObject {
                    metadata: read.metadata.unwrap_or_default(),
                    content_type: read.content_type,
                    content_encoding: read.content_encoding,
                    body: read.body.collect().await.expect("a body comes whole").into_bytes(),
                };
                Ok::<_, aws_sdk_s3::Error>((key, object))
            }
        });
        stream::iter(reads).buffered(16).try_collect().await.expect("every object that is listed can be read")
    }
}

impl StoredObject {
    /// The body as text, unpacked where it is gzip.
    ///
    /// # Panics
    ///
    /// When it is not what its `Content-Encoding` says.
    pub fn text(&self) -> String {
        let body = match self.content_encoding.as_deref() {
            Some("gzip") => gunzip(&self.body),
            None => self.body.to_vec(),
            Some(other) => panic!("no test expects {other}"),
        };
        String::from_utf8(body).expect("a body is UTF-8")
    }
}

fn gunzip(body: &[u8]) -> Vec<u8> {
    // The last four bytes of a gzip member: the length of what it holds (RFC 1952, section 2.3.1).
    let length = body.last_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    let mut text = vec![0; length as usize];
    let unpacked = libdeflater::Decompressor::new().gzip_decompress(body, &mut text);
    assert_eq!(unpacked, Ok(text.len()), "the body is not one gzip member");
    text
}

async fn list(client: &Client, bucket: &str) -> Vec<String> {
    let mut pages = client.list_objects_v2().bucket(bucket).into_paginator().send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.expect("the bucket can be listed");
        keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
    }
    keys.sort();
    keys
}
