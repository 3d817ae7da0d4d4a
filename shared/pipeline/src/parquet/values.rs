//! From records to values that one decoder takes.

use crate::settings::Converter;
use decoding::columns::{self, Opened};
use record::{Batch, Record, RejectionKind};
use schema::{Format, MessageRef, SchemaId, Wire};
use std::borrow::Cow;
use std::collections::HashMap;

/// What a batch's records hold, by what it takes to decode it.
#[derive(Debug, Default)]
pub(super) struct Values<'b> {
    /// Values of one writer's schema each, in the order in which their first ones came.
    pub(super) groups: Vec<ValueGroup<'b>>,
    /// Records without a value.
    pub(super) tombstones: Vec<Place<'b>>,
    /// Records whose value could not be told from its frame.
    pub(super) rejected: Vec<(Place<'b>, RejectionKind, String)>,
}

/// Values of one writer's schema.
#[derive(Debug)]
pub(super) struct ValueGroup<'b> {
    pub(super) writer: WriterRef<'b>,
    pub(super) values: Vec<(Place<'b>, Cow<'b, [u8]>)>,
}

/// A record, and its index in the batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'b> {
    pub(super) index: usize,
    pub(super) record: Record<'b>,
}

/// What tells how a value was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum WriterRef<'b> {
    /// A registry's schema, and which of its messages.
    Registered(SchemaId, Option<MessageRef>),
    /// The schema that came with the value.
    Enveloped(Cow<'b, str>),
    /// There is one for all.
    Only,
}

impl WriterRef<'_> {
    pub(super) fn into_owned(self) -> WriterRef<'static> {
        match self {
            Self::Registered(id, message) => WriterRef::Registered(id, message),
            Self::Enveloped(text) => WriterRef::Enveloped(Cow::Owned(text.into_owned())),
            Self::Only => WriterRef::Only,
        }
    }
}

/// How the values of a function's records come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// Framed by a serializer, or beside Lambda's schema metadata.
    Framed(Wire, Format),
    /// In Connect's JSON envelope.
    Enveloped,
    /// As they are.
    Bare,
}

impl Opening {
    pub(super) fn of(converter: &Converter) -> Self {
        use crate::settings::RegistrySettings;
        match converter {
            Converter::Registry { format, registry: RegistrySettings::Confluent(_) } => {
                Self::Framed(Wire::Confluent, *format)
            }
            Converter::Registry { format, registry: RegistrySettings::Glue { .. } } => {
                Self::Framed(Wire::Glue, *format)
            }
            Converter::Envelope => Self::Enveloped,
            Converter::Declared(_) | Converter::Text | Converter::Bytes => Self::Bare,
        }
    }

    /// Sorts a batch's values by what wrote them.
    pub(super) fn open(self, batch: &Batch) -> Values<'_> {
        let mut values = Values::default();
        // Only looked up, never walked through: its order is random.
        let mut indexes: HashMap<WriterRef<'_>, usize> = HashMap::new();
        let mut last: Option<usize> = None;
        for (index, record) in batch.records().enumerate() {
            let place = Place { index, record };
            let (writer, payload) = match self.open_one(record) {
                Ok(Some(opened)) => opened,
                Ok(None) => {
                    values.tombstones.push(place);
                    continue;
                }
                Err((kind, message)) => {
                    values.rejected.push((place, kind, message));
                    continue;
                }
            };
            let group = match last {
                Some(group) if values.groups[group].writer == writer => group,
                _ => *indexes.entry(writer).or_insert_with_key(|writer| {
                    values.groups.push(ValueGroup { writer: writer.clone(), values: Vec::new() });
                    values.groups.len() - 1
                }),
            };
            last = Some(group);
            values.groups[group].values.push((place, payload));
        }
        values
    }

    /// A record's value without what surrounds it; none for a tombstone.
    #[allow(clippy::type_complexity, reason = "an outcome that is taken apart where it is called")]
    fn open_one<'b>(
        self,
        record: Record<'b>,
    ) -> Result<Option<(WriterRef<'b>, Cow<'b, [u8]>)>, (RejectionKind, String)> {
        let Some(value) = record.value() else { return Ok(None) };
        match self {
            Self::Framed(wire, format) => {
                let framed = schema::unframe(record, wire, format)
                    .map_err(|message| (RejectionKind::InvalidFrame, message))?;
                Ok(Some((WriterRef::Registered(framed.schema, framed.message), framed.payload)))
            }
            Self::Enveloped => {
                let opened =
                    columns::open(value).map_err(|message| (RejectionKind::InvalidFrame, message))?;
                Ok(match opened {
                    Opened::Null => None,
                    Opened::Value { schema, payload } => {
                        let payload = Cow::Borrowed(payload.as_bytes());
                        Some((WriterRef::Enveloped(Cow::Borrowed(schema)), payload))
                    }
                })
            }
            Self::Bare => Ok(Some((WriterRef::Only, Cow::Borrowed(value)))),
        }
    }
}
