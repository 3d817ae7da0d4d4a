//! How objects of Parquet are written, where there is a choice.

use super::{Compatibility, ParquetCodec};
use crate::KafkaMetadata;
use record::FieldPath;

/// How objects of Parquet are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParquetOptions {
    /// `parquet.codec` and `parquet.codec.level`
    pub codec: ParquetCodec,
    /// `parquet.statistics`
    pub statistics: Statistics,
    /// `parquet.page.index`: whether an object tells where each of its pages begins; statistics of pages can't do
    /// without, so with them it does in any case.
    pub page_index: bool,
    /// `parquet.bloom.filter.columns`: by their names in the value, joined by dots, without what Parquet puts
    /// between them (`tags` is a list's items; a map has `key` and `value`). Objects without such a column do without.
    pub bloom_filters: Vec<FieldPath>,
    /// `parquet.dictionary`
    pub dictionary: Dictionary,
    /// `parquet.enums`
    pub enums: Enums,
    /// `store.kafka.metadata`
    pub kafka_metadata: KafkaMetadata,
    /// `schema.compatibility`
    pub compatibility: Compatibility,
}

impl Default for ParquetOptions {
    /// Connect's choices, but for the dictionaries, where there is a better one.
    fn default() -> Self {
        Self {
            codec: ParquetCodec::default(),
            statistics: Statistics::Page,
            page_index: true,
            bloom_filters: Vec::new(),
            dictionary: Dictionary::Sampled,
            enums: Enums::String,
            kafka_metadata: KafkaMetadata::None,
            compatibility: Compatibility::None,
        }
    }
}

/// `parquet.statistics`: of what least and greatest values and null counts are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistics {
    /// `none`
    None,
    /// `chunk`: of each column.
    Chunk,
    /// `page`: of each column and, in the page index, of each of its pages.
    Page,
}

/// `parquet.dictionary`: which columns have their distinct values in a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dictionary {
    /// `auto`: those where a sample of the values says that at most half of them are distinct. It depends on
    /// nothing but the values; measured, objects are a fifth smaller than with dictionaries everywhere.
    Sampled,
    /// `true`: all of them, as long as the dictionary fits a page.
    Always,
    /// `false`: none.
    Never,
}

/// `parquet.enums`: how columns of enums are annotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enums {
    /// `string`: as text, which is what most readers make of them.
    String,
    /// `enum`: as ENUM, which some readers (Arrow's among them) give back as bytes.
    Enum,
}
