//! Debezium's changes: the columns of a row instead of those of an envelope.

#[cfg(test)]
mod tests;

use super::meta;
use super::{DecodeValues, DecodedValues, TableSchema, UnusableSchema};
use crate::debezium::{DELETE, DELETED, OP, SOURCE, SOURCE_FIELDS, TS_MS, Unwrap, is_beside_row};
use arrow_array::cast::AsArray as _;
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, RecordBatch, StringArray, StructArray, UInt32Array, new_null_array,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow_select::interleave::interleave;
use arrow_select::take::take;
use std::collections::HashMap;
use std::sync::Arc;

/// A decoder of the same values that does as `debezium.unwrap` says.
///
/// # Errors
///
/// When a row has a column of a name that [`crate::debezium`] takes.
pub fn unwrapped(
    decoder: Box<dyn DecodeValues>,
    unwrap: Unwrap,
) -> Result<Box<dyn DecodeValues>, UnusableSchema> {
    let schema = decoder.schema();
    match Envelope::of(&schema.columns, unwrap)? {
        Some(envelope) => {
            let columns = Arc::clone(&envelope.columns);
            let schema = Arc::new(TableSchema { columns, writer: schema.writer.clone() });
            Ok(Box::new(ChangeDecoder { decoder, envelope, schema }))
        }
        None => Ok(decoder),
    }
}

/// The columns of [`unwrapped`] values.
///
/// # Errors
///
/// When a row has a column of a name that [`crate::debezium`] takes.
pub fn unwrapped_columns(columns: &SchemaRef, unwrap: Unwrap) -> Result<SchemaRef, UnusableSchema> {
    let envelope = Envelope::of(columns, unwrap)?;
    Ok(envelope.map_or_else(|| Arc::clone(columns), |envelope| envelope.columns))
}

/// Decodes envelopes to the rows in them.
#[derive(Debug)]
struct ChangeDecoder {
    decoder: Box<dyn DecodeValues>,
    envelope: Envelope,
    schema: Arc<TableSchema>,
}

impl DecodeValues for ChangeDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        let DecodedValues { rows, mut of_payloads } = self.decoder.decode(payloads);
        let rows = self.envelope.unwrap(&rows).unwrap_or_else(|_| {
            // Arrow's error might show bytes of a value.
            of_payloads.fill(Err("the batch's changes cannot be turned into rows".to_owned()));
            RecordBatch::new_empty(Arc::clone(&self.schema.columns))
        });
        DecodedValues { rows, of_payloads }
    }
}

/// Where the parts of an envelope stand.
#[derive(Debug)]
struct Envelope {
    before: usize,
    after: usize,
    op: usize,
    ts_ms: Option<usize>,
    source: usize,
    /// Those of [`SOURCE_FIELDS`] that there are.
    source_fields: Vec<usize>,
    /// The columns of the row, and those beside it.
    columns: SchemaRef,
}

