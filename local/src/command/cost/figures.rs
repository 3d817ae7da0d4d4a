//! The prices and assumptions, for people.

use crate::command::terminal::say;
use local::cost::{Figure, Prices, Standing};

/// Writes each number, and what it rests on itself.
pub(super) fn list(prices: &Prices) -> anyhow::Result<()> {
    for figure in prices.figures() {
        let Figure { name, value, per, date, source, .. } = figure;
        let number = if figure.is_price { format!("${value} per") } else { value.to_string() };
        let borrowed = if prices.is_borrowed(*name) { ", of us-east-1" } else { "" };
        say(format_args!("{name}: {number} {per}"))?;
        say(format_args!("    {}{borrowed}, {date}: {source}", standing(figure.standing)))?;
    }
    Ok(())
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Documented => "documented",
        Standing::Measured => "measured",
        Standing::Secondary => "secondary",
        Standing::Assumed => "assumed",
        Standing::Unconfirmed => "unconfirmed",
    }
}
