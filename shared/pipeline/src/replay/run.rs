//! The replay itself.

use super::contents::Contents;
use super::invoke::{Invoke, InvokeFailure, ask};
use super::lanes::{lanes, overlap};
use super::objects::Objects;
use super::survey::{Candidate, Kind};
use crate::chain::chain;
use delivery::StoreError;
use futures_util::StreamExt as _;
use std::sync::{Mutex, PoisonError};

/// Hands what was surveyed to a function, and moves away what it accounts for.
#[derive(Debug)]
pub struct Replay<'a, O, I> {
    /// Where the objects are.
    pub objects: &'a O,
    /// Who takes their records.
    pub function: &'a I,
    /// What stands before the key of an object that is done.
    pub done_prefix: &'a str,
    /// The cluster of quarantined records whose objects name none.
    pub cluster_arn: Option<&'a str>,
    /// Most objects under way at once; those that share a topic-partition go one after the other.
    pub concurrency: usize,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All of its records are durable, and it stands under the done prefix.
    Done(Tally),
    /// Some of its records are still bad: those are durable that aren't, and it stays.
    StillBad(Tally),
    /// It could not be replayed, and stays; with the reason.
    Failed(String),
    /// It waits for another object, which may hold the same records and failed.
    Waits(String),
    /// Another replay has moved it meanwhile.
    MovedByAnother,
    /// There was no time left for it.
    Left,
}

/// What became of the records of objects: each is counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Written as data.
    pub delivered: u64,
    /// Found as data.
    pub redelivered: u64,
    /// Skipped by setting.
    pub ignored: u64,
    /// Records of a batch that are in quarantine now.
    pub quarantined: u64,
    /// Records that are still in quarantine, and why: `orders-0@5: invalid_json: …`.
    pub still_bad: Vec<String>,
}

/// What became of all objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Objects that are done.
    pub done: u64,
    /// Objects that stay because of bad records.
    pub still_bad: u64,
    /// Objects that failed, or wait for one that did.
    pub failed: u64,
    /// Objects that another replay has moved.
    pub moved_by_another: u64,
    /// Objects that there was no time for.
    pub left: u64,
    /// What became of the records.
    pub records: Tally,
}

/// A replay ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// No event can succeed.
    #[error("{0}")]
    Function(String),
}

impl Summary {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Done(tally) => {
                self.done += 1;
                self.records.add(tally);
            }
            Outcome::StillBad(tally) => {
                self.still_bad += 1;
                self.records.add(tally);
            }
            Outcome::Failed(_) | Outcome::Waits(_) => self.failed += 1,
            Outcome::MovedByAnother => self.moved_by_another += 1,
            Outcome::Left => self.left += 1,
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.delivered += other.delivered;
        self.redelivered += other.redelivered;
        self.ignored += other.ignored;
        self.quarantined += other.quarantined;
        self.still_bad.extend(other.still_bad.iter().cloned());
    }
}

