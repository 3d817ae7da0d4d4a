//! Estimates for people, and for READMEs.

use super::{Estimate, Mode};
use crate::command::terminal::{count, say};
use local::cost::{Item, Limit, Offer, Offerer, Prices, Standing};
use std::collections::BTreeSet;

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In columns, for a terminal.
    Columns,
    /// As Markdown.
    Markdown,
}

/// Writes what everyone takes, at every rate; and, for people, what landfall's amount is made of.
pub(super) fn write(
    estimates: &[Estimate],
    mode: Option<Mode>,
    prices: &Prices,
    style: Style,
) -> anyhow::Result<()> {
    let mut rows = vec![header(estimates)];
    for (index, offer) in first(estimates).offers.iter().enumerate() {
        let cells = estimates.iter().map(|estimate| cell(&estimate.offers[index], prices));
        rows.push([name(offer.offerer).to_owned()].into_iter().chain(cells).collect());
    }
    draw(&rows, style)?;
    if style == Style::Columns {
        for estimate in estimates {
            say("")?;
            explain(estimate, mode, prices)?;
        }
    }
    say("")?;
    for sentence in footnotes(estimates, prices, style) {
        say(sentence)?;
    }
    Ok(())
}

fn first(estimates: &[Estimate]) -> &Estimate {
    estimates.first().expect("there is one rate at least")
}

fn header(estimates: &[Estimate]) -> Vec<String> {
    let rates = estimates.iter().map(|Estimate { workload, .. }| {
        let megabytes = workload.megabytes_per_second();
        format!("{} MB/s: $/month ($/TB)", short(megabytes))
    });
    ["".to_owned()].into_iter().chain(rates).collect()
}

fn cell(offer: &Offer, prices: &Prices) -> String {
    let doubt = if offer.is_doubtful(prices) { "?" } else { "" };
    format!("{}{doubt} ({})", dollars(offer.usd_per_month()), dollars(offer.usd_per_terabyte()))
}

/// What an estimate rests on: the batches, and landfall's items.
fn explain(estimate: &Estimate, mode: Option<Mode>, prices: &Prices) -> anyhow::Result<()> {
    let Estimate { workload, offers } = estimate;
    let batches = workload.batches(prices);
    let limit = match batches.limit {
        Limit::BatchSize => "BatchSize ends it",
        Limit::Payload => "6 MB of event JSON end it",
        Limit::Window => "the window ends it",
    };
    say(format_args!(
        "At {} MB/s ({} records/s), a batch has {} records ({limit}), becomes {} objects and takes {:.0} ms.",
        short(workload.megabytes_per_second()),
        short(workload.draft().records_per_second),
        short(batches.records),
        short(batches.objects),
        batches.seconds * 1e3,
    ))?;
    let offer = shown(offers, mode);
    say(format_args!("{}:", name(offer.offerer)))?;
    let mut rows = Vec::new();
    for item in &offer.items {
        let Item { what, quantity, unit, usd_per_month, is_fixed, .. } = item;
        let doubt = if item.is_doubtful(prices) { "?" } else { "" };
        let fixed = if *is_fixed { "also when nothing arrives" } else { "" };
        rows.push(vec![
            format!("  {what}"),
            format!("{} {unit}", short(*quantity)),
            format!("{}{doubt}", dollars(*usd_per_month)),
            fixed.to_owned(),
        ]);
    }
    rows.push(vec!["  together".to_owned(), String::new(), dollars(offer.usd_per_month()), String::new()]);
    draw(&rows, Style::Columns)?;
    for note in &offer.notes {
        say(format_args!("  Note: {note}."))?;
    }
    Ok(())
}

fn shown(offers: &[Offer], mode: Option<Mode>) -> &Offer {
    let is_shown = |offer: &&Offer| match mode {
        Some(Mode::OnDemand) => offer.offerer == Offerer::LandfallOnDemand,
        Some(Mode::Provisioned) => offer.offerer == Offerer::LandfallProvisioned,
        None => matches!(offer.offerer, Offerer::LandfallOnDemand | Offerer::LandfallProvisioned),
    };
    offers
        .iter()
        .filter(is_shown)
        .min_by(|one, other| one.usd_per_month().total_cmp(&other.usd_per_month()))
        .expect("landfall is among the offers")
}

