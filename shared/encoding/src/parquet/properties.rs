//! How columns are encoded.

use super::dictionary;
use super::metadata::CREATED_BY;
use super::schema::FileSchema;
use super::{Dictionary, ParquetOptions, Statistics};
use ::parquet::basic::Type as Physical;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use arrow_array::{Array as _, ArrayRef};

/// How often a bloom filter says "maybe" of a value that isn't there; parquet-mr's default.
const FALSE_POSITIVES: f64 = 0.01;

/// The properties of an object with these columns.
pub(super) fn properties(
    options: &ParquetOptions,
    schema: &FileSchema,
    columns: &[ArrayRef],
    key_values: Vec<KeyValue>,
) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_key_value_metadata(Some(key_values))
        .set_compression(options.codec.compression())
        .set_statistics_enabled(match options.statistics {
            Statistics::None => EnabledStatistics::None,
            Statistics::Chunk => EnabledStatistics::Chunk,
            Statistics::Page => EnabledStatistics::Page,
        })
        .set_offset_index_disabled(!options.page_index)
        .set_dictionary_enabled(options.dictionary != Dictionary::Never)
        // One row group per object: a batch is small, and readers split by objects.
        .set_max_row_group_row_count(None)
        .set_max_row_group_bytes(None);

    let leaves = dictionary::leaves(columns);
    for ((leaf, name), column) in leaves.iter().zip(&schema.leaves).zip(schema.parquet.columns()) {
        if options.dictionary == Dictionary::Sampled && !dictionary::is_worthwhile(leaf) {
            builder = builder.set_column_dictionary_enabled(column.path().clone(), false);
        }
        let is_named = options.bloom_filters.iter().any(|path| path.as_str() == name);
        if is_named && column.physical_type() != Physical::BOOLEAN && !leaf.is_empty() {
            builder = builder
                .set_column_bloom_filter_enabled(column.path().clone(), true)
                .set_column_bloom_filter_fpp(column.path().clone(), FALSE_POSITIVES)
                .set_column_bloom_filter_max_ndv(column.path().clone(), leaf.len() as u64);
        }
    }
    builder.build()
}
