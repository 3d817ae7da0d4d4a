//! The event's parser, next to base64 alone and to `serde_json` with `aws_lambda_events`.

use crate::{
    events,
    measure::{Variant, side_by_side},
    report::{Goal, Report},
};
use aws_lambda_events::event::kafka::KafkaEvent;
use base64_simd::STANDARD;
use serde::Deserialize;
use std::{collections::BTreeMap, hint::black_box, io};

/// What the parser's time should be, as ratios.
struct Goals {
    to_base64: Goal,
    to_kafka_event: Goal,
}

pub(crate) fn measure<W: io::Write>(rounds: u32, report: &mut Report<W>) -> anyhow::Result<()> {
    let goals = Goals { to_base64: Goal::AtMost(2.5), to_kafka_event: Goal::AtMost(0.15) };
    measure_event(rounds, "without headers", &events::tracking(), goals, report)?;
    // Headers are numbers, not base64: with them, base64 alone is no bound.
    let goals = Goals { to_base64: Goal::None, to_kafka_event: Goal::AtMost(0.20) };
    measure_event(rounds, "with headers", &events::tracking_with_headers(), goals, report)
}

fn measure_event<W: io::Write>(
    rounds: u32,
    kind: &str,
    event: &[u8],
    goals: Goals,
    report: &mut Report<W>,
) -> anyhow::Result<()> {
    let records = record::event::parse(event)?.len();
    report.title(format_args!("event parsing: {records} records {kind}, {} bytes", event.len()))?;

    let payloads = Payloads::of(event)?;
    let mut decoded = Vec::with_capacity(event.len());
    let [base64, ours, theirs] = side_by_side(
        rounds,
        [
            Variant::new("base64-simd alone, one buffer", || decode_base64(&payloads.all, &mut decoded)),
            Variant::new("landfall", || record::event::parse(event)),
            Variant::new("serde_json -> KafkaEvent + base64-simd", || kafka_event(event)),
        ],
    )?;
    for variant in [&base64, &ours, &theirs] {
        report.figure(variant, records, None)?;
    }
    report.ratio("landfall / base64-simd", ours.ratio_to(&base64), goals.to_base64)?;
    report.ratio("landfall / KafkaEvent", ours.ratio_to(&theirs), goals.to_kafka_event)?;
    Ok(())
}

/// The keys and values of an event, still in base64, where they stand in it.
pub(crate) struct Payloads<'e> {
    /// Keys and values in the event's order.
    pub(crate) all: Vec<&'e [u8]>,
    /// The values alone.
    pub(crate) values: Vec<&'e [u8]>,
}

impl<'e> Payloads<'e> {
    pub(crate) fn of(event: &'e [u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Event<'e> {
            #[serde(borrow)]
            records: BTreeMap<&'e str, Vec<Record<'e>>>,
        }
        #[derive(Deserialize)]
        struct Record<'e> {
            key: &'e str,
            value: &'e str,
        }
        let event: Event<'e> = serde_json::from_slice(event)?;
        let mut payloads = Self { all: Vec::new(), values: Vec::new() };
        for record in event.records.into_values().flatten() {
            payloads.all.extend([record.key.as_bytes(), record.value.as_bytes()]);
            payloads.values.push(record.value.as_bytes());
        }
        Ok(payloads)
    }
}

/// The least work there is: what payloads mean, in one buffer that is there already.
fn decode_base64(payloads: &[&[u8]], decoded: &mut Vec<u8>) {
    decoded.clear();
    for payload in payloads {
        STANDARD.decode_append(payload, decoded).expect("the event's base64 is right");
    }
}

/// The usual way: Lambda's own types, then base64 of each record.
fn kafka_event(event: &[u8]) {
    let event: KafkaEvent = serde_json::from_slice(event).expect("the event is right");
    for record in event.records.values().flatten() {
        for text in [&record.key, &record.value].into_iter().flatten() {
            black_box(STANDARD.decode_to_vec(text).expect("the event's base64 is right"));
        }
    }
    black_box(event);
}
