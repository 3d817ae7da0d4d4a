//! The functions that there are.

use std::fmt;
use std::str::FromStr;

/// A Lambda function of landfall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `json-sink`
    JsonSink,
    /// `parquet-sink`
    ParquetSink,
    /// `replayer`
    Replayer,
}

/// There is no function of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no function {name}; expected json-sink, parquet-sink or replayer")]
pub struct NoFunction {
    name: String,
}

impl Function {
    /// Every function.
    pub const ALL: [Self; 3] = [Self::JsonSink, Self::ParquetSink, Self::Replayer];

    /// Whether it takes batches of records and writes objects.
    pub fn is_sink(self) -> bool {
        match self {
            Self::JsonSink | Self::ParquetSink => true,
            Self::Replayer => false,
        }
    }

    /// Its name, which is its binary's too.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonSink => "json-sink",
            Self::ParquetSink => "parquet-sink",
            Self::Replayer => "replayer",
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Function {
    type Err = NoFunction;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|function| function.name() == name)
            .ok_or_else(|| NoFunction { name: name.to_owned() })
    }
}
