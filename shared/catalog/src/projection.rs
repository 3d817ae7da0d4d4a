//! Which values a partition column has.

/// Which values a partition column has, so that Athena knows them without asking the catalogue.
/// <https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projection {
    /// Whole numbers.
    Integer {
        /// The first.
        first: u32,
        /// The last.
        last: u32,
        /// How far apart they are.
        interval: u32,
        /// How many digits they have at least, where that is more than one.
        digits: usize,
    },
    /// Dates or times, from a year on until now.
    Date {
        /// How one is written, in the letters of Java's `DateTimeFormatter`.
        format: String,
        /// The first, so written.
        first: String,
        /// The last: an expression with `NOW`, which is the instant of a query in UTC.
        last: &'static str,
        /// How far apart they are.
        interval: u32,
        /// The unit of the interval.
        unit: DateUnit,
    },
    /// The partitions of the topic in Kafka, from 0 on.
    KafkaPartition {
        /// The last.
        last: u32,
    },
    /// Words.
    Enum {
        /// All of them.
        values: &'static [&'static str],
    },
    /// What queries name.
    Injected,
}

/// The unit of an interval between two dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateUnit {
    /// `YEARS`
    Years,
    /// `MONTHS`
    Months,
    /// `DAYS`
    Days,
    /// `HOURS`
    Hours,
    /// `MINUTES`
    Minutes,
    /// `SECONDS`
    Seconds,
}

impl DateUnit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Years => "YEARS",
            Self::Months => "MONTHS",
            Self::Days => "DAYS",
            Self::Hours => "HOURS",
            Self::Minutes => "MINUTES",
            Self::Seconds => "SECONDS",
        }
    }
}

impl Projection {
    /// The table's properties that tell it.
    pub(crate) fn properties(&self, column: &str) -> Vec<(String, String)> {
        let mut properties = Vec::new();
        let mut push =
            |name: &str, value: String| properties.push((format!("projection.{column}.{name}"), value));
        match self {
            Self::Integer { first, last, interval, digits } => {
                push("type", "integer".to_owned());
                push("range", format!("{first},{last}"));
                if *interval != 1 {
                    push("interval", interval.to_string());
                }
                if *digits > 1 {
                    push("digits", digits.to_string());
                }
            }
            Self::Date { format, first, last, interval, unit } => {
                push("type", "date".to_owned());
                push("format", format.clone());
                push("range", format!("{first},{last}"));
                push("interval", interval.to_string());
                push("interval.unit", unit.as_str().to_owned());
            }
            Self::KafkaPartition { last } => {
                push("type", "integer".to_owned());
                push("range", format!("0,{last}"));
            }
            Self::Enum { values } => {
                push("type", "enum".to_owned());
                push("values", values.join(","));
            }
            Self::Injected => push("type", "injected".to_owned()),
        }
        properties
    }
}
