//! What landfall costs.

use super::{
    GB, HOURS_PER_MONTH, Item, Mode, Name, Network, Offer, Offerer, Prices, SECONDS_PER_MONTH, Workload,
};

/// Interface endpoints that an on-demand mapping needs: lambda and sts.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html>
const ENDPOINTS: f64 = 2.0;

/// What landfall costs in one of the modes.
pub(super) fn offer(workload: &Workload, mode: Mode, prices: &Prices) -> Offer {
    let draft = workload.draft();
    let batches = workload.batches(prices);
    let offerer = match mode {
        Mode::OnDemand => Offerer::LandfallOnDemand,
        Mode::Provisioned => Offerer::LandfallProvisioned,
    };
    let mut offer = Offer::new(offerer, workload, batches.per_second * batches.objects);

    let again = draft.redelivered_per_mille / 1e3;
    let invocations = batches.per_second * SECONDS_PER_MONTH * (1.0 + again);
    let gb_seconds = invocations * batches.seconds * f64::from(draft.function.memory_megabytes) / 1024.0;
    offer.items.push(Item::new("invocations", (invocations, "requests"), Name::LambdaRequest, prices));
    let compute = Item::new("compute", (gb_seconds, "GB-seconds"), Name::LambdaGbSecond, prices);
    offer.items.push(compute.resting_on(&workload.duration_rests_on));
    offer.store(1.0, workload, prices);
    if again > 0.0 {
        // A PUT that is answered by 412 is paid like any other, and a HEAD follows it.
        let objects = offer.objects_per_month * again;
        offer.items.push(Item::new("PUTs that come again", (objects, "requests"), Name::S3Put, prices));
        offer.items.push(Item::new("HEADs", (objects, "requests"), Name::S3Head, prices));
    }
    let logs = invocations * prices.get(Name::LogBytesPerInvocation) / GB;
    let logs = Item::new("logs", (logs, "GB"), Name::LogsGb, prices);
    offer.items.push(logs.resting_on(&[Name::LogBytesPerInvocation]));
    let metrics = Item::new("metrics", (prices.get(Name::Metrics), "metrics"), Name::MetricMonth, prices);
    offer.items.push(metrics.resting_on(&[Name::Metrics]).fixed());

    match mode {
        Mode::OnDemand => offer.items.extend(network(workload, prices)),
        Mode::Provisioned => offer.items.push(pollers(workload, prices)),
    }
    offer.notes = notes(workload, prices);
    offer
}

/// What event poller units cost: as many as hold the pollers, and as the bytes need.
fn pollers(workload: &Workload, prices: &Prices) -> Item {
    let by_pollers = workload.pollers() / prices.get(Name::EventPollerUnitPollers);
    let by_bytes = workload.megabytes_per_second() / prices.get(Name::EventPollerUnitMegabytesPerSecond);
    let units = by_pollers.max(by_bytes).ceil() / f64::from(workload.draft().poller_group_size);
    let hours = (units * HOURS_PER_MONTH, "unit-hours");
    Item::new("event poller units", hours, Name::LambdaEventPollerUnitHour, prices).fixed().resting_on(&[
        Name::PollerMegabytesPerSecond,
        Name::EventPollerUnitPollers,
        Name::EventPollerUnitMegabytesPerSecond,
    ])
}

/// What the way from the cluster's VPC to Lambda costs.
fn network(workload: &Workload, prices: &Prices) -> Vec<Item> {
    let draft = workload.draft();
    let zone_hours = f64::from(draft.zones) * HOURS_PER_MONTH;
    let event_bytes = draft.records_per_second * SECONDS_PER_MONTH * workload.event_bytes_per_record(prices);
    let gigabytes = event_bytes * prices.get(Name::EventShareThroughNetwork) / GB;
    let (hours, hour, gb, [standing, passing]) = match draft.network {
        Network::Endpoints => (
            ENDPOINTS * zone_hours,
            Name::InterfaceEndpointHour,
            Name::InterfaceEndpointGb,
            ["endpoints for lambda and sts", "events through the endpoint"],
        ),
        Network::Nat => {
            (zone_hours, Name::NatGatewayHour, Name::NatGatewayGb, ["NAT gateways", "events through NAT"])
        }
        Network::None => return Vec::new(),
    };
    let passing = Item::new(passing, (gigabytes, "GB"), gb, prices);
    vec![
        Item::new(standing, (hours, "hours"), hour, prices).fixed(),
        passing.resting_on(&[Name::EventRecordBytes, Name::EventShareThroughNetwork]),
    ]
}

/// Where the rate is more than the mapping may be able to take.
fn notes(workload: &Workload, prices: &Prices) -> Vec<String> {
    let batches = workload.batches(prices);
    let mut notes = Vec::new();
    let per_poller = workload.megabytes_per_second() / workload.pollers();
    let most = prices.get(Name::PollerMegabytesPerSecond);
    if per_poller > most {
        notes.push(format!(
            "each of {} pollers would have to take {per_poller:.1} MB/s, and takes {most:.0}: more partitions or pollers are needed",
            workload.pollers()
        ));
    }
    // One batch of a partition is under way at a time.
    let partitions = f64::from(workload.draft().partitions);
    if batches.concurrency > partitions {
        notes.push(format!(
            "{:.1} invocations would have to run at once, and {partitions} partitions allow one each: the mapping falls behind",
            batches.concurrency
        ));
    }
    notes
}
