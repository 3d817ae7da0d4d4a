//! What is remembered, and what is asked again.

use crate::server::{Answer, Server};
use crate::{confluent, failure};
use backon::ExponentialBuilder;
use schema::{Fetched, Registry, RegistryError, Retry, SchemaId, Schemas};
use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Sleeper = fn(Duration) -> std::future::Ready<()>;

/// So many retries, without pauses.
fn retry(times: usize) -> Retry<Sleeper> {
    Retry { backoff: ExponentialBuilder::new().with_max_times(times), sleeper: |_| ready(()) }
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> BTreeSet<SchemaId> {
    numbers.into_iter().map(SchemaId::Number).collect()
}

/// What is told of each id: who told it, `-` where there is none.
fn told(all: BTreeMap<SchemaId, Fetched>) -> String {
    let told = all.into_iter().map(|(id, fetched)| match fetched {
        Fetched::Schema(schema) => {
            assert_eq!(schema.id, id);
            format!("{id}")
        }
        Fetched::Unknown => format!("{id}-"),
        Fetched::Unusable(_) => format!("{id}!"),
    });
    told.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_schema_is_fetched_once_and_an_unknown_id_once_per_batch() {
    let server = Server::start(|request| match &*request.target {
        "/schemas/ids/3" => Answer::problem(404, 40403, "Schema not found"),
        "/schemas/ids/4" => Answer::json(200, r#"{"schemaType":"THRIFT","schema":""}"#),
        _ => Answer::schema("it"),
    })
    .await;
    let (registry, schemas) = (confluent(&[&server.url]), Schemas::default());
    for _ in 0..2 {
        let all = schemas.all(&ids([1, 2, 3, 4]), &registry, &retry(0)).await.unwrap();
        assert_eq!(told(all), "1 2 3- 4!");
    }
    let mut targets = server.targets();
    targets.sort();
    let asked = [1, 2, 3, 3, 4, 4].map(|id| format!("/schemas/ids/{id}"));
    assert_eq!(targets, asked);
    assert_eq!(told(schemas.all(&ids([]), &registry, &retry(0)).await.unwrap()), "");
}

#[tokio::test]
async fn what_may_pass_is_asked_again_and_what_will_not_is_not() {
    for (status, retries, calls) in [(503, 3, 4), (429, 1, 2), (500, 0, 1), (401, 3, 1), (404, 3, 1)] {
        let server = Server::saying(Answer::html(status)).await;
        let schemas = Schemas::default();
        let error =
            schemas.all(&ids([7]), &confluent(&[&server.url]), &retry(retries)).await.expect_err("a failure");
        assert_eq!(server.targets().len(), calls, "{status}");
        let (message, _) = failure(Err(error));
        let start = format!("schema 7 could not be fetched from {}: answered {status}", server.url);
        assert!(message.starts_with(&start), "{message}");
    }
}

#[tokio::test]
async fn a_server_that_stumbles_is_waited_for() {
    let calls = AtomicUsize::new(0);
    let server = Server::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::html(500),
        1 => Answer::BreakOff { body: "{".to_owned() },
        _ => Answer::schema("it"),
    })
    .await;
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let slept = Arc::clone(&pauses);
    let sleeper = move |pause| {
        slept.lock().unwrap().push(pause);
        ready(())
    };
    let backoff = ExponentialBuilder::new().with_min_delay(Duration::from_millis(100)).with_max_times(5);
    let schemas = Schemas::default();
    let all = schemas.all(&ids([7]), &confluent(&[&server.url]), &Retry { backoff, sleeper }).await.unwrap();
    assert_eq!(told(all), "7");
    assert_eq!(*pauses.lock().unwrap(), [100, 200].map(Duration::from_millis));
}

#[tokio::test]
async fn what_was_told_before_a_failure_is_remembered() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let server = Server::start(move |request| match &*request.target {
        "/schemas/ids/9" if down.load(Ordering::Relaxed) => Answer::html(500),
        _ => Answer::schema("it"),
    })
    .await;
    let (registry, schemas) = (confluent(&[&server.url]), Schemas::default());
    assert_eq!(told(schemas.all(&ids([1]), &registry, &retry(0)).await.unwrap()), "1");
    schemas.all(&ids([1, 9]), &registry, &retry(0)).await.expect_err("the registry is down");
    is_down.store(false, Ordering::Relaxed);
    assert_eq!(told(schemas.all(&ids([1, 9]), &registry, &retry(0)).await.unwrap()), "1 9");
    assert_eq!(server.targets(), ["/schemas/ids/1", "/schemas/ids/9", "/schemas/ids/9"]);
}

/// Counts how many fetches are under way.
#[derive(Default)]
struct Counting {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Registry for Counting {
    async fn fetch(&self, _: SchemaId) -> Result<Fetched, RegistryError> {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        tokio::task::yield_now().await;
        self.now.fetch_sub(1, Ordering::Relaxed);
        Ok(Fetched::Unknown)
    }
}

#[tokio::test]
async fn schemas_are_fetched_side_by_side_within_bounds() {
    let registry = Counting::default();
    let all = Schemas::default().all(&ids(0..100), &registry, &retry(0)).await.unwrap();
    assert_eq!((all.len(), registry.most.into_inner()), (100, 8));
}
