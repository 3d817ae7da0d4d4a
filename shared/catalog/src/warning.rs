//! What a person must know of a table.

use std::fmt;

/// What a person must know of a table: what it leaves out, and what its queries have to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A column, or a field in one, is left out: Athena can't read its type.
    Unreadable {
        /// The column, or the dotted path of the field.
        column: String,
        /// Why, and what to do where something helps.
        reason: String,
    },
    /// A column, or a field in one, is left out: another has the same name but for its case.
    SameName {
        /// The one that is left out.
        column: String,
        /// The one that stays.
        other: String,
    },
    /// A column, or a field in one, is left out: the catalogue can't take its name.
    UnusableName {
        /// The column, or the dotted path of the field.
        column: String,
        /// What is expected of a name.
        reason: &'static str,
    },
    /// A column's name has characters that Athena doesn't promise to take.
    OddName {
        /// The column.
        column: String,
    },
    /// A time of day is read as a number.
    TimeAsNumber {
        /// The column, or the dotted path of the field.
        column: String,
        /// What the number counts.
        unit: &'static str,
    },
    /// A partition column has another name than its directory, because a column of the records has that one.
    RenamedPartition {
        /// What stands in the directory, or what the column would be called.
        name: String,
        /// What the partition column is called.
        partition: String,
    },
    /// Athena can't work out which values there are: each query has to say which it wants.
    Injected {
        /// The partition column.
        partition: String,
    },
    /// Athena looks for these of Kafka's partitions, and no others.
    PartitionsUpTo {
        /// The partition column.
        partition: String,
        /// The last of them.
        last: u32,
    },
    /// Athena looks for records from this year on.
    Since {
        /// The year.
        year: i16,
    },
    /// Other topics have their objects in the same directories.
    SharedDirectories,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { column, reason } => write!(f, "{column} is left out: {reason}"),
            Self::SameName { column, other } => {
                write!(f, "{column} is left out: names are in lower case in the catalogue, so it is {other} again")
            }
            Self::UnusableName { column, reason } => write!(f, "{column} is left out: {reason}"),
            Self::OddName { column } => write!(
                f,
                "{column} has characters other than letters, digits and underscores: queries need it in double \
                 quotes, and some may fail"
            ),
            Self::TimeAsNumber { column, unit } => write!(
                f,
                "{column} is a bigint, {unit} since midnight: Athena has no type of table columns for a time of day"
            ),
            Self::RenamedPartition { name, partition } => {
                write!(f, "the partition column for {name} is called {partition}: the records have a column {name}")
            }
            Self::Injected { partition } => write!(
                f,
                "each query has to say which {partition} it wants ({partition} = '…', or IN and a list): Athena \
                 can't work out which there are"
            ),
            Self::PartitionsUpTo { partition, last } => write!(
                f,
                "{partition} goes from 0 to {last}: records of partitions beyond are not seen"
            ),
            Self::Since { year } => write!(f, "records from before {year} are not seen"),
            Self::SharedDirectories => f.write_str(
                "the directories don't hold the name of the topic: the table shows the records of every topic that \
                 is written below them; put {topic} into a directory of object.key.template, or filter by \"$path\"",
            ),
        }
    }
}
