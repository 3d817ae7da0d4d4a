//! What it costs to bring a topic to S3, by landfall and by others.
//!
//! Arithmetic over a [`Workload`] and [`Prices`], and nothing else: what a batch is, how many there are, and what
//! each of them costs.
//! Left out, because it is the same for all or depends on what is not asked: brokers, their storage and the traffic
//! between zones, the monthly price of KMS keys, alarms, free tiers and discounts.

mod batches;
mod figure;
mod offer;
mod peers;
mod prices;
mod sink;
#[cfg(test)]
mod tests;
mod workload;

pub use batches::{Batches, Limit};
pub use figure::{Figure, Name, Standing};
pub use offer::{Item, Offer, Offerer};
pub use prices::{PriceError, PriceList, Prices};
pub use workload::{Draft, Format, Function, Mode, Network, Problem, Workload, WorkloadError};

/// Hours of a month, as AWS's price pages reckon.
pub const HOURS_PER_MONTH: f64 = 730.0;

const SECONDS_PER_MONTH: f64 = HOURS_PER_MONTH * 3600.0;
const GB: f64 = 1e9;
const TB: f64 = 1e12;

/// Says what everyone would take for a workload: landfall in both modes first, then the others.
pub fn compare(workload: &Workload, prices: &Prices) -> Vec<Offer> {
    let landfall = [Mode::OnDemand, Mode::Provisioned].map(|mode| sink::offer(workload, mode, prices));
    landfall.into_iter().chain(peers::offers(workload, prices)).collect()
}
