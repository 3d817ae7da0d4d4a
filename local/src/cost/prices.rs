//! The price list, and the prices of a region.

use super::{Figure, Name, Standing};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// The region whose prices stand in for those that another one lacks.
const FALLBACK: &str = "us-east-1";

/// Numbers of several regions, each with its source.
#[derive(Debug, Clone)]
pub struct PriceList {
    figures: Vec<Figure>,
}

/// Why a price list can't be used.
#[derive(Debug, Error)]
pub enum PriceError {
    /// It is no TOML, or not of this form.
    #[error("the price list can't be read")]
    Unreadable(#[source] toml::de::Error),
    /// A figure has neither a price nor a value, or both.
    #[error("{0} of the price list needs either `usd` or `value`")]
    Ambiguous(Name),
    /// A number that nothing can cost.
    #[error("{0} of the price list is {1}, where a number above 0 was expected")]
    OutOfRange(Name, f64),
    /// Two figures of one name and region.
    #[error("{0} stands twice in the price list for {1}")]
    Twice(Name, String),
    /// Some figures are missing.
    #[error("the price list has no {} for {FALLBACK}", list(.0))]
    Missing(Vec<Name>),
    /// Nothing is known of the region.
    #[error("the price list has nothing for the region {region}, only for {}; us-east-1 is near to most", .known.join(", "))]
    Region {
        /// The one that was asked for.
        region: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl PriceList {
    /// The list that this version was built with.
    pub fn built_in() -> Self {
        Self::parse(include_str!("../../prices.toml")).expect("a test reads it")
    }

    /// Reads a list.
    ///
    /// # Errors
    ///
    /// When it is malformed or incomplete.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let file: File = toml::from_str(text).map_err(PriceError::Unreadable)?;
        let figures = file.figure.into_iter().map(Entry::into_figure).collect::<Result<Vec<_>, _>>()?;
        let mut seen = BTreeSet::new();
        for Figure { name, region, .. } in &figures {
            if !seen.insert((*name, region.as_str())) {
                return Err(PriceError::Twice(*name, region.clone()));
            }
        }
        let missing: Vec<Name> =
            Name::ALL.iter().copied().filter(|name| !seen.contains(&(*name, FALLBACK))).collect();
        if missing.is_empty() { Ok(Self { figures }) } else { Err(PriceError::Missing(missing)) }
    }

    /// The prices of a region; what it lacks is that of us-east-1.
    ///
    /// # Errors
    ///
    /// When the list has nothing at all of the region.
    pub fn in_region(&self, region: &str) -> Result<Prices, PriceError> {
        let known: BTreeSet<&str> = self.figures.iter().map(|figure| figure.region.as_str()).collect();
        if !known.contains(region) {
            let known = known.into_iter().map(str::to_owned).collect();
            return Err(PriceError::Region { region: region.to_owned(), known });
        }
        let mut figures = BTreeMap::new();
        for figure in &self.figures {
            if figure.region == region || (figure.region == FALLBACK && !figures.contains_key(&figure.name)) {
                figures.insert(figure.name, figure.clone());
            }
        }
        Ok(Prices { region: region.to_owned(), figures })
    }
}

/// All numbers for one region.
///
/// Invariant: every [`Name`] has one.
#[derive(Debug, Clone)]
pub struct Prices {
    region: String,
    figures: BTreeMap<Name, Figure>,
}

impl Prices {
    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// A number, with all that is known of it.
    pub fn figure(&self, name: Name) -> &Figure {
        &self.figures[&name]
    }

    /// A number alone.
    pub fn get(&self, name: Name) -> f64 {
        self.figure(name).value
    }

    /// Whether it is a price that is not known for the region, so that another region's stands in for it.
    pub fn is_borrowed(&self, name: Name) -> bool {
        let figure = self.figure(name);
        figure.is_price && figure.region != self.region
    }

    /// All of them.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.figures.values()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    figure: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Name,
    region: Option<String>,
    usd: Option<f64>,
    value: Option<f64>,
    per: String,
    standing: Standing,
    date: String,
    source: String,
}

impl Entry {
    fn into_figure(self) -> Result<Figure, PriceError> {
        let Self { name, region, usd, value, per, standing, date, source } = self;
        let (number, is_price) = match (usd, value) {
            (Some(usd), None) => (usd, true),
            (None, Some(value)) => (value, false),
            _ => return Err(PriceError::Ambiguous(name)),
        };
        if !(number.is_finite() && number > 0.0) {
            return Err(PriceError::OutOfRange(name, number));
        }
        let region = region.unwrap_or_else(|| FALLBACK.to_owned());
        Ok(Figure { name, region, value: number, is_price, per, standing, date, source })
    }
}

fn list(names: &[Name]) -> String {
    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}
