//! The store that the sink writes to keeps its contract on real servers, races included.

use bytes::Bytes;
use delivery::{StoreErrorKind, contract};
use end_to_end::embedded::Embedded;
use end_to_end::ministack::Ministack;
use end_to_end::s3::S3;
use end_to_end::versitygw::Versitygw;
use futures_util::TryStreamExt as _;
use pipeline::s3::{Bucket, Listed, S3Store};
use pipeline::settings::{JsonSettings, Settings};
use serde_json::json;
use std::collections::BTreeMap;
use std::ffi::OsString;

#[tokio::test]
async fn ministack_keeps_the_contract() {
    let ministack = Ministack::start();
    contract::hold(&store(&ministack.bucket("lake"), "lake"), "contract/").await;
}

#[tokio::test]
async fn versitygw_keeps_the_contract() {
    let Some(versitygw) = Versitygw::start() else { return };
    contract::hold(&store(&versitygw.bucket("lake"), "lake"), "contract/").await;
}

#[tokio::test]
async fn the_embedded_store_keeps_the_contract() {
    let embedded = Embedded::start().await;
    contract::hold(&store(&embedded.bucket("lake"), "lake"), "contract/").await;
}

#[tokio::test]
async fn one_of_many_writers_wins_on_every_server() {
    let embedded = Embedded::start().await;
    let ministack = Ministack::start();
    let versitygw = Versitygw::start();
    contract::one_of_many_writers_wins(&store(&embedded.bucket("lake"), "lake"), "many/", 60).await;
    contract::one_of_many_writers_wins(&store(&ministack.bucket("lake"), "lake"), "many/", 60).await;
    if let Some(versitygw) = versitygw {
        contract::one_of_many_writers_wins(&store(&versitygw.bucket("lake"), "lake"), "many/", 60).await;
    }
}

#[tokio::test]
async fn a_bucket_is_listed_read_and_tidied_on_every_server() {
    let (embedded, ministack, versitygw) = (Embedded::start().await, Ministack::start(), Versitygw::start());
    check_bucket(&embedded.bucket("lake")).await;
    // The sinks' own user may not delete.
    let account = ministack.set_up(&json!({
        "buckets": ["lake"],
        "users": { "keeper": { "policy": { "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
        ] } } },
    }));
    check_bucket(&ministack.s3(account.users["keeper"].clone())).await;
    if let Some(versitygw) = versitygw {
        check_bucket(&versitygw.bucket("lake")).await;
    }
}

async fn check_bucket(s3: &S3) {
    let bucket = Bucket::new(&settings(s3, "lake").s3).expect("a client without TLS needs nothing");
    let metadata = [("landfall-coverage", "7:1"), ("landfall-identity", "0123456789abcdef")];
    let strange = "in/year=2025/a b+c=%2F:@&$,;~'()!*ü.json";
    let mut put = s3.client().put_object().bucket("lake").key(strange).content_type("application/x-ndjson");
    for (name, value) in metadata {
        put = put.metadata(name, value);
    }
    put.body(b"{}\n".to_vec().into()).send().await.expect("the server takes it");
    for number in 0..1005 {
        bucket
            .put(&format!("in/{number:04}"), Bytes::from_static(b"1"), "text/plain")
            .await
            .expect("it is put");
    }

    let keys = async |prefix: &str| {
        let pages: Vec<Vec<Listed>> = bucket.list(prefix).try_collect().await.expect("the bucket is listed");
        pages.concat().into_iter().map(|listed| (listed.key, listed.bytes)).collect::<Vec<_>>()
    };
    let listed = keys("in/").await;
    assert_eq!((listed.len(), &listed[0]), (1006, &("in/0000".to_owned(), 1)));
    assert!(listed.is_sorted());
    assert_eq!(keys("out/").await, []);

    let attributes = bucket.head(strange).await.expect("an answer").expect("an object");
    assert_eq!(attributes.metadata, metadata.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert_eq!((attributes.bytes, attributes.content_type.as_deref()), (3, Some("application/x-ndjson")));
    let moved = format!("done/{strange}");
    bucket.copy(strange, &moved).await.expect("it is copied");
    bucket.delete(strange).await.expect("it is deleted");
    bucket.delete(strange).await.expect("it is gone already");
    assert_eq!(bucket.head(strange).await.expect("an answer"), None);
    assert_eq!(bucket.get(strange).await.expect("an answer"), None);
    assert_eq!(bucket.get(&moved).await.expect("an answer"), Some((attributes, Bytes::from_static(b"{}\n"))));

    let error = bucket.in_bucket("no-such-lake").get("a").await.expect_err("there is no such bucket");
    assert_eq!(error.kind, StoreErrorKind::NoBucket, "{error}");
    let error = bucket.copy("nothing", "done/nothing").await.expect_err("there is nothing");
    assert!(
        error.to_string().starts_with("CopyObject of s3://lake/nothing was answered with 404"),
        "{error}"
    );
}

fn store(s3: &S3, bucket: &str) -> S3Store {
    S3Store::new(settings(s3, bucket).s3).expect("a client without TLS needs nothing")
}

fn settings(s3: &S3, bucket: &str) -> Settings<JsonSettings> {
    let mut variables: BTreeMap<String, String> = s3.environment().into_iter().collect();
    variables.insert("S3_BUCKET_NAME".to_owned(), bucket.to_owned());
    Settings::from_vars(|name| variables.get(name).map(OsString::from)).expect("the settings are right")
}
