//! A store that does as it is told, and a topic to deliver to it.

use bytes::Bytes;
use delivery::{
    BodyError, Coverage, Creation, Deliverable, Delivered, DeliveryError, Metadata, Object, Retry, Store,
    StoreError, StoreErrorKind, deliver,
};
use record::Identity;
use std::collections::{BTreeMap, VecDeque};
use std::future::ready;
use std::ops::Range;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

/// How often a request is made again.
pub(crate) const RETRIES: usize = 3;

/// A store that writes down what it is asked, and fails when it is told to.
#[derive(Default)]
pub(crate) struct Script {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    standing: BTreeMap<String, (Metadata, Bytes)>,
    after: BTreeMap<String, i64>,
    answers: VecDeque<Answer>,
    requests: Vec<String>,
}

/// What a request is answered with, where that is not the truth.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// The truth.
    Truth,
    /// An error before anything was done, that may pass.
    Unavailable,
    /// An error that will not pass.
    Denied,
    /// An error, after the request was served.
    Lost,
    /// That there is no object.
    Nothing,
}

impl Script {
    /// Delivers a batch that is one group, and looks at what that did and which requests it took.
    #[track_caller]
    pub(crate) fn check(&self, offsets: &[i64], did: &str, requests: &[&str]) {
        let delivered = self.deliver(offsets, "").unwrap_or_else(|error| panic!("{}: {error}", error.kind()));
        assert_eq!(text(delivered), did);
        assert_eq!(self.requests(), requests);
    }

    /// Delivers a batch that must be refused, and looks at the reason.
    #[track_caller]
    pub(crate) fn check_refused(&self, offsets: &[i64], kind: &str, message: &str, requests: &[&str]) {
        let error = self.deliver(offsets, "").expect_err(message);
        assert_eq!((error.kind(), &*error.to_string()), (kind, message));
        assert_eq!(self.requests(), requests);
    }

    /// Looks at what stands: key, coverage, and the records or whether it is a marker.
    #[track_caller]
    pub(crate) fn holds(&self, objects: &[&str]) {
        let state = self.state();
        let standing = state.standing.iter().map(|(key, (metadata, body))| {
            let coverage = metadata.coverage.as_deref().unwrap_or("no coverage");
            let body =
                if metadata.identity.is_some() { str::from_utf8(body).unwrap().trim() } else { "marker" };
            format!("{key} {coverage} {}", body.replace('\n', " "))
        });
        assert_eq!(standing.collect::<Vec<_>>(), objects);
    }

    /// Delivers the offsets of a topic whose records differ from those of others by `generation`.
    pub(crate) fn deliver(&self, offsets: &[i64], generation: &str) -> Result<Delivered, DeliveryError> {
        let retry = Retry {
            backoff: backon::ExponentialBuilder::default().with_max_times(RETRIES),
            sleeper: |_| ready(()),
        };
        now(deliver(self, &retry, &Group { offsets, generation }))
    }

    /// Answers the next requests so.
    pub(crate) fn answer(&self, answers: &[Answer]) {
        self.state().answers.extend(answers);
    }

    /// Puts an object of somebody's at a key.
    pub(crate) fn stand(&self, key: &str, coverage: Option<&str>, identity: Option<Identity>) {
        let (coverage, identity) =
            (coverage.map(str::to_owned), identity.map(|identity| identity.to_string()));
        self.state().standing.insert(key.to_owned(), (Metadata { coverage, identity }, Bytes::new()));
    }

    /// The keys, each with the first and last of its records and their number, or with its coverage if a marker.
    pub(crate) fn outline(&self) -> Vec<String> {
        let state = self.state();
        let outline = state.standing.iter().map(|(key, (metadata, body))| {
            let body = str::from_utf8(body).unwrap();
            let coverage: Coverage = metadata.coverage.as_ref().unwrap().parse().unwrap();
            let (first, last, count) = (coverage.first(), coverage.last(), coverage.count());
            let kind = if metadata.identity.is_some() { "object" } else { "marker" };
            assert_eq!(body.lines().count() as u64, if kind == "object" { count } else { 0 });
            format!("{key} {kind} {first}..={last} {count}")
        });
        outline.collect()
    }

