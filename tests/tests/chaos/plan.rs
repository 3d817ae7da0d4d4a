//! What is to be survived: how much, and in which order, by a seed.

use crate::traffic::VALUE_SCHEMA;
use end_to_end::sink::Program;
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
    /// `LANDFALL_CHAOS_FORM`: what is written.
    pub(crate) form: Form,
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

/// What is written, and which records of a batch share an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON Lines, by a field of the records.
    JsonByField,
    /// JSON Lines, by the hour of the records' timestamps.
    JsonByHour,
    /// Parquet, by the hour.
    ParquetByHour,
}

impl Plan {
    /// The short form, or what the variables say.
    ///
    /// # Panics
    ///
    /// When a variable is no number.
    pub(crate) fn from_env() -> Self {
        let seed = number("LANDFALL_SEED", 1);
        Self {
            records: number("LANDFALL_CHAOS_RECORDS", RECORDS),
            kills: number("LANDFALL_CHAOS_KILLS", KILLS as u64) as usize,
            seed,
            form: Self::form_from_env(seed),
        }
    }

    /// `LANDFALL_CHAOS_FORM`; otherwise all forms come in turn, with the seed.
    ///
    /// # Panics
    ///
    /// When there is no such form.
    fn form_from_env(seed: u64) -> Form {
        let forms = [Form::JsonByField, Form::JsonByHour, Form::ParquetByHour];
        match env::var("LANDFALL_CHAOS_FORM") {
            Err(_) => forms[(seed % 3) as usize],
            Ok(name) => *forms.iter().find(|form| form.name() == name).unwrap_or_else(|| {
                panic!("LANDFALL_CHAOS_FORM={name}: expected one of {:?}", forms.map(Form::name))
            }),
        }
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

impl Form {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JsonByField => "json-by-field",
            Self::JsonByHour => "json-by-hour",
            Self::ParquetByHour => "parquet-by-hour",
        }
    }

    /// Who writes it.
    pub(crate) fn program(self) -> Program {
        match self {
            Self::JsonByField | Self::JsonByHour => Program::JsonSink,
            Self::ParquetByHour => Program::ParquetSink,
        }
    }

    /// The function's settings.
    pub(crate) fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::JsonByField => {
                &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")]
            }
            Self::JsonByHour => &[("PARTITIONER_CLASS", "HourlyPartitioner")],
            Self::ParquetByHour => &[
                ("PARTITIONER_CLASS", "HourlyPartitioner"),
                ("VALUE_CONVERTER", "json"),
                ("VALUE_CONVERTER_SCHEMAS_ENABLE", "false"),
                ("VALUE_SCHEMA", VALUE_SCHEMA),
                // A tombstone's row would have no column without it.
                ("STORE_KAFKA_METADATA", "columns"),
            ],
        }
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
        Plan { records: 1, kills, seed, form: Form::JsonByField }
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
