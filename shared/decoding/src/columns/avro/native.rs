//! The schema that arrow-avro decodes with.
//!
//! It describes the same bytes as the schema of the registry, in the types that arrow-avro knows, under names that mean
//! nothing. Records that are never null have no bytes of their own, so their fields stand in the outer record.

use super::plan::{Column, Native, Nulls, Shape};
use arrow_avro::codec::Tz;
use arrow_avro::reader::{Decoder, DecoderMode, ReaderBuilder};
use arrow_avro::schema::{AvroSchema, Fingerprint, FingerprintAlgorithm, SchemaStore};
use arrow_schema::ArrowError;
use serde_json::{Value, json};

/// Levels of JSON that arrow-avro's parser reads.
const MAX_DEPTH: usize = 127;

/// The schema's text; the error is a sentence that says of the registry's schema what is wrong.
pub(super) fn schema(columns: &[Column]) -> Result<String, String> {
    let mut names = Names(0);
    let fields = names.fields(columns.iter());
    let schema = names.record(fields);
    if depth(&schema) > MAX_DEPTH {
        return Err(
            "has too many arrays, maps, unions and records that may be null in one another".to_owned()
        );
    }
    Ok(schema.to_string())
}

/// A decoder of values of such a schema.
pub(super) fn decoder(schema: &str) -> Result<Decoder, ArrowError> {
    let fingerprint = Fingerprint::Id(0);
    let mut store = SchemaStore::new_with_type(FingerprintAlgorithm::Id);
    store.set(fingerprint, AvroSchema::new(schema.to_owned()))?;
    ReaderBuilder::new()
        .with_writer_schema_store(store)
        .with_active_fingerprint(fingerprint)
        .with_decoder_mode(DecoderMode::UnframedDatum)
        .with_tz(Tz::Utc)
        // A bound and no more: nothing is reserved for it.
        .with_batch_size(usize::MAX)
        .build_decoder()
}

/// The names given so far; none is given twice.
struct Names(usize);

impl Names {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("n{}", self.0)
    }

    fn fields<'c>(&mut self, columns: impl Iterator<Item = &'c Column>) -> Vec<Value> {
        let mut fields = Vec::new();
        for column in columns {
            match &column.shape {
                Shape::Record(inner) if column.nulls == Nulls::None => {
                    fields.append(&mut self.fields(inner.iter()));
                }
                _ => {
                    let data_type = self.data_type(column);
                    fields.push(json!({"name": self.next(), "type": data_type}));
                }
            }
        }
        fields
    }

    fn record(&mut self, fields: Vec<Value>) -> Value {
        json!({"type": "record", "name": self.next(), "fields": fields})
    }

    fn data_type(&mut self, column: &Column) -> Value {
        let data_type = match &column.shape {
            Shape::Ready(native) => self.native(native),
            Shape::NanoTime => json!("long"),
            Shape::Enum(_) => json!("int"),
            Shape::ZonedTimestamp => json!("string"),
            Shape::WideDecimal(size) => self.native(&Native::Fixed(*size)),
            Shape::Record(columns) => {
                let fields = self.fields(columns.iter());
                self.record(fields)
            }
            Shape::List(item) => json!({"type": "array", "items": self.data_type(item)}),
            Shape::Map(values) => json!({"type": "map", "values": self.data_type(values)}),
            Shape::Single(only) => json!([self.branch(only.as_deref())]),
            Shape::Union(branches) => {
                branches.iter().map(|branch| self.branch(branch.as_ref())).collect::<Vec<_>>().into()
            }
        };
        match column.nulls {
            Nulls::None => data_type,
            Nulls::First => json!(["null", data_type]),
            Nulls::Second => json!([data_type, "null"]),
        }
    }

    /// A record around each branch, so that no two are the same type once they have lost their names.
    fn branch(&mut self, branch: Option<&Column>) -> Value {
        branch.map_or(json!("null"), |column| {
            let fields = self.fields(std::iter::once(column));
            self.record(fields)
        })
    }

    fn native(&mut self, native: &Native) -> Value {
        match *native {
            Native::Primitive(name) => json!(name),
            Native::Logical(name, logical) => json!({"type": name, "logicalType": logical}),
            Native::Fixed(size) => json!({"type": "fixed", "name": self.next(), "size": size}),
            Native::Decimal(None, precision, scale) => {
                json!({"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale})
            }
            Native::Decimal(Some(size), precision, scale) => json!({
                "type": "fixed", "name": self.next(), "size": size,
                "logicalType": "decimal", "precision": precision, "scale": scale,
            }),
        }
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
