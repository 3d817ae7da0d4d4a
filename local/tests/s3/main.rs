//! The embedded S3 server, as an S3 client sees it.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod killed;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode, ServerSideEncryption, StorageClass};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use local::s3::{ACCESS_KEY_ID, Counts, EmbeddedS3, SECRET_ACCESS_KEY};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;

const BUCKET: &str = "c4-tracking-log";

async fn server() -> (TempDir, EmbeddedS3, Client) {
    let root = tempfile::tempdir().unwrap();
    let server = EmbeddedS3::start(root.path(), 0).await.unwrap();
    server.create_bucket(BUCKET).unwrap();
    let client = client(&server.endpoint(), SECRET_ACCESS_KEY);
    (root, server, client)
}

fn client(endpoint: &str, secret: &str) -> Client {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-northeast-2"))
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, secret, None, None, "test"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .retry_config(RetryConfig::disabled())
        .http_client(http)
        .build();
    Client::from_conf(config)
}

/// The error code of a failed call, or "ok".
fn code<T, E: ProvideErrorMetadata>(result: &Result<T, E>) -> &str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code().unwrap_or("no code"),
    }
}

async fn create(client: &Client, key: &str, body: impl Into<Vec<u8>>) -> String {
    let put =
        client.put_object().bucket(BUCKET).key(key).body(ByteStream::from(body.into())).if_none_match("*");
    code(&put.send().await).to_owned()
}

async fn body(client: &Client, key: &str) -> Vec<u8> {
    let object = client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
    object.body.collect().await.unwrap().to_vec()
}

async fn keys(client: &Client) -> Vec<String> {
    let page = client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    page.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_object_is_a_file_and_comes_back_with_all_that_was_sent() {
    let (root, _server, client) = server().await;
    let key = "topics/tracking.log/partition=0/tracking.log+0+0000000000.json";
    let put = client
        .put_object()
        .bucket(BUCKET)
        .key(key)
        .body(ByteStream::from_static(b"{\"a\":1}\n"))
        .if_none_match("*")
        .content_type("application/x-ndjson")
        .content_encoding("gzip")
        .cache_control("no-cache")
        .metadata("landfall-coverage", "0-41,43")
        .metadata("landfall-identity", "0123456789abcdef")
        .tagging("team=data+lake&pii=no")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id("alias/lake")
        .storage_class(StorageClass::StandardIa)
        .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
        .send()
        .await
        .unwrap();
    assert_eq!(std::fs::read(root.path().join(BUCKET).join(key)).unwrap(), b"{\"a\":1}\n");

    let head = client
        .head_object()
        .bucket(BUCKET)
        .key(key)
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_length(), Some(8));
    assert_eq!(head.content_type(), Some("application/x-ndjson"));
    assert_eq!(head.content_encoding(), Some("gzip"));
    assert_eq!(head.cache_control(), Some("no-cache"));
    assert_eq!(head.metadata().unwrap()["landfall-coverage"], "0-41,43");
    assert_eq!(head.metadata().unwrap()["landfall-identity"], "0123456789abcdef");
    assert_eq!(head.server_side_encryption(), Some(&ServerSideEncryption::AwsKms));
    assert_eq!(head.ssekms_key_id(), Some("alias/lake"));
    assert_eq!(head.storage_class(), Some(&StorageClass::StandardIa));
    assert_eq!(head.e_tag(), put.e_tag());
    assert!(head.checksum_crc64_nvme().is_some());
    assert_eq!(head.checksum_crc64_nvme(), put.checksum_crc64_nvme());

    let tags = client.get_object_tagging().bucket(BUCKET).key(key).send().await.unwrap();
    let tags: Vec<_> = tags.tag_set().iter().map(|tag| (tag.key(), tag.value())).collect();
    assert_eq!(tags, [("team", "data lake"), ("pii", "no")]);
    assert_eq!(body(&client, key).await, b"{\"a\":1}\n");
}

