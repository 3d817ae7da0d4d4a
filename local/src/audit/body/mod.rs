//! Objects, opened: whether their rows are what their metadata says.

mod lines;
mod parquet;

use super::finding::{Finding, FindingKind};
use super::names::Kind;
use super::object::Claim;
use bytes::Bytes;
use pipeline::s3::Attributes;

/// What a body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Contents {
    /// How many rows.
    rows: u64,
    /// Why they are not those that the object says, if they are not.
    elsewhere: Option<String>,
}

/// Opens an object and says what is wrong with it.
///
/// Blocks for as long as it takes to read it.
pub(super) fn inspect(claim: &Claim, attributes: &Attributes, body: &Bytes) -> Vec<Finding> {
    let finding = |kind| {
        let offsets = claim.coverage.offsets().collect();
        Finding::of_object(kind, Some(claim.place()), &claim.key, offsets)
    };
    let contents = match (claim.kind, is_parquet(claim, attributes)) {
        (Kind::Data, true) => parquet::read(claim, body),
        (Kind::Data, false) => lines::read(attributes, body),
        (Kind::Quarantine, _) => lines::read_quarantine(claim, attributes, body),
    };
    let Contents { rows, elsewhere } = match contents {
        Ok(contents) => contents,
        Err(reason) => return vec![finding(FindingKind::Unreadable).because(reason)],
    };
    let expected = if claim.is_marker() { 0 } else { claim.coverage.count() };
    let mut findings = Vec::new();
    if rows != expected {
        let counts = format_args!("{rows} instead of {expected}");
        findings.push(finding(FindingKind::RowsDiffer).because(counts));
    }
    findings.extend(elsewhere.map(|reason| finding(FindingKind::RowsElsewhere).because(reason)));
    findings
}

/// Objects may end as their template says, so that the end of a key need not tell the format.
fn is_parquet(claim: &Claim, attributes: &Attributes) -> bool {
    match attributes.content_type.as_deref() {
        Some("application/vnd.apache.parquet") => true,
        Some("application/x-ndjson") => false,
        _ => claim.key.ends_with(".parquet"),
    }
}

#[cfg(test)]
mod tests;
