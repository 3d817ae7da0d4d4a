//! Estimates and figures for programs.

use super::Estimate;
use crate::command::terminal::say;
use local::cost::{Offer, Prices};
use serde_json::{Value, json};

/// Writes every estimate, and the numbers that they rest on.
pub(super) fn write(estimates: &[Estimate], prices: &Prices) -> anyhow::Result<()> {
    let estimates: Vec<Value> = estimates.iter().map(|estimate| to_json(estimate, prices)).collect();
    let document = json!({ "region": prices.region(), "estimates": estimates, "figures": figures(prices) });
    say(serde_json::to_string_pretty(&document)?)?;
    Ok(())
}

/// Writes the numbers alone.
pub(super) fn write_figures(prices: &Prices) -> anyhow::Result<()> {
    say(serde_json::to_string_pretty(&figures(prices))?)?;
    Ok(())
}

fn to_json(Estimate { workload, offers }: &Estimate, prices: &Prices) -> Value {
    json!({
        "recordsPerSecond": workload.draft().records_per_second,
        "megabytesPerSecond": workload.megabytes_per_second(),
        "batches": workload.batches(prices),
        "offers": offers.iter().map(|offer| offer_to_json(offer, prices)).collect::<Vec<_>>(),
    })
}

fn offer_to_json(offer: &Offer, prices: &Prices) -> Value {
    json!({
        "offerer": offer.offerer,
        "usdPerMonth": offer.usd_per_month(),
        "usdPerTerabyte": offer.usd_per_terabyte(),
        "fixedUsdPerMonth": offer.fixed_usd_per_month(),
        "isDoubtful": offer.is_doubtful(prices),
        "objectsPerMonth": offer.objects_per_month,
        "objectBytes": offer.object_bytes,
        "items": offer.items,
        "notes": offer.notes,
    })
}

fn figures(prices: &Prices) -> Vec<Value> {
    prices
        .figures()
        .map(|figure| {
            json!({
                "name": figure.name,
                "region": figure.region,
                "isBorrowed": prices.is_borrowed(figure.name),
                "value": figure.value,
                "isPrice": figure.is_price,
                "per": figure.per,
                "standing": figure.standing,
                "date": figure.date,
                "source": figure.source,
            })
        })
        .collect()
}
