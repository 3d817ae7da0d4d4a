//! How columns are encoded.

use crate::support::{encode, metadata, read, table, writer};
use arrow_array::types::Int32Type;
use arrow_array::{Array as _, ArrayRef, BooleanArray, Int64Array, ListArray, StringArray};
use arrow_schema::Field;
use bytes::Bytes;
use decoding::columns::Table;
use encoding::parquet::{Dictionary, ParquetCodec, ParquetOptions, Statistics};
use parquet::basic::Encoding;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use std::sync::Arc;

/// 2,000 rows: `few` has three values, `many` has one in each row, `flags` is boolean, `tags` are lists of few.
fn sample() -> Arc<Table> {
    let numbers = 0..2_000_i64;
    let few: StringArray = numbers.clone().map(|number| Some(["a", "b", "c"][number as usize % 3])).collect();
    let many: Int64Array =
        numbers.clone().map(|number| (number % 10 != 0).then_some(number * 7919)).collect();
    let flags: BooleanArray = numbers.clone().map(|number| Some(number % 2 == 0)).collect();
    let tags = ListArray::from_iter_primitive::<Int32Type, _, _>(
        numbers.map(|number| (number % 5 != 0).then(|| vec![Some(1), Some(2)])),
    );
    let columns: [(&str, ArrayRef); 4] = [
        ("few", Arc::new(few)),
        ("many", Arc::new(many)),
        ("flags", Arc::new(flags)),
        ("tags", Arc::new(tags)),
    ];
    let columns = columns.map(|(name, column)| (Field::new(name, column.data_type().clone(), true), column));
    table(writer("1"), columns.into())
}

fn chunks(metadata: &ParquetMetaData) -> &[ColumnChunkMetaData] {
    metadata.row_group(0).columns()
}

fn has_dictionary(dictionary: Dictionary) -> Vec<bool> {
    let options = ParquetOptions { dictionary, ..ParquetOptions::default() };
    let metadata = metadata(&encode(options, &sample()).unwrap());
    let has = |chunk: &ColumnChunkMetaData| chunk.encodings().any(|it| it == Encoding::RLE_DICTIONARY);
    chunks(&metadata).iter().map(has).collect()
}

#[test]
fn dictionaries_are_for_columns_whose_values_repeat() {
    assert_eq!(has_dictionary(Dictionary::Sampled), [true, false, false, true]);
    assert_eq!(has_dictionary(Dictionary::Always), [true, true, false, true]);
    assert_eq!(has_dictionary(Dictionary::Never), [false; 4]);
}

#[test]
fn every_codec_compresses_every_column_and_comes_back() {
    let sample = sample();
    for name in ["none", "snappy", "gzip", "zstd", "lz4_raw", "brotli"] {
        let codec: ParquetCodec = name.parse().unwrap();
        let object = encode(ParquetOptions { codec, ..ParquetOptions::default() }, &sample).unwrap();
        let expected = if name == "none" { "UNCOMPRESSED".to_owned() } else { name.to_uppercase() };
        for chunk in chunks(&metadata(&object)) {
            assert!(chunk.compression().to_string().starts_with(&expected), "{}", chunk.compression());
        }
        assert_eq!(read(&object)[0].to_data(), sample.rows.column(0).to_data(), "{name}");
        assert_eq!(read(&object)[1].to_data(), sample.rows.column(1).to_data(), "{name}");
    }
}

#[test]
fn a_level_changes_the_size() {
    let size = |codec: ParquetCodec| {
        encode(ParquetOptions { codec, ..ParquetOptions::default() }, &sample()).unwrap().len()
    };
    let gzip: ParquetCodec = "gzip".parse().unwrap();
    assert!(size(gzip.with_level(0).unwrap()) > size(gzip.with_level(1).unwrap()));
    assert!(size(gzip.with_level(1).unwrap()) > size(gzip));
}

/// Whether columns have statistics, places of pages, and statistics of pages.
#[track_caller]
fn check_statistics(statistics: Statistics, page_index: bool, expected: [bool; 3]) {
    let options = ParquetOptions { statistics, page_index, ..ParquetOptions::default() };
    let metadata = metadata(&encode(options, &sample()).unwrap());
    for chunk in chunks(&metadata) {
        let found = [
            chunk.statistics().is_some(),
            chunk.offset_index_offset().is_some(),
            chunk.column_index_offset().is_some(),
        ];
        assert_eq!(found, expected, "{}", chunk.column_path());
    }
}

#[test]
fn statistics_and_the_page_index_are_written_by_setting() {
    check_statistics(Statistics::None, false, [false, false, false]);
    check_statistics(Statistics::None, true, [false, true, false]);
    check_statistics(Statistics::Chunk, false, [true, false, false]);
    check_statistics(Statistics::Chunk, true, [true, true, false]);
    check_statistics(Statistics::Page, true, [true, true, true]);
    // Bounds of pages are of no use to who doesn't know where the pages are.
    check_statistics(Statistics::Page, false, [true, true, true]);
}

#[test]
fn bloom_filters_are_for_the_columns_that_are_named() {
    let bloom_filters =
        ["few", "many", "flags", "tags", "other.column"].map(|path| path.parse().unwrap()).into();
    let object = encode(ParquetOptions { bloom_filters, ..ParquetOptions::default() }, &sample()).unwrap();
    let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
    let reader = SerializedFileReader::new_with_options(Bytes::from(object), options).unwrap();
    let row_group = reader.get_row_group(0).unwrap();
    let few = row_group.get_column_bloom_filter(0).unwrap();
    assert!(few.check("a") && few.check("c") && !few.check("d"));
    let many = row_group.get_column_bloom_filter(1).unwrap();
    assert!((1..2_000_i64).filter(|number| number % 10 != 0).all(|number| many.check(&(number * 7919))));
    let wrong = (1..2_000_i64).filter(|number| many.check(&-number)).count();
    assert!(wrong < 60, "{wrong} of 2,000 are found that aren't there");
    assert!(row_group.get_column_bloom_filter(2).is_none());
    assert!(row_group.get_column_bloom_filter(3).unwrap().check(&1_i32));
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let bloom_filters = vec!["many".parse().unwrap()];
    let options =
        ParquetOptions { bloom_filters, codec: "gzip".parse().unwrap(), ..ParquetOptions::default() };
    assert_eq!(encode(options.clone(), &sample()).unwrap(), encode(options, &sample()).unwrap());
}
