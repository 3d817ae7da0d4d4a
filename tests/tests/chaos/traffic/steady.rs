//! A producer without transactions: it sends until all of its quota is acknowledged.

use super::client::{Client, connect, is_broken, send};
use super::record::Record;
use super::{PAUSE, Producer};
use rdkafka::producer::Producer as _;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

pub(super) fn run(producer: &mut Producer) {
    let mut number = 0;
    let mut acknowledged = 0;
    let mut client = connect(producer);
    while acknowledged < producer.quota && !producer.is_stopped() {
        acknowledged += run_client(producer, &client, (acknowledged, &mut number));
        if is_broken(&client) {
            producer.shared.new_clients.fetch_add(1, Relaxed);
            client = connect(producer);
        }
    }
}

/// Sends through one client until the quota is acknowledged or the client is broken; gives what was acknowledged.
fn run_client(producer: &mut Producer, client: &Client, (before, number): (u64, &mut u64)) -> u64 {
    let mut sent = 0;
    let mut told = 0;
    loop {
        let deliveries = client.client().context();
        let acknowledged = deliveries.acknowledged.load(Relaxed);
        let failed = deliveries.failed.load(Relaxed);
        producer.shared.committed.fetch_add(acknowledged - told, Relaxed);
        told = acknowledged;
        if before + acknowledged >= producer.quota || is_broken(client) || producer.is_stopped() {
            return acknowledged;
        }
        let room = producer.allowed().saturating_sub(before + sent - failed);
        for _ in 0..room.min(producer.chunk) {
            let record = Record::new(producer.kind, *number, &mut producer.rng);
            *number += 1;
            if send(client, &record).is_err() {
                break;
            }
            sent += 1;
        }
        thread::sleep(PAUSE);
    }
}
