//! The servers that the other tests rely on are there, and end with their tests.

use end_to_end::kafka::Kafka;
use end_to_end::ministack::Ministack;
use end_to_end::s3::S3;
use end_to_end::versitygw::Versitygw;
use std::net::TcpStream;

#[tokio::test]
async fn kafka_takes_topics_and_ends_when_dropped() {
    let kafka = Kafka::start();
    kafka.create_topic("orders", 3).await;
    let address = kafka.bootstrap_server().to_owned();
    TcpStream::connect(&address).expect("Kafka listens");
    drop(kafka);
    TcpStream::connect(&address).expect_err("Kafka is gone");
}

#[tokio::test]
async fn ministack_enforces_signatures_and_policies() {
    let ministack = Ministack::start();
    let mut s3 = ministack.bucket("lake");
    assert_eq!(create(&s3, "lake").await, Ok(()));
    assert_eq!(create(&s3, "lake").await, Err("PreconditionFailed".to_owned()));
    s3.credentials.secret_access_key.push('x');
    assert_eq!(create(&s3, "lake").await, Err("SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn versitygw_enforces_signatures() {
    let Some(versitygw) = Versitygw::start() else { return };
    let mut s3 = versitygw.bucket("lake");
    assert_eq!(create(&s3, "lake").await, Ok(()));
    assert_eq!(create(&s3, "lake").await, Err("PreconditionFailed".to_owned()));
    s3.credentials.secret_access_key.push('x');
    assert_eq!(create(&s3, "lake").await, Err("SignatureDoesNotMatch".to_owned()));
}

/// Creates an object, or gives the code of S3's error.
async fn create(s3: &S3, bucket: &str) -> Result<(), String> {
    let body = b"1".to_vec().into();
    match s3.client().put_object().bucket(bucket).key("a").body(body).if_none_match("*").send().await {
        Ok(_) => Ok(()),
        Err(error) => Err(aws_sdk_s3::error::ProvideErrorMetadata::code(&error).unwrap_or("none").to_owned()),
    }
}
