//! What people and machines read of a replay.

use crate::command::terminal::{count, say};
use pipeline::replay::{Candidate, Extent, Outcome, Summary, Survey};
use serde_json::{Value, json};
use std::io;

/// How many records that are still bad are named of an object, where people read it.
const NAMED: usize = 10;

/// Writes what is planned, and what was done.
pub(crate) struct Rows<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) prefix: &'a str,
    pub(crate) is_json: bool,
}

/// What became of an object.
pub(crate) struct Told {
    pub(crate) key: String,
    pub(crate) outcome: Outcome,
}

impl Rows<'_> {
    /// What would be done.
    pub(crate) fn plan(&self, survey: &Survey) -> io::Result<()> {
        if self.is_json {
            let objects: Vec<Value> = survey.candidates.iter().map(candidate_json).collect();
            return say(format_args!("{:#}", self.document(survey, false, objects)));
        }
        for candidate in &survey.candidates {
            say(row(candidate))?;
        }
        self.unreadable(survey)?;
        say(format_args!(
            "{} with {} would be replayed{}. Nothing was done: --execute does it.",
            objects(survey.candidates.len() as u64),
            records(survey.candidates.iter().map(Candidate::records).sum()),
            markers(survey)
        ))
    }

    /// What was done; the single objects have been told where people read it.
    pub(crate) fn done(&self, survey: &Survey, told: &[Told], summary: &Summary) -> io::Result<()> {
        if self.is_json {
            let objects = survey.candidates.iter().map(|candidate| {
                let mut object = candidate_json(candidate);
                if let Some(told) = told.iter().find(|told| told.key == candidate.key) {
                    object["outcome"] = outcome_json(&told.outcome);
                }
                object
            });
            let mut document = self.document(survey, true, objects.collect());
            let Summary { done, still_bad, failed, moved_by_another, records, .. } = summary;
            document["totals"] = json!({
                "done": done,
                "stillBad": still_bad,
                "failed": failed,
                "movedByAnother": moved_by_another,
                "unreadable": survey.unreadable.len(),
                "recordsDelivered": records.delivered,
                "recordsRedelivered": records.redelivered,
                "recordsIgnored": records.ignored,
                "recordsQuarantined": records.quarantined,
                "recordsStillBad": records.still_bad.len(),
            });
            return say(format_args!("{document:#}"));
        }
        self.unreadable(survey)?;
        let Summary { done, records: tally, .. } = summary;
        let mut parts = vec![format!("{} delivered", records(tally.delivered))];
        for (number, what) in [
            (tally.redelivered, "found delivered"),
            (tally.ignored, "skipped by setting"),
            (tally.quarantined, "put into quarantine"),
            (tally.still_bad.len() as u64, "still bad"),
        ] {
            if number > 0 {
                parts.push(format!("{} {what}", count(number)));
            }
        }
        say(format_args!(
            "{} of {} done{}: {}",
            count(*done),
            objects(survey.candidates.len() as u64),
            markers(survey),
            parts.join(", ")
        ))
    }

    fn unreadable(&self, survey: &Survey) -> io::Result<()> {
        survey
            .unreadable
            .iter()
            .try_for_each(|object| say(format_args!("unreadable  {}: {}", object.key, object.reason)))
    }

    fn document(&self, survey: &Survey, is_executed: bool, objects: Vec<Value>) -> Value {
        let unreadable: Vec<Value> = survey
            .unreadable
            .iter()
            .map(|object| json!({ "object": object.key, "reason": object.reason }))
            .collect();
        json!({
            "bucket": self.bucket,
            "prefix": self.prefix,
            "executed": is_executed,
            "objects": objects,
            "unreadable": unreadable,
            "markers": survey.markers,
            "limited": survey.is_limited,
        })
    }
}

/// An object as it is: kind, key, records by topic-partition, reason.
fn row(candidate: &Candidate) -> String {
    let Candidate { key, kind, extents, reason } = candidate;
    let extents: Vec<String> = extents.iter().map(extent).collect();
    format!("{kind:10}  {key}: {} ({}): {reason}", records(candidate.records()), extents.join(", "))
}

/// The lines of an object whose fate is known.
pub(crate) fn outcome(candidate: &Candidate, outcome: &Outcome) -> Vec<String> {
    let key = &candidate.key;
    match outcome {
        Outcome::Done(tally) if tally.quarantined > 0 => vec![format!(
            "done        {key}: {}, {} of them in quarantine",
            records(candidate.records()),
            count(tally.quarantined)
        )],
        Outcome::Done(_) => vec![format!("done        {key}: {}", records(candidate.records()))],
        Outcome::StillBad(tally) => {
            let bad = &tally.still_bad;
            let head = format!("still bad   {key}: {} of {}", count(bad.len()), records(candidate.records()));
            let more =
                (bad.len() > NAMED).then(|| format!("            … {} more", count(bad.len() - NAMED)));
            let named = bad.iter().take(NAMED).map(|bad| format!("            {bad}"));
            std::iter::once(head).chain(named).chain(more).collect()
        }
        Outcome::Failed(reason) => vec![format!("failed      {key}: {reason}")],
        Outcome::Waits(other) => {
            vec![format!("waits       {key}: for {other}, which may hold the same records")]
        }
        Outcome::MovedByAnother => vec![format!("moved       {key}: by another replay")],
        Outcome::Left => vec![format!("left        {key}")],
    }
}

/// `orders-0@5..9`
fn extent(Extent { topic, partition, first, last, .. }: &Extent) -> String {
    if first == last {
        format!("{topic}-{partition}@{first}")
    } else {
        format!("{topic}-{partition}@{first}..{last}")
    }
}

fn candidate_json(candidate: &Candidate) -> Value {
    let partitions: Vec<Value> = candidate
        .extents
        .iter()
        .map(|Extent { topic, partition, first, last, records }| {
            json!({ "topic": topic, "partition": partition, "first": first, "last": last, "records": records })
        })
        .collect();
    json!({
        "object": candidate.key,
        "kind": candidate.kind.to_string(),
        "partitions": partitions,
        "records": candidate.records(),
        "reason": candidate.reason,
    })
}

fn outcome_json(outcome: &Outcome) -> Value {
    let tally = |name: &str, tally: &pipeline::replay::Tally| {
        json!({
            "state": name,
            "delivered": tally.delivered,
            "redelivered": tally.redelivered,
            "ignored": tally.ignored,
            "quarantined": tally.quarantined,
            "stillBad": tally.still_bad,
        })
    };
    match outcome {
        Outcome::Done(records) => tally("done", records),
        Outcome::StillBad(records) => tally("stillBad", records),
        Outcome::Failed(reason) => json!({ "state": "failed", "reason": reason }),
        Outcome::Waits(other) => json!({ "state": "waits", "for": other }),
        Outcome::MovedByAnother => json!({ "state": "movedByAnother" }),
        Outcome::Left => json!({ "state": "left" }),
    }
}

fn markers(survey: &Survey) -> String {
    match survey.markers {
        0 => String::new(),
        1 => " (beside 1 marker, which holds nothing)".to_owned(),
        markers => format!(" (beside {} markers, which hold nothing)", count(markers)),
    }
}

fn objects(number: u64) -> String {
    if number == 1 { "1 object".to_owned() } else { format!("{} objects", count(number)) }
}

fn records(number: u64) -> String {
    if number == 1 { "1 record".to_owned() } else { format!("{} records", count(number)) }
}
