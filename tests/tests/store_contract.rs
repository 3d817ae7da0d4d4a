//! The store that the sink writes to keeps its contract on real servers, races included.

use delivery::contract;
use end_to_end::embedded::Embedded;
use end_to_end::ministack::Ministack;
use end_to_end::s3::S3;
use end_to_end::versitygw::Versitygw;
use pipeline::s3::S3Store;
use pipeline::settings::{JsonSettings, Settings};
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

fn store(s3: &S3, bucket: &str) -> S3Store {
    let mut variables: BTreeMap<String, String> = s3.environment().into_iter().collect();
    variables.insert("S3_BUCKET_NAME".to_owned(), bucket.to_owned());
    let settings = Settings::<JsonSettings>::from_vars(|name| variables.get(name).map(OsString::from))
        .expect("the settings are right");
    S3Store::new(settings.s3).expect("a client without TLS needs nothing")
}
