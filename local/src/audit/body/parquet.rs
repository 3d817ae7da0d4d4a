//! Parquet.

use super::Contents;
use crate::audit::object::Claim;
use bytes::Bytes;
use encoding::parquet::{COVERAGE, PARTITION, TOPIC};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Rows that are decoded at once.
const BATCH_ROWS: usize = 1024;

/// Counts the rows by decoding every page, and compares what the file tells of itself with what the object says.
pub(super) fn read(claim: &Claim, body: &Bytes) -> Result<Contents, String> {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(body.clone()).map_err(|error| error.to_string())?;
    let file = builder.metadata().file_metadata();
    let told = |key: &str| {
        let values = file.key_value_metadata().into_iter().flatten();
        values.filter(|value| value.key == key).find_map(|value| value.value.clone())
    };
    let (partition, coverage) = (claim.parts.partition.to_string(), claim.coverage.to_string());
    let expected = [(TOPIC, claim.parts.topic.as_str()), (PARTITION, &partition), (COVERAGE, &coverage)];
    let elsewhere = expected.into_iter().find_map(|(key, expected)| {
        let value = told(key).unwrap_or_else(|| "missing".to_owned());
        (value != expected).then(|| format!("its {key} is {value}, not {expected}"))
    });
    let in_footer = file.num_rows();
    let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(|error| error.to_string())?;
    let mut rows = 0;
    for batch in reader {
        rows += batch.map_err(|error| error.to_string())?.num_rows() as u64;
    }
    if i64::try_from(rows) != Ok(in_footer) {
        return Err(format!("its footer says {in_footer} rows, and {rows} are there"));
    }
    Ok(Contents { rows, elsewhere })
}
