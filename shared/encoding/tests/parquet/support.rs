//! Records, tables, and a reader.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use bytes::Bytes;
use decoding::columns::{Table, TableRow, TableSchema, Writer};
use encoding::parquet::{Parquet, ParquetOptions};
use encoding::{Encode as _, EncodingError};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::schema::printer::print_schema;
use record::event::{self, EventWriter, NewRecord};
use record::{Batch, Source, TimestampType};
use std::sync::Arc;

/// A record of `cdc-3` at this offset.
pub(crate) fn record(offset: i64) -> NewRecord<'static> {
    NewRecord {
        topic: "cdc",
        partition: 3,
        offset,
        timestamp_ms: 1_705_314_600_000 + offset,
        timestamp_type: TimestampType::CreateTime,
        key: None,
        value: Some(b""),
        headers: Vec::new(),
    }
}

pub(crate) fn batch_of(records: &[NewRecord<'_>]) -> Batch {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    records.iter().for_each(|record| event.push(record));
    event::parse(&event.finish()).unwrap()
}

/// So many records of `cdc-3`, from offset 100 on.
pub(crate) fn batch(length: usize) -> Batch {
    batch_of(&(100..).take(length).map(record).collect::<Vec<_>>())
}

pub(crate) fn writer(id: &str) -> Writer {
    Writer { id: id.to_owned(), fingerprint: format!("xxh3:{id}"), version: None }
}

/// A table of these columns.
pub(crate) fn table(writer: Writer, columns: Vec<(Field, ArrayRef)>) -> Arc<Table> {
    let (fields, columns): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let columns = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let schema = Arc::new(TableSchema { columns: columns.schema(), writer });
    Arc::new(Table { schema, rows: columns })
}

/// Rows at these places, with the batch's records in turn; none is a tombstone.
pub(crate) fn rows<'b>(batch: &'b Batch, places: &[Option<(&Arc<Table>, usize)>]) -> Vec<TableRow<'b>> {
    let row = |(record, place): (_, &Option<(&Arc<Table>, usize)>)| match *place {
        Some((table, index)) => TableRow::new(record, Arc::clone(table), index, 0),
        None => TableRow::tombstone(record, 0),
    };
    batch.records().zip(places).map(row).collect()
}

/// The rows of a table in their order.
pub(crate) fn all_of(table: &Arc<Table>) -> Vec<Option<(&Arc<Table>, usize)>> {
    (0..table.rows.num_rows()).map(|index| Some((table, index))).collect()
}

/// An object with a whole table.
pub(crate) fn encode(options: ParquetOptions, table: &Arc<Table>) -> Result<Vec<u8>, EncodingError> {
    let batch = batch(table.rows.num_rows());
    let rows = rows(&batch, &all_of(table));
    Parquet::new(options).encode(&rows, 0..rows.len(), "100-")
}

pub(crate) fn metadata(object: &[u8]) -> ParquetMetaData {
    ParquetMetaDataReader::new().parse_and_finish(&Bytes::copy_from_slice(object)).unwrap()
}

/// The object's schema, as Parquet prints it.
pub(crate) fn message(object: &[u8]) -> String {
    let mut text = Vec::new();
    print_schema(&mut text, metadata(object).file_metadata().schema());
    String::from_utf8(text).unwrap()
}

/// The object's columns; without rows none.
pub(crate) fn read(object: &[u8]) -> Vec<ArrayRef> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(object)).unwrap();
    let batches: Vec<_> =
        reader.with_batch_size(usize::MAX >> 1).build().unwrap().map(Result::unwrap).collect();
    match batches.as_slice() {
        [] => Vec::new(),
        [batch] => batch.columns().to_vec(),
        _ => panic!("one batch was asked for"),
    }
}

/// Values as text, which doesn't know what Arrow calls the items of a list; instants as their numbers.
pub(crate) fn texts(column: &ArrayRef) -> Vec<String> {
    (0..column.len()).map(|row| text(column, row)).collect()
}

fn text(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) || *column.data_type() == DataType::Null {
        return "<null>".to_owned();
    }
    let all = |column: ArrayRef| texts(&column);
    match column.data_type() {
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(column.as_struct().columns());
            let members: Vec<_> =
                columns.map(|(field, column)| format!("{}: {}", field.name(), text(column, row))).collect();
            format!("{{{}}}", members.join(", "))
        }
        DataType::List(_) => format!("[{}]", all(column.as_list::<i32>().value(row)).join(", ")),
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            let [keys, values] = [0, 1].map(|index| all(Arc::clone(entries.column(index))));
            let members: Vec<_> =
                keys.iter().zip(&values).map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", members.join(", "))
        }
        DataType::Timestamp(unit, _) => {
            let number = match unit {
                TimeUnit::Millisecond => column.as_primitive::<TimestampMillisecondType>().value(row),
                TimeUnit::Microsecond => column.as_primitive::<TimestampMicrosecondType>().value(row),
                _ => column.as_primitive::<TimestampNanosecondType>().value(row),
            };
            number.to_string()
        }
        _ => ArrayFormatter::try_new(column, &FormatOptions::new()).unwrap().value(row).to_string(),
    }
}

/// The object's columns as text.
pub(crate) fn read_texts(object: &[u8]) -> Vec<Vec<String>> {
    read(object).iter().map(texts).collect()
}
