//! All pollers of a mapping: they begin, end, die and are started again.

use super::board::{Board, Status};
use super::error::PollError;
use super::flight::backoff;
use super::invoke::{Deploy, Invoke};
use super::mapping::Mapping;
use super::notice::{Notice, Summary};
use super::poller::Poller;
use super::polling::Polling;
use super::scaling::{Look, Scaling, Step, least};
use crate::kafka::{Consumer, KafkaError};
use futures_util::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::oneshot;

/// How often it is looked whether there should be more pollers, or less. Lambda looks every minute.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How often a poller that has worked is started again in vain while no other works. A topic that is gone is told
/// by this from one that brokers which are just starting do not know yet.
const RESTARTS_IN_VAIN: u32 = 6;

/// Polls with a function that runs already, until `stop` ends or, if the mapping says so, until the function has
/// all records. See [`Polling::run`].
///
/// # Errors
///
/// As [`Polling::run`].
pub async fn run<I: Invoke>(
    mapping: &Mapping,
    function: &I,
    watch: &(dyn Fn(Notice<'_>) + Sync),
    stop: impl Future<Output = ()>,
) -> Result<Summary, PollError> {
    let functions = &function;
    Polling { mapping, functions, destination: None, watch, seed: 0 }.run(stop).await
}

impl<D: Deploy> Polling<'_, D> {
    /// Polls until `stop` ends or, if the mapping says so, until the function has all records.
    ///
    /// When `stop` ends, the invocations in flight are waited for and what they did is committed. A poller that
    /// dies is started again while others go on.
    ///
    /// # Errors
    ///
    /// When Kafka cannot be read or the function does not start, at the beginning or for good; and when a record
    /// fits no event and there is no on-failure destination.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<Summary, PollError> {
        let board = Board::default();
        let mut fleet = Fleet {
            polling: self,
            board: &board,
            running: FuturesUnordered::new(),
            stops: BTreeMap::new(),
            begun: 0,
            has_worked: false,
            fate: None,
        };
        fleet.run(stop).await?;
        let summary = *board.summary();
        Ok(summary)
    }
}

struct Fleet<'p, D> {
    polling: &'p Polling<'p, D>,
    board: &'p Board,
    running: FuturesUnordered<Pin<Box<dyn Future<Output = Exit> + Send + 'p>>>,
    /// By poller that was not told to stop.
    stops: BTreeMap<u32, oneshot::Sender<()>>,
    /// How many pollers there were.
    begun: u32,
    /// Whether any of them ever had a function and a place in the group.
    has_worked: bool,
    /// Set when no new poller begins: all are to end, and how it ends then.
    fate: Option<Result<(), PollError>>,
}

/// How a poller ended.
struct Exit {
    poller: u32,
    /// Whether it had a function and a place in the group.
    was_up: bool,
    /// How often in a row it was started again.
    restarts: u32,
    result: Result<(), PollError>,
}