#[tokio::test]
async fn a_range_is_a_part_of_the_object() {
    let (_root, _server, client) = server().await;
    create(&client, "numbers", "0123456789").await;
    for (range, expected) in
        [("bytes=2-4", "234"), ("bytes=7-", "789"), ("bytes=-2", "89"), ("bytes=8-99", "89")]
    {
        let part = client.get_object().bucket(BUCKET).key("numbers").range(range).send().await.unwrap();
        assert_eq!(part.body.collect().await.unwrap().to_vec(), expected.as_bytes(), "{range}");
    }
    let outside = client.get_object().bucket(BUCKET).key("numbers").range("bytes=10-").send().await;
    assert_eq!(code(&outside), "InvalidRange");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_twenty_simultaneous_writers_wins() {
    let (_root, server, client) = server().await;
    const ROUNDS: usize = 50;
    for round in 0..ROUNDS {
        let key = format!("race/{round}");
        let mut writers = JoinSet::new();
        for writer in 0..20 {
            let (client, key) = (client.clone(), key.clone());
            writers.spawn(async move { (writer, create(&client, &key, format!("writer {writer}")).await) });
        }
        let mut ends = writers.join_all().await;
        ends.sort();
        let winners: Vec<_> =
            ends.iter().filter(|(_, code)| code == "ok").map(|(writer, _)| *writer).collect();
        assert_eq!(winners.len(), 1, "{ends:?}");
        assert!(ends.iter().all(|(_, code)| code == "ok" || code == "PreconditionFailed"), "{ends:?}");
        assert_eq!(body(&client, &key).await, format!("writer {}", winners[0]).into_bytes());
    }
    let rounds = ROUNDS as u64;
    assert_eq!(server.counts(), Counts { created: rounds, existed: 19 * rounds, refused: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_attributes_are_those_of_the_winner() {
    let (_root, _server, client) = server().await;
    for round in 0..20 {
        let mut writers = JoinSet::new();
        for writer in 0..8 {
            let put = client
                .put_object()
                .bucket(BUCKET)
                .key(format!("race/{round}"))
                .body(ByteStream::from(format!("{writer}").into_bytes()))
                .metadata("writer", format!("{writer}"));
            // Some create, some overwrite: the last one in any order stays, as a whole.
            let put = if writer % 2 == 0 { put.if_none_match("*") } else { put };
            writers.spawn(put.send());
        }
        writers.join_all().await;
        let object = client.get_object().bucket(BUCKET).key(format!("race/{round}")).send().await.unwrap();
        let writer = object.metadata().unwrap()["writer"].clone();
        assert_eq!(object.body.collect().await.unwrap().to_vec(), writer.into_bytes());
    }
}

#[tokio::test]
async fn a_put_without_a_condition_replaces() {
    let (_root, _server, client) = server().await;
    create(&client, "key", "first").await;
    let put = client.put_object().bucket(BUCKET).key("key").body(ByteStream::from_static(b"second"));
    put.metadata("which", "second").send().await.unwrap();
    assert_eq!(body(&client, "key").await, b"second");
    let head = client.head_object().bucket(BUCKET).key("key").send().await.unwrap();
    assert_eq!(head.metadata().unwrap()["which"], "second");
}

#[tokio::test]
async fn a_body_with_a_wrong_checksum_never_becomes_visible() {
    let (root, server, client) = server().await;
    let put = || {
        client
            .put_object()
            .bucket(BUCKET)
            .key("bad")
            .body(ByteStream::from_static(b"hello"))
            .if_none_match("*")
    };
    let sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for (name, wrong) in [
        ("crc32", put().checksum_crc32("AAAAAA==")),
        ("crc32c", put().checksum_crc32_c("AAAAAA==")),
        ("crc64nvme", put().checksum_crc64_nvme("AAAAAAAAAAA=")),
        ("sha1", put().checksum_sha1("2jmj7l5rSw0yVb/vlWAYkK/YBwk=")),
        ("sha256", put().checksum_sha256(sha256)),
        ("md5", put().content_md5("1B2M2Y8AsgTpgAmY7PhCfg==")),
    ] {
        let refused = wrong.send().await;
        assert_eq!(code(&refused), "BadDigest", "{name}");
    }
    assert_eq!(keys(&client).await, [""; 0]);
    assert_eq!(std::fs::read_dir(root.path().join(".landfall/uploads")).unwrap().count(), 0);
    assert_eq!(create(&client, "bad", "hello").await, "ok");
    assert_eq!(server.counts(), Counts { created: 1, existed: 0, refused: 6 });
}

#[tokio::test]
async fn a_body_that_breaks_off_never_becomes_visible() {
    let (_root, server, client) = server().await;
    let presigned = client
        .put_object()
        .bucket(BUCKET)
        .key("half")
        .presigned(
            aws_sdk_s3::presigning::PresigningConfig::expires_in(std::time::Duration::from_secs(60)).unwrap(),
        )
        .await
        .unwrap();
    let (_, path) = presigned.uri().split_once(&server.endpoint()).unwrap();
    let address = server.endpoint().replace("http://", "");
    let mut connection = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!("PUT {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 3000000\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&[b'x'; 2_000_000]).await.unwrap();
    connection.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // The server may answer or hang up; either way it has seen the end.
    let _ = connection.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(keys(&client).await, [""; 0]);
    assert_eq!(create(&client, "half", "whole").await, "ok");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let (_root, _server, client) = server().await;
    let get = client.get_object().bucket(BUCKET).key("nothing/here").send().await;
    assert_eq!(code(&get), "NoSuchKey");
    let head = client.head_object().bucket(BUCKET).key("nothing/here").send().await;
    assert_eq!(head.unwrap_err().raw_response().unwrap().status().as_u16(), 404);
    // Large enough for a server that hangs up at once to cut its own answer off.
    let put =
        client.put_object().bucket("no-such-bucket").key("k").body(ByteStream::from(vec![b'x'; 8 << 20]));
    assert_eq!(code(&put.send().await), "NoSuchBucket");
    let list = client.list_objects_v2().bucket("no-such-bucket").send().await;
    assert_eq!(code(&list), "NoSuchBucket");
    let bucket = client.head_bucket().bucket("no-such-bucket").send().await;
    assert_eq!(bucket.unwrap_err().raw_response().unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn buckets_are_made_and_listed() {
    let (_root, _server, client) = server().await;
    client.create_bucket().bucket("data-lake").send().await.unwrap();
    assert_eq!(code(&client.create_bucket().bucket("data-lake").send().await), "BucketAlreadyOwnedByYou");
    client.head_bucket().bucket("data-lake").send().await.unwrap();
    let buckets = client.list_buckets().send().await.unwrap();
    let names: Vec<_> = buckets.buckets().iter().map(|bucket| bucket.name().unwrap()).collect();
    assert_eq!(names, [BUCKET, "data-lake"]);
}

#[tokio::test]
async fn keys_that_cannot_be_files_are_refused_with_the_reason() {
    let (_root, _server, client) = server().await;
    assert_eq!(create(&client, "a", "1").await, "ok");
    assert_eq!(create(&client, "b/c", "1").await, "ok");
    let long = "x".repeat(256);
    for (key, reason) in [
        ("a/b", "a shorter key is an object"),
        ("b", "longer keys begin with it"),
        ("c//d", "a segment is empty"),
        (long.as_str(), "a segment is longer than 255 bytes"),
    ] {
        let put =
            client.put_object().bucket(BUCKET).key(key).body(ByteStream::from_static(b"")).if_none_match("*");
        let refused = put.send().await.unwrap_err();
        assert_eq!(refused.code(), Some("InvalidRequest"), "{key}");
        assert!(refused.message().unwrap().ends_with(reason), "{key}: {refused:?}");
    }
    assert_eq!(keys(&client).await, ["a", "b/c"]);
}

#[tokio::test]
async fn the_limits_of_s3_are_kept() {
    let (_root, _server, client) = server().await;
    let put =
        || client.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(b"")).if_none_match("*");
    let metadata = put().metadata("m", "x".repeat(2048)).send().await;
    assert_eq!(code(&metadata), "MetadataTooLarge");
    let tags: Vec<_> = (0..11).map(|tag| format!("t{tag}=v")).collect();
    assert_eq!(code(&put().tagging(tags.join("&")).send().await), "InvalidTag");
    assert_eq!(code(&put().metadata("m", "x".repeat(2047)).tagging(tags[..10].join("&")).send().await), "ok");
}

#[tokio::test]
async fn strange_but_legal_keys_keep_their_names() {
    let (_root, _server, client) = server().await;
    let mut expected = ["year=2025/a b+c.json", "p=%2F:;&?#/ü日本.json", "k='\"<>\\", "a=..b/..."];
    for key in expected {
        assert_eq!(create(&client, key, key).await, "ok", "{key}");
        assert_eq!(body(&client, key).await, key.as_bytes());
    }
    expected.sort_unstable();
    assert_eq!(keys(&client).await, expected);
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let (_root, server, _client) = server().await;
    let stranger = client(&server.endpoint(), "wrong");
    assert_eq!(create(&stranger, "k", "v").await, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_deleted_object_is_gone() {
    let (_root, _server, client) = server().await;
    create(&client, "a/b", "1").await;
    for _ in 0..2 {
        client.delete_object().bucket(BUCKET).key("a/b").send().await.unwrap();
    }
    assert_eq!(keys(&client).await, [""; 0]);
    assert_eq!(create(&client, "a", "2").await, "ok");
}

#[tokio::test]
async fn a_listing_is_read_page_by_page() {
    let (_root, _server, client) = server().await;
    let mut expected = Vec::new();
    for number in 0..25 {
        let key = format!("t/{number:03}");
        create(&client, &key, "").await;
        expected.push(key);
    }
    let mut pages = client.list_objects_v2().bucket(BUCKET).prefix("t/").max_keys(10).into_paginator().send();
    let mut sizes = Vec::new();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        sizes.push(page.contents().len());
        listed.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(listed, expected);
    let folded = client.list_objects_v2().bucket(BUCKET).delimiter("/").send().await.unwrap();
    assert_eq!(folded.common_prefixes()[0].prefix(), Some("t/"));
}

#[tokio::test]
async fn a_folder_is_served_by_one_process_at_a_time_and_outlives_it() {
    let (root, server, client) = server().await;
    create(&client, "k", "v").await;
    let second = EmbeddedS3::start(root.path(), 0).await.unwrap_err();
    let source = std::error::Error::source(&second).unwrap().to_string();
    assert_eq!(source, format!("another process already serves {}", root.path().display()));
    drop(client);
    server.shutdown().await;

    let server = EmbeddedS3::start(root.path(), 0).await.unwrap();
    let client = self::client(&server.endpoint(), SECRET_ACCESS_KEY);
    assert_eq!(body(&client, "k").await, b"v");
    assert_eq!(create(&client, "k", "w").await, "PreconditionFailed");
}