    /// The keys of objects that say which one their writer found before them, each with its offset.
    pub(crate) fn after(&self) -> Vec<(String, i64)> {
        self.state().after.clone().into_iter().collect()
    }

    /// What was asked since the last time.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state().requests)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn next_answer(&self) -> Answer {
        self.state().answers.pop_front().unwrap_or(Answer::Truth)
    }

    fn note<T: std::fmt::Debug>(&self, request: &str, key: &str, result: &Result<T, StoreError>) {
        let result = match result {
            Ok(answer) => format!("{answer:?}"),
            Err(error) => error.to_string(),
        };
        self.state().requests.push(format!("{request} {key}: {result}"));
    }
}

impl Store for Script {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        let serve = || {
            let State { standing, after, .. } = &mut *self.state();
            if standing.contains_key(&object.key) {
                return Creation::Exists;
            }
            after.extend(object.after.map(|offset| (object.key.clone(), offset)));
            let (coverage, identity) =
                (object.coverage.to_string(), object.identity.map(|it| it.to_string()));
            let metadata = Metadata { coverage: Some(coverage), identity };
            standing.insert(object.key.clone(), (metadata, object.body.clone()));
            Creation::Created
        };
        let result = match self.next_answer() {
            Answer::Truth | Answer::Nothing => Ok(serve()),
            Answer::Unavailable => Err(error(StoreErrorKind::Unavailable)),
            Answer::Denied => Err(error(StoreErrorKind::Denied)),
            Answer::Lost => {
                serve();
                Err(error(StoreErrorKind::Unavailable))
            }
        };
        self.note("PUT", &object.key, &result);
        result
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        let result = match self.next_answer() {
            Answer::Truth => Ok(self.state().standing.get(key).map(|(metadata, _)| metadata.clone())),
            Answer::Nothing => Ok(None),
            Answer::Unavailable | Answer::Lost => Err(error(StoreErrorKind::Unavailable)),
            Answer::Denied => Err(error(StoreErrorKind::Denied)),
        };
        let outline = match &result {
            Ok(metadata) => {
                Ok(metadata.as_ref().map(|metadata| metadata.coverage.clone().unwrap_or_default()))
            }
            Err(error) => Err(self::error(error.kind)),
        };
        self.note("HEAD", key, &outline);
        result
    }
}

/// The identity of the record at an offset.
pub(crate) fn identity(offset: i64, generation: &str) -> Identity {
    Identity::of_parts(Some(offset), None, Some(generation.as_bytes()))
}

/// Records of topic `orders` that share an object.
struct Group<'a> {
    offsets: &'a [i64],
    generation: &'a str,
}

/// The offset of a record that no encoder takes.
pub(crate) const UNENCODABLE: i64 = 99_999;

impl Deliverable for Group<'_> {
    fn topic(&self) -> &str {
        "orders"
    }

    fn offsets(&self) -> &[i64] {
        self.offsets
    }

    fn identity(&self, index: usize) -> Identity {
        identity(self.offsets[index], self.generation)
    }

    fn key(&self, offset: i64) -> String {
        format!("t+{offset:05}")
    }

    fn body(&self, rows: Range<usize>, _coverage: &Coverage) -> Result<Bytes, BodyError> {
        if self.offsets[rows.clone()].contains(&UNENCODABLE) {
            return Err(BodyError("it does not fit".into()));
        }
        Ok(self.offsets[rows].iter().map(|offset| format!("{offset}\n")).collect::<String>().into())
    }

    fn content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn content_encoding(&self) -> Option<&'static str> {
        None
    }
}

/// What was done, without the zeros.
pub(crate) fn text(delivered: Delivered) -> String {
    let Delivered { objects, records, bytes, redelivered, markers, retries } = delivered;
    let counts = [
        ("objects", objects),
        ("records", records),
        ("bytes", bytes),
        ("redelivered", redelivered),
        ("markers", markers),
        ("retries", retries),
    ];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    counts.map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", ")
}

/// Runs what has nothing to wait for.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for something"),
    }
}

fn error(kind: StoreErrorKind) -> StoreError {
    StoreError { kind, message: format!("{kind:?}"), source: None }
}
