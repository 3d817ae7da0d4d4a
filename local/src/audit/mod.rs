//! The proof that nothing was lost: what stands in a bucket, offset by offset, next to what Kafka has.
//!
//! An [`Audit`] looks at every object's metadata once, in any order, and keeps sets of offsets and no objects. Only
//! where they show that something is wrong it looks a second time, for the names of the objects that show it.
//!
//! `names` reads keys, `object` tells what an object is, `ledger` keeps the offsets of a partition, `gaps` sorts
//! those that are missing, `cluster` is what Kafka says, `body` opens objects, and `report` is what comes out.

mod beginnings;
mod body;
mod cluster;
mod finding;
mod gaps;
mod inventory;
mod ledger;
mod names;
mod object;
mod question;
mod ranges;
mod report;
mod survey;
mod verdict;

pub use cluster::Cluster;
pub use finding::{Finding, FindingKind};
pub use inventory::Tally;
pub use names::{Names, TopicPartition};
pub use ranges::Ranges;
pub use report::{PartitionReport, Report, Verdict};
pub use survey::Depth;

use crate::kafka::KafkaError;
use delivery::StoreError;
use pipeline::s3::Bucket;
use survey::Survey;

/// What to audit, and how.
#[derive(Debug)]
pub struct Audit<'a> {
    /// The bucket.
    pub bucket: &'a Bucket,
    /// How its objects are called.
    pub names: &'a Names,
    /// Only objects under this prefix, and quarantine.
    pub prefix: &'a str,
    /// How many objects are looked at side by side.
    pub concurrency: usize,
    /// How closely.
    pub depth: Depth,
    /// What Kafka says, if it is asked.
    pub cluster: Option<&'a Cluster>,
    /// What became of tombstones.
    pub tombstones: Tombstones,
}

/// What becomes of tombstones: `behavior.on.null.values`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tombstones {
    /// They stand in objects, as data or in quarantine.
    Kept,
    /// They are left out.
    Ignored,
}

/// What an audit is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// One more object was looked at.
    Looked,
    /// A gap of this partition is read in Kafka.
    Reading(&'a TopicPartition),
    /// One more object was looked at again.
    LookedAgain,
}

/// An audit came to no end.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// S3 failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Kafka failed.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
}

impl Audit<'_> {
    /// Looks at everything.
    ///
    /// # Errors
    ///
    /// When S3 or Kafka cannot say what is there; what is wrong with what is there is in the report.
    pub async fn run(&self, progress: &(dyn Fn(Step<'_>) + Sync)) -> Result<Report, AuditError> {
        let survey =
            Survey::new(self.bucket, (self.names, self.prefix), (self.depth, self.concurrency), self.cluster);
        let inventory = survey.take(&|| progress(Step::Looked)).await?;
        let (questions, partitions, tally) = verdict::judge(self, inventory, progress).await?;
        let answers = survey.answer(&questions, &|| progress(Step::LookedAgain)).await?;
        let findings = questions.into_iter().zip(answers).map(|(question, answers)| question.settle(answers));
        Ok(Report::new(self, partitions, findings, tally))
    }
}
