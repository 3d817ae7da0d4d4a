//! An Avro schema with its names resolved.

use super::super::{Temporal, TimeUnit};
use super::meaning;
use super::parse;
use super::recursion;
use schema::Reference;

/// The place of a type in its [`Graph`].
pub(super) type NodeId = usize;

/// All types of a schema and of those that it refers to. Types that contain themselves are circles.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
}

/// A type, and what its values mean.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) meaning: Meaning,
}

/// How values are encoded.
#[derive(Debug)]
pub(super) enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed { name: String, size: usize },
    Enum(Symbols),
    Array(NodeId),
    Map(NodeId),
    Union(Vec<NodeId>),
    Record(RecordType),
}

/// An enum.
#[derive(Debug)]
pub(super) struct Symbols {
    pub(super) name: String,
    pub(super) symbols: Vec<String>,
    /// The symbol that stands for those that a reader doesn't know.
    pub(super) default: Option<String>,
}

/// A record.
#[derive(Debug)]
pub(super) struct RecordType {
    pub(super) name: String,
    pub(super) fields: Vec<RecordField>,
}

/// A field of a record.
#[derive(Debug)]
pub(super) struct RecordField {
    pub(super) name: String,
    pub(super) node: NodeId,
    pub(super) doc: Option<String>,
    pub(super) aliases: Vec<String>,
    /// The default's JSON.
    pub(super) default: Option<String>,
}

/// What values mean beyond how they are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What their encoding says.
    Plain,
    Date,
    Time {
        unit: TimeUnit,
        /// Whether `debezium.temporal` tells what becomes of them.
        is_optional: bool,
    },
    Timestamp {
        unit: TimeUnit,
        is_utc: bool,
    },
    Decimal {
        precision: u8,
        scale: u8,
    },
    Uuid,
    /// Months, days and milliseconds.
    Interval,
    /// An ISO 8601 text with a zone.
    ZonedTimestamp,
    /// A text that is JSON; or a record that no column can hold and that becomes JSON.
    Json,
}

impl Graph {
    /// Reads a schema and those that it refers to; the error is a sentence that says of the schema what is wrong.
    pub(super) fn new(text: &str, references: &[Reference], temporal: Temporal) -> Result<Self, String> {
        let mut graph =
            parse::graph(text, references, |kind, attributes| meaning::of(kind, attributes, temporal))?;
        recursion::mark(&mut graph);
        Ok(graph)
    }

    pub(super) fn kind(&self, id: NodeId) -> &Kind {
        &self.nodes[id].kind
    }

    pub(super) fn meaning(&self, id: NodeId) -> Meaning {
        self.nodes[id].meaning
    }
}

impl Kind {
    /// The type's full name, or the word for its kind.
    pub(super) fn type_name(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Fixed { name, .. }
            | Self::Enum(Symbols { name, .. })
            | Self::Record(RecordType { name, .. }) => name,
        }
    }
}
