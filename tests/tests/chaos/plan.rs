//! What is to be survived: how much, and in which order, by a seed.

use fastrand::Rng;
use std::env;

/// What the short form does within minutes.
const RECORDS: u64 = 60_000;
const KILLS: usize = 25;

/// How much is to be survived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// `LANDFALL_CHAOS_RECORDS`: how many records are committed in Kafka at least.
    pub(crate) records: u64,
    /// `LANDFALL_CHAOS_KILLS`: how many processes are killed.
    pub(crate) kills: usize,
    /// `LANDFALL_SEED`: what is killed when, and what the records are.
    pub(crate) seed: u64,
}

/// Something that happens to the processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strike {
    /// A process is killed.
    Kill(Victim),
    /// A poller is asked to end (SIGTERM), and another one takes its place.
    Stop,
    /// The topic gets one more partition.
    AddPartition,
}

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Victim {
    /// Any broker.
    Broker,
    /// The broker whose controller leads the others.
    LeadingController,
    /// A poller; its functions go on with what they have.
    Poller,
    /// A function; its poller goes on.
    Function,
    /// The S3 server.
    S3,
}

/// How the records of a batch are grouped into objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// By a field of theirs.
    Field,
    /// By the hour of their timestamp.
    Hour,
}

impl Plan {
    /// The short form, or what the variables say.
    ///
    /// # Panics
    ///
    /// When a variable is no number.
    pub(crate) fn from_env() -> Self {
        Self {
            records: number("LANDFALL_CHAOS_RECORDS", RECORDS),
            kills: number("LANDFALL_CHAOS_KILLS", KILLS as u64) as usize,
            seed: number("LANDFALL_SEED", 1),
        }
    }

    /// Both groupings come in turn.
    pub(crate) fn grouping(&self) -> Grouping {
        if self.seed.is_multiple_of(2) { Grouping::Hour } else { Grouping::Field }
    }

    /// What happens, in order: kills of each kind by their share, and everything else evenly between them.
    ///
    /// Brokers are spread evenly: only one at a time may be down, and it takes its time to come back.
    pub(crate) fn strikes(&self) -> Vec<Strike> {
        let mut rng = Rng::with_seed(self.seed);
        let share = |percent: usize| (self.kills * percent).div_ceil(100);
        let brokers = [(Victim::Broker, share(10)), (Victim::LeadingController, share(5))];
        let others = [(Victim::S3, share(20)), (Victim::Poller, share(28))];
        let mut strikes = dealt(&others);
        let functions = self.kills.saturating_sub(strikes.len() + dealt(&brokers).len());
        strikes.extend(dealt(&[(Victim::Function, functions)]));
        rng.shuffle(&mut strikes);
        strikes.truncate(self.kills.saturating_sub(dealt(&brokers).len()));

        let mut brokers = dealt(&brokers);
        rng.shuffle(&mut brokers);
        brokers.truncate(self.kills);
        spread(&mut strikes, &brokers);
        spread(&mut strikes, &vec![Strike::Stop; (self.kills / 10).max(2)]);
        spread(&mut strikes, &[Strike::AddPartition; 2]);
        strikes
    }
}

fn dealt(kills: &[(Victim, usize)]) -> Vec<Strike> {
    kills.iter().flat_map(|(victim, times)| vec![Strike::Kill(*victim); *times]).collect()
}

/// Puts some strikes evenly between others.
fn spread(strikes: &mut Vec<Strike>, some: &[Strike]) {
    let gap = strikes.len() as f64 / (some.len() + 1) as f64;
    for (index, strike) in some.iter().enumerate().rev() {
        strikes.insert((gap * (index + 1) as f64).round() as usize, *strike);
    }
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{variable}={text}: expected a whole number"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn plan(kills: usize, seed: u64) -> Plan {
        Plan { records: 1, kills, seed }
    }

    fn counts(strikes: &[Strike]) -> BTreeMap<Strike, usize> {
        strikes.iter().fold(BTreeMap::new(), |mut counts, strike| {
            *counts.entry(*strike).or_default() += 1;
            counts
        })
    }

    #[test]
    fn every_kind_has_its_share_of_the_kills() {
        let expected = [
            (Strike::Kill(Victim::Broker), 20),
            (Strike::Kill(Victim::LeadingController), 10),
            (Strike::Kill(Victim::Poller), 56),
            (Strike::Kill(Victim::Function), 74),
            (Strike::Kill(Victim::S3), 40),
            (Strike::Stop, 20),
            (Strike::AddPartition, 2),
        ];
        assert_eq!(counts(&plan(200, 7).strikes()), expected.into());
    }

    #[test]
    fn there_are_as_many_kills_as_were_asked_for() {
        for kills in 0..60 {
            let strikes = plan(kills, 1).strikes();
            assert_eq!(strikes.iter().filter(|strike| matches!(strike, Strike::Kill(_))).count(), kills);
        }
    }

    #[test]
    fn the_seed_says_what_happens_in_which_order() {
        assert_eq!(plan(40, 3).strikes(), plan(40, 3).strikes());
        assert_ne!(plan(40, 3).strikes(), plan(40, 4).strikes());
    }
}