impl Envelope {
    /// The envelope that columns are, if they are one and are to be unwrapped.
    fn of(columns: &SchemaRef, unwrap: Unwrap) -> Result<Option<Self>, UnusableSchema> {
        if unwrap == Unwrap::None {
            return Ok(None);
        }
        let (Some((before, row_before)), Some((after, row)), Some((source, source_fields))) =
            (record(columns, "before"), record(columns, "after"), record(columns, "source"))
        else {
            return Ok(None);
        };
        let Some((op, op_field)) = columns.column_with_name("op") else { return Ok(None) };
        if op_field.data_type() != &DataType::Utf8 || row_before != row {
            return Ok(None);
        }
        if let Some(taken) = row.iter().find(|field| is_beside_row(field.name())) {
            let name = taken.name();
            return Err(UnusableSchema(format!(
                "row has a column {name}, which debezium.unwrap=after takes"
            )));
        }

        // A truncate has no image, so that every column may be null.
        let mut fields: Vec<FieldRef> =
            row.iter().map(|field| Arc::new(field.as_ref().clone().with_nullable(true))).collect();
        let mut add = |name: String, of: &Field, is_nullable| {
            let field = Field::new(name, of.data_type().clone(), is_nullable);
            fields.push(Arc::new(field.with_metadata(of.metadata().clone())));
        };
        add(OP.to_owned(), op_field, op_field.is_nullable());
        let ts_ms = columns.column_with_name("ts_ms");
        if let Some((_, field)) = ts_ms {
            add(TS_MS.to_owned(), field, field.is_nullable());
        }
        let is_source_nullable = columns.field(source).is_nullable();
        let kept: Vec<_> = SOURCE_FIELDS.iter().filter_map(|name| source_fields.find(name)).collect();
        for (_, field) in &kept {
            add(format!("{SOURCE}{}", field.name()), field, is_source_nullable || field.is_nullable());
        }
        fields.push(Arc::new(Field::new(DELETED, DataType::Boolean, false)));

        let name = columns.field(after).metadata().get(meta::NAME).cloned();
        let metadata: HashMap<_, _> = name.map(|name| (meta::NAME.to_owned(), name)).into_iter().collect();
        Ok(Some(Self {
            before,
            after,
            op,
            ts_ms: ts_ms.map(|(index, _)| index),
            source,
            source_fields: kept.into_iter().map(|(index, _)| index).collect(),
            columns: Arc::new(Schema::new(fields).with_metadata(metadata)),
        }))
    }

    /// The rows of envelopes, index by index.
    fn unwrap(&self, envelopes: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let rows = envelopes.num_rows();
        let record = |index: usize| expect(envelopes.column(index).as_struct_opt());
        let mut columns = images(record(self.before)?, record(self.after)?)?;
        columns.push(Arc::clone(envelopes.column(self.op)));
        columns.extend(self.ts_ms.map(|index| Arc::clone(envelopes.column(index))));
        let source = record(self.source)?;
        for &index in &self.source_fields {
            columns.push(member(source, index)?);
        }
        let ops: &StringArray = expect(envelopes.column(self.op).as_string_opt())?;
        let are_deletes: BooleanArray =
            (0..rows).map(|row| Some(ops.is_valid(row) && ops.value(row) == DELETE)).collect();
        columns.push(Arc::new(are_deletes));
        RecordBatch::try_new(Arc::clone(&self.columns), columns)
    }
}

/// The index and the fields of a column that is a record, and no union.
fn record<'c>(columns: &'c SchemaRef, name: &str) -> Option<(usize, &'c Fields)> {
    let (index, field) = columns.column_with_name(name)?;
    let is_union = field.metadata().get(meta::LOGICAL).is_some_and(|it| it == meta::LOGICAL_UNION);
    match field.data_type() {
        DataType::Struct(fields) if !is_union => Some((index, fields)),
        _ => None,
    }
}

/// The columns of the images after a change; of those before it where there is none after.
fn images(before: &StructArray, after: &StructArray) -> Result<Vec<ArrayRef>, ArrowError> {
    if after.null_count() == 0 {
        return Ok(after.columns().to_vec());
    }
    let of_row = |row: usize| match (after.is_valid(row), before.is_valid(row)) {
        (true, _) => (1, row),
        (false, true) => (0, row),
        (false, false) => (2, 0),
    };
    let rows: Vec<(usize, usize)> = (0..after.len()).map(of_row).collect();
    before
        .columns()
        .iter()
        .zip(after.columns())
        .map(|(before, after)| {
            let none = new_null_array(after.data_type(), 1);
            interleave(&[before.as_ref(), after.as_ref(), none.as_ref()], &rows)
        })
        .collect()
}

/// A member of records, null where its record is.
fn member(records: &StructArray, index: usize) -> Result<ArrayRef, ArrowError> {
    let column = records.column(index);
    if records.null_count() == 0 {
        return Ok(Arc::clone(column));
    }
    let rows = 0..u32::try_from(records.len()).expect("a batch has fewer than 2^32 records");
    let rows = rows.map(|row| records.is_valid(row as usize).then_some(row));
    take(column, &UInt32Array::from_iter(rows), None)
}

fn expect<T>(column: Option<T>) -> Result<T, ArrowError> {
    column.ok_or_else(|| ArrowError::SchemaError("a column has another type than its schema says".to_owned()))
}