impl<'p, D: Deploy + 'p> Fleet<'p, D> {
    async fn run(&mut self, stop: impl Future<Output = ()>) -> Result<(), PollError> {
        let mut stop = pin!(stop);
        let mut scaling = Scaling::default();
        let mut look = tokio::time::interval(LOOK_EVERY);
        self.begin(0);
        while let Some(exit) = tokio::select! {
            biased;
            () = &mut stop, if self.fate.is_none() => { self.end(Ok(())); Some(None) }
            exit = self.running.next() => exit.map(Some),
            () = self.board.changed() => { self.take_stock(); Some(None) }
            _ = look.tick() => { self.scale(&mut scaling); Some(None) }
        } {
            if let Some(exit) = exit {
                self.after(exit);
            }
        }
        self.fate.take().unwrap_or(Ok(()))
    }

    fn begin(&mut self, restarts: u32) {
        let poller = self.begun;
        self.begun += 1;
        let (sender, stop) = oneshot::channel();
        self.stops.insert(poller, sender);
        self.running.push(Box::pin(work(self.polling, self.board, Start { poller, restarts, stop })));
        if restarts == 0 {
            (self.polling.watch)(Notice::PollerStarted(self.stops.len()));
        }
    }

    /// Lets all pollers end.
    fn end(&mut self, fate: Result<(), PollError>) {
        self.fate.get_or_insert(fate);
        for (_, stop) in std::mem::take(&mut self.stops) {
            // One that is just ending needs no telling.
            let _ = stop.send(());
        }
    }

    /// A poller has said how far it is.
    fn take_stock(&mut self) {
        if self.fate.is_some() {
            return;
        }
        let partitions = self.board.partitions();
        self.has_worked |= partitions > 0;
        if partitions > 0 && self.stops.len() < least(self.polling.mapping.pollers, partitions) {
            self.begin(0);
        } else if self.polling.mapping.until_caught_up && self.board.are_caught_up(self.running.len()) {
            self.end(Ok(()));
        }
    }

    fn scale(&mut self, scaling: &mut Scaling) {
        if self.fate.is_some() {
            return;
        }
        let mapping = self.polling.mapping;
        let look = Look {
            running: self.stops.len(),
            partitions: self.board.partitions(),
            lag: self.board.lag(),
            batch_size: mapping.limits().records,
        };
        match scaling.step(mapping.pollers, look) {
            Step::Start => self.begin(0),
            // Its partitions would be nobody's for a while, and who wants to end then is to wait for them.
            Step::Stop if !mapping.until_caught_up => {
                if let Some((_, stop)) = self.stops.pop_last() {
                    let _ = stop.send(());
                    (self.polling.watch)(Notice::PollerStopped(self.stops.len()));
                }
            }
            Step::Stop | Step::Stay => {}
        }
    }

    /// A poller has ended, by itself or because it was told to.
    fn after(&mut self, exit: Exit) {
        self.stops.remove(&exit.poller);
        let Err(error) = exit.result else { return };
        self.has_worked |= exit.was_up;
        if self.fate.is_some() {
            // What was to be done was done, or will be by who comes next.
            tracing::warn!(error = %pipeline::chain(&error), "a poller died while it was to stop");
            return;
        }
        if self.is_end(&error, exit.was_up, exit.restarts) {
            return self.end(Err(error));
        }
        let restarts = if exit.was_up { 1 } else { exit.restarts + 1 };
        (self.polling.watch)(Notice::PollerDied { error: &error, restart_in: backoff(restarts) });
        self.begin(restarts);
    }

    /// Whether the error of one poller ends them all.
    fn is_end(&self, error: &PollError, was_up: bool, restarts: u32) -> bool {
        let is_in_vain = match error {
            PollError::TooLarge(_) => return true,
            // Brokers that were there come back.
            PollError::Kafka(KafkaError::Unreachable { .. }) => !self.has_worked,
            PollError::Kafka(_) | PollError::Function(_) | PollError::Panicked { .. } => {
                !self.has_worked || restarts >= RESTARTS_IN_VAIN
            }
        };
        is_in_vain && !was_up && self.board.is_empty()
    }
}

struct Start {
    poller: u32,
    restarts: u32,
    stop: oneshot::Receiver<()>,
}

/// One poller's life.
async fn work<D: Deploy>(polling: &Polling<'_, D>, board: &Board, start: Start) -> Exit {
    let Start { poller, restarts, mut stop } = start;
    let is_up = AtomicBool::new(false);
    let life = async {
        if restarts > 0 {
            tokio::select! {
                _ = &mut stop => return Ok(()),
                () = tokio::time::sleep(backoff(restarts)) => {}
            }
        }
        let environment = polling.functions.start().await?;
        let result =
            poll(polling, board, (poller, &environment), &is_up, async { stop.await.unwrap_or(()) }).await;
        polling.functions.stop(environment).await;
        result
    };
    let result = AssertUnwindSafe(life).catch_unwind().await;
    board.remove(poller);
    let result = result.unwrap_or_else(|panic| Err(PollError::Panicked { message: words(&*panic) }));
    Exit { poller, was_up: is_up.load(Relaxed), restarts, result }
}

async fn poll<D: Deploy>(
    polling: &Polling<'_, D>,
    board: &Board,
    (number, environment): (u32, &D::Environment),
    is_up: &AtomicBool,
    stop: impl Future<Output = ()>,
) -> Result<(), PollError> {
    let mut consumer = Consumer::subscribe(&polling.mapping.consumer()).await?;
    is_up.store(true, Relaxed);
    board.post(number, Status { partitions: consumer.partitions(), ..Status::default() });
    let mut poller = Poller::new(polling, board, environment, number);
    let result = poller.poll(&mut consumer, stop).await;
    drop(poller);
    consumer.leave().await;
    result
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
}