impl<O: Objects, I: Invoke> Replay<'_, O, I> {
    /// Replays candidates as long as there is time; `watch` is told of each what became of it.
    ///
    /// # Errors
    ///
    /// When the function can't take any event; what was not begun until then is left as it is.
    pub async fn run(
        &self,
        candidates: Vec<Candidate>,
        has_time: impl Fn() -> bool + Sync,
        watch: impl Fn(&Candidate, &Outcome) + Sync,
    ) -> Result<Summary, ReplayError> {
        let course = Course { summary: Mutex::default(), dead_end: Mutex::default() };
        let lanes = lanes(candidates).into_iter().map(|lane| {
            let (course, has_time, watch) = (&course, &has_time, &watch);
            async move {
                let mut failed: Vec<Candidate> = Vec::new();
                for candidate in lane {
                    let outcome = if course.is_dead_end() || !has_time() {
                        Outcome::Left
                    } else if let Some(other) = obstacle(&candidate, &failed) {
                        Outcome::Waits(other.key.clone())
                    } else {
                        course.note(self.replay(&candidate).await)
                    };
                    watch(&candidate, &outcome);
                    lock(&course.summary).add(&outcome);
                    if !matches!(outcome, Outcome::Done(_) | Outcome::MovedByAnother) {
                        failed.push(candidate);
                    }
                }
            }
        });
        futures_util::stream::iter(lanes).for_each_concurrent(self.concurrency, |lane| lane).await;
        match course.dead_end.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(reason) => Err(ReplayError::Function(reason)),
            None => Ok(course.summary.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    async fn replay(&self, candidate: &Candidate) -> Result<Outcome, Stop> {
        let key = &candidate.key;
        let Some((attributes, body)) = self.objects.get(key).await? else { return self.gone(key).await };
        let contents = Contents::read(&attributes, &body).map_err(|error| Stop::failed(&error))?;
        let asks = contents.into_asks(self.cluster_arn).map_err(|error| Stop::failed(&error))?;
        // The object's bytes are in the events now.
        drop(body);
        let mut tally = Tally::default();
        for event in asks {
            let replayed = ask(self.function, event).await?.replayed;
            tally.delivered += replayed.delivered;
            tally.redelivered += replayed.redelivered;
            tally.ignored += replayed.ignored;
            tally.quarantined += replayed.quarantined;
            tally.still_bad.extend(replayed.still_bad.into_iter().map(|bad| {
                format!("{}@{}: {}: {}", bad.partition, bad.offset, bad.error_kind, bad.error_message)
            }));
        }
        if !tally.still_bad.is_empty() {
            return Ok(Outcome::StillBad(tally));
        }
        // Every record is durable now. First the copy, so that there is no moment without the object.
        if let Err(error) = self.objects.copy(key, &format!("{}{key}", self.done_prefix)).await {
            return match self.objects.exists(key).await {
                Ok(false) => self.gone(key).await,
                _ => Err(error.into()),
            };
        }
        self.objects.delete(key).await?;
        Ok(Outcome::Done(tally))
    }

    /// An object that was there a moment ago.
    async fn gone(&self, key: &str) -> Result<Outcome, Stop> {
        if self.objects.exists(&format!("{}{key}", self.done_prefix)).await? {
            return Ok(Outcome::MovedByAnother);
        }
        Err(Stop::Failed("it is gone, and does not stand under the done prefix either".to_owned()))
    }
}

/// A batch in the same lane that failed and may hold the same records, where records out of quarantine must not come
/// first: as data they would be missing in the batch's groups.
fn obstacle<'c>(candidate: &Candidate, failed: &'c [Candidate]) -> Option<&'c Candidate> {
    let is_obstacle = |other: &&Candidate| {
        candidate.kind == Kind::Quarantine && other.kind == Kind::OnFailure && overlap(candidate, other)
    };
    failed.iter().find(is_obstacle)
}

/// What the lanes have in common.
struct Course {
    summary: Mutex<Summary>,
    /// Why no event can succeed.
    dead_end: Mutex<Option<String>>,
}

impl Course {
    fn is_dead_end(&self) -> bool {
        lock(&self.dead_end).is_some()
    }

    fn note(&self, result: Result<Outcome, Stop>) -> Outcome {
        match result {
            Ok(outcome) => outcome,
            Err(Stop::Failed(reason)) => Outcome::Failed(reason),
            Err(Stop::OutOfTime) => Outcome::Left,
            Err(Stop::DeadEnd(reason)) => {
                lock(&self.dead_end).get_or_insert(reason);
                Outcome::Left
            }
        }
    }
}

/// Why an object was not replayed.
enum Stop {
    Failed(String),
    OutOfTime,
    /// No other object can be replayed either.
    DeadEnd(String),
}

impl Stop {
    fn failed(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Failed(chain(error).to_string())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::failed(&error)
    }
}

impl From<InvokeFailure> for Stop {
    fn from(failure: InvokeFailure) -> Self {
        match failure {
            InvokeFailure::Event(reason) => Self::Failed(reason),
            InvokeFailure::Function(reason) => Self::DeadEnd(reason),
            InvokeFailure::OutOfTime(_) => Self::OutOfTime,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
