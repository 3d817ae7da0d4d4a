//! Servers that hang up, early or late or before they start.

use crate::batch::{batch_from, record};
use crate::server::{Answer, Request, Server};
use crate::support::sink_over;
use crate::{KEY, hasty_store, object, store, store_at, told};
use delivery::{Creation, Delivered, Object, Store as _, StoreErrorKind};
use pipeline::Time;
use record::Source;
use record::event::NewRecord;
use std::future::ready;
use std::sync::Mutex;
use std::time::Duration;
use tokio::net::TcpListener;

/// A JSON text of 5 MiB.
fn large_value() -> Vec<u8> {
    let mut value = vec![b'x'; 5 << 20];
    value[0] = b'"';
    *value.last_mut().expect("5 MiB") = b'"';
    value
}

/// Delivers a batch of one large record.
async fn deliver(server: &Server) -> Delivered {
    let vars = [("STORE_URL", &*server.url), ("S3_PART_RETRIES", "10")];
    let sink = sink_over(&vars, store(server, &[]));
    let value = large_value();
    let batch = batch_from(Source::SelfManaged, &[NewRecord { value: Some(&value), ..record(7) }]);
    let time = Time { now_ms: 0, left: Duration::from_secs(60) };
    sink.deliver(&batch, time, |_| ready(())).await.expect("delivered").data
}

/// A server with room for one object: `first` becomes of the first PUT, `later` of others.
async fn server_of_one(first: Answer, later: Answer) -> Server {
    let metadata: Mutex<Option<Vec<(&str, String)>>> = Mutex::default();
    Server::start(move |request: &Request| {
        let mut metadata = metadata.lock().expect("no panic here");
        match (&*request.method, &*metadata) {
            ("HEAD", None) => Answer::status(404),
            ("HEAD", Some(metadata)) => {
                Answer::Respond { status: 200, headers: metadata.clone(), body: String::new() }
            }
            (_, Some(_)) => later.clone(),
            (_, None) => {
                let names = ["x-amz-meta-landfall-coverage", "x-amz-meta-landfall-identity"];
                *metadata = Some(names.map(|name| (name, request.header(name).to_owned())).into());
                first.clone()
            }
        }
    })
    .await
}

fn early_412() -> Answer {
    Answer::RespondEarly { status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>".to_owned() }
}

#[tokio::test]
async fn an_early_412_to_a_large_body_is_an_object_that_exists_or_a_reason_to_try_again() {
    let server = Server::saying(early_412()).await;
    let store = store(&server, &[]);
    let large = Object { body: large_value().into(), ..object() };
    match store.create(&large).await {
        Ok(creation) => assert_eq!(creation, Creation::Exists),
        Err(error) => assert!(error.is_retryable(), "{error}"),
    }
}

#[tokio::test]
async fn a_large_record_that_is_there_is_redelivered_though_the_server_does_not_read_it() {
    let server = server_of_one(Answer::status(200), early_412()).await;
    let first = deliver(&server).await;
    assert_eq!((first.objects, first.records, first.redelivered), (1, 1, 0));
    let second = deliver(&server).await;
    assert_eq!((second.objects, second.records, second.redelivered), (0, 0, 1));
}

#[tokio::test]
async fn a_put_that_took_effect_before_the_connection_broke_is_found() {
    let server = server_of_one(Answer::HangUp, Answer::status(412)).await;
    let delivered = deliver(&server).await;
    assert_eq!((delivered.objects, delivered.redelivered, delivered.retries), (0, 1, 1));
    let methods: Vec<_> = server.requests().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["PUT", "PUT", "HEAD"]);
}

#[tokio::test]
async fn a_server_that_hangs_up_is_unavailable() {
    let server = Server::saying(Answer::HangUp).await;
    let cause = "client error (SendRequest): connection closed before message completed";
    assert_eq!(
        told(store(&server, &[]).create(&object()).await),
        (
            StoreErrorKind::Unavailable,
            format!("PutObject of s3://lake/{KEY} got no answer from {}: {cause}", server.url)
        )
    );
    assert_eq!(
        told(store(&server, &[]).head(KEY).await),
        (
            StoreErrorKind::Unavailable,
            format!("HeadObject of s3://lake/{KEY} got no answer from {}: {cause}", server.url)
        )
    );
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let (kind, message) = told(store_at(&url, &[]).create(&object()).await);
    assert_eq!(kind, StoreErrorKind::Unavailable);
    let start = format!(
        "PutObject of s3://lake/{KEY} got no answer from {url}: client error (Connect): tcp connect error: "
    );
    assert!(message.starts_with(&start), "{message}");
}

#[tokio::test]
async fn a_server_that_keeps_us_waiting_is_unavailable() {
    let server = Server::saying(Answer::KeepWaiting).await;
    assert_eq!(
        told(hasty_store(&server, &[]).create(&object()).await),
        (
            StoreErrorKind::Unavailable,
            format!(
                "PutObject of s3://lake/{KEY} took too long: operation attempt timeout (single attempt) occurred after \
                 100ms"
            )
        )
    );
}
