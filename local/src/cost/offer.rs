//! What somebody takes for a workload.

use super::{Name, Prices, SECONDS_PER_MONTH, TB, Workload};
use serde::Serialize;

/// Who does the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offerer {
    /// landfall, behind a mapping in on-demand mode.
    LandfallOnDemand,
    /// landfall, behind a mapping in provisioned mode.
    LandfallProvisioned,
    /// The Confluent S3 sink on MSK Connect.
    MskConnect,
    /// Amazon Data Firehose with MSK as its source.
    Firehose,
    /// MSK data delivery (`AWS::MSK::Channel`).
    MskDelivery,
    /// The managed S3 sink of Confluent Cloud.
    ConfluentCloud,
}

/// What somebody takes for a workload, item by item.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Who does the work.
    pub offerer: Offerer,
    /// What is paid for.
    pub items: Vec<Item>,
    /// Objects that are written in a month.
    pub objects_per_month: f64,
    /// Bytes of an object in S3.
    pub object_bytes: f64,
    /// Bytes of values in a month.
    pub(super) bytes_per_month: f64,
    /// What one has to know to compare it.
    pub notes: Vec<String>,
}

/// Something that is paid for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// What it is.
    pub what: &'static str,
    /// How much of it is taken in a month.
    pub quantity: f64,
    /// What it is counted in.
    pub unit: &'static str,
    /// US dollars in a month.
    pub usd_per_month: f64,
    /// Whether it is to be paid when nothing arrives, too.
    pub is_fixed: bool,
    /// The numbers that it rests on.
    pub rests_on: Vec<Name>,
}

impl Item {
    /// So much of what has a price.
    pub(super) fn new(
        what: &'static str,
        (quantity, unit): (f64, &'static str),
        price: Name,
        prices: &Prices,
    ) -> Self {
        let usd_per_month = quantity * prices.get(price);
        Self { what, quantity, unit, usd_per_month, is_fixed: false, rests_on: vec![price] }
    }

    /// It is to be paid when nothing arrives, too.
    pub(super) fn fixed(self) -> Self {
        Self { is_fixed: true, ..self }
    }

    /// It rests on these as well.
    pub(super) fn resting_on(mut self, names: &[Name]) -> Self {
        self.rests_on.extend(names);
        self
    }

    /// Whether somebody should check a number of it first.
    pub fn is_doubtful(&self, prices: &Prices) -> bool {
        self.rests_on.iter().any(|name| prices.figure(*name).is_doubtful())
    }
}

impl Offer {
    /// Starts an offer; objects are `per_second` in a second, of so many bytes in S3 together as the workload has.
    pub(super) fn new(offerer: Offerer, workload: &Workload, objects_per_second: f64) -> Self {
        let objects_per_month = objects_per_second * SECONDS_PER_MONTH;
        let bytes_per_month = workload.bytes_per_month();
        let object_bytes = bytes_per_month / workload.compression_ratio() / objects_per_month;
        Self {
            offerer,
            items: Vec::new(),
            objects_per_month,
            object_bytes,
            bytes_per_month,
            notes: Vec::new(),
        }
    }

    /// US dollars in a month.
    pub fn usd_per_month(&self) -> f64 {
        self.items.iter().map(|item| item.usd_per_month).sum()
    }

    /// US dollars in a month when nothing arrives.
    pub fn fixed_usd_per_month(&self) -> f64 {
        self.items.iter().filter(|item| item.is_fixed).map(|item| item.usd_per_month).sum()
    }

    /// US dollars for 10¹² bytes of values.
    pub fn usd_per_terabyte(&self) -> f64 {
        self.usd_per_month() / self.bytes_per_month * TB
    }

    /// Whether a number that somebody should check first makes up more than a twentieth of it.
    pub fn is_doubtful(&self, prices: &Prices) -> bool {
        let doubtful: f64 =
            self.items.iter().filter(|item| item.is_doubtful(prices)).map(|item| item.usd_per_month).sum();
        doubtful > self.usd_per_month() / 20.0
    }

    /// Adds what S3 and KMS take for the objects, each of them in so many requests.
    pub(super) fn store(&mut self, requests_per_object: f64, workload: &Workload, prices: &Prices) {
        let objects = self.objects_per_month;
        self.items.push(Item::new("PUTs", (objects * requests_per_object, "requests"), Name::S3Put, prices));
        let kms = objects * prices.get(Name::KmsRequestsPerPut);
        let kms = Item::new("KMS with a bucket key", (kms, "requests"), Name::KmsRequest, prices);
        self.items.push(kms.resting_on(&[Name::KmsRequestsPerPut]));
        let kept = self.object_bytes * objects * workload.draft().months_kept / super::GB;
        if kept > 0.0 {
            self.items.push(Item::new("storage", (kept, "GB-months"), Name::S3GbMonth, prices));
        }
    }
}
