//! A producer of transactions: some are aborted, some stay open for seconds, some are left behind by their producer.

use super::client::{CALL_TIMEOUT, Client, connect, send};
use super::record::Record;
use super::{PAUSE, Producer};
use rdkafka::error::KafkaError;
use rdkafka::producer::Producer as _;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

/// Longest time that a transaction is held open, so that kills find it so. What comes after it in its partitions
/// is hidden from readers until it ends.
const MAX_HOLD_MS: u64 = 2_000;

/// What a transaction is meant to come to.
#[derive(Debug, Clone, Copy)]
enum End {
    Commit,
    Abort,
    /// Its producer is gone; the next one of the same id has it aborted.
    Abandon,
}

/// What a transaction came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Committed,
    Aborted,
    /// The client cannot go on. Kafka aborts what it has not committed.
    Broken,
}

pub(super) fn run(producer: &mut Producer) {
    let mut number = 0;
    let mut committed = 0;
    let mut client = open(producer);
    while committed < producer.quota && !producer.is_stopped() {
        let records = producer.rng.u64(1..400).min(producer.quota - committed);
        if committed + records > producer.allowed() {
            thread::sleep(PAUSE);
            continue;
        }
        let end = match producer.rng.u32(0..20) {
            0 => End::Abandon,
            1..5 => End::Abort,
            _ => End::Commit,
        };
        match transact(producer, &client, (records, &mut number, end)) {
            Outcome::Committed => {
                committed += records;
                producer.shared.committed.fetch_add(records, Relaxed);
                producer.shared.committed_transactions.fetch_add(1, Relaxed);
            }
            Outcome::Aborted => count_aborted(producer, records),
            Outcome::Broken => {
                count_aborted(producer, records);
                drop(client);
                client = open(producer);
                producer.shared.new_clients.fetch_add(1, Relaxed);
            }
        }
    }
}

fn transact(
    producer: &mut Producer,
    client: &Client,
    (records, number, end): (u64, &mut u64, End),
) -> Outcome {
    if client.begin_transaction().is_err() {
        return Outcome::Broken;
    }
    for _ in 0..records {
        let record = Record::new(producer.kind, *number, &mut producer.rng);
        *number += 1;
        if send(client, &record).is_err() {
            return settle(client, End::Abort);
        }
    }
    if producer.rng.u32(0..8) == 0 {
        thread::sleep(Duration::from_millis(producer.rng.u64(0..MAX_HOLD_MS)));
    }
    if matches!(end, End::Abandon) {
        // So that there is something to abandon.
        let _ = client.flush(Duration::from_secs(2));
    }
    settle(client, end)
}

/// Ends a transaction, whatever it takes: while its coordinator is down, the call is made again.
fn settle(client: &Client, mut end: End) -> Outcome {
    let started = Instant::now();
    loop {
        let (result, outcome) = match end {
            End::Commit => (client.commit_transaction(CALL_TIMEOUT), Outcome::Committed),
            End::Abort => (client.abort_transaction(CALL_TIMEOUT), Outcome::Aborted),
            End::Abandon => return Outcome::Broken,
        };
        match result {
            Ok(()) => return outcome,
            Err(KafkaError::Transaction(error)) if error.txn_requires_abort() => end = End::Abort,
            Err(KafkaError::Transaction(error))
                if error.is_retriable() && started.elapsed() < 6 * CALL_TIMEOUT => {}
            Err(_) => return Outcome::Broken,
        }
    }
}

/// A client that has ended what the one before it has left open.
fn open(producer: &Producer) -> Client {
    loop {
        let client = connect(producer);
        match client.init_transactions(CALL_TIMEOUT) {
            Err(_) if !producer.is_stopped() => thread::sleep(PAUSE),
            _ => return client,
        }
    }
}

fn count_aborted(producer: &Producer, records: u64) {
    producer.shared.aborted_transactions.fetch_add(1, Relaxed);
    producer.shared.aborted_records.fetch_add(records, Relaxed);
}