/// What one has to know to compare the amounts, one sentence per line.
fn footnotes(estimates: &[Estimate], prices: &Prices, style: Style) -> Vec<String> {
    let mut sentences = vec![format!(
        "List prices in {}, without brokers, traffic between zones, free tiers and discounts.",
        prices.region()
    )];
    let offers = || estimates.iter().flat_map(|estimate| &estimate.offers);
    let resting: BTreeSet<_> =
        offers().flat_map(|offer| &offer.items).flat_map(|item| &item.rests_on).collect();
    let by = |wanted: Standing| {
        let names = resting.iter().filter(|name| prices.figure(***name).standing == wanted);
        names.map(|name| code(name.as_str(), style)).collect::<Vec<_>>().join(", ")
    };
    sentences.push(format!(
        "An amount with ? rests for more than a twentieth on numbers that nobody publishes ({}) or that are not confirmed ({}).",
        by(Standing::Assumed),
        by(Standing::Unconfirmed),
    ));
    let borrowed: Vec<String> = resting
        .iter()
        .filter(|name| prices.is_borrowed(***name))
        .map(|name| code(name.as_str(), style))
        .collect();
    if !borrowed.is_empty() {
        sentences.push(format!(
            "Of us-east-1, for want of a price in {}: {}.",
            prices.region(),
            borrowed.join(", ")
        ));
    }
    let mut seen = BTreeSet::new();
    for offer in offers().filter(|offer| !is_landfall(offer.offerer)) {
        if !offer.notes.is_empty() && seen.insert(name(offer.offerer)) {
            sentences.push(format!("{}: {}.", name(offer.offerer), offer.notes.join("; ")));
        }
    }
    sentences
        .push(format!("{} shows every number with its source.", code("landfall cost --list-prices", style)));
    sentences
}

fn is_landfall(offerer: Offerer) -> bool {
    matches!(offerer, Offerer::LandfallOnDemand | Offerer::LandfallProvisioned)
}

fn name(offerer: Offerer) -> &'static str {
    match offerer {
        Offerer::LandfallOnDemand => "landfall, on-demand mapping",
        Offerer::LandfallProvisioned => "landfall, provisioned mapping",
        Offerer::MskConnect => "Confluent S3 sink on MSK Connect",
        Offerer::Firehose => "Firehose from MSK",
        Offerer::MskDelivery => "MSK data delivery",
        Offerer::ConfluentCloud => "Confluent Cloud's managed sink, at least",
    }
}

fn code(text: &str, style: Style) -> String {
    match style {
        Style::Columns => text.to_owned(),
        Style::Markdown => format!("`{text}`"),
    }
}

/// Dollars with as many digits as an estimate is worth.
fn dollars(usd: f64) -> String {
    if usd >= 100.0 { format!("${}", count(usd.round() as u64)) } else { format!("${usd:.2}") }
}

/// A number with about three digits.
fn short(number: f64) -> String {
    if number >= 100.0 {
        return count(number.round() as u64);
    }
    let digits = if number >= 10.0 {
        1
    } else if number >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{number:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn draw(rows: &[Vec<String>], style: Style) -> anyhow::Result<()> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (index, row) in rows.iter().enumerate() {
        match style {
            Style::Markdown => {
                say(format_args!("| {} |", row.join(" | ")))?;
                if index == 0 {
                    say(format_args!("|{}", "---|".repeat(columns)))?;
                }
            }
            Style::Columns => {
                let cells: Vec<String> = row
                    .iter()
                    .zip(&widths)
                    .enumerate()
                    .map(|(column, (cell, width))| match column {
                        0 => format!("{cell:<width$}"),
                        _ => format!("{cell:>width$}"),
                    })
                    .collect();
                say(cells.join("   ").trim_end())?;
            }
        }
    }
    Ok(())
}
