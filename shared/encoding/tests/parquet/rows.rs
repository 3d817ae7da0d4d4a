//! Any rows of any tables come back in their order.

use crate::support::{batch, read_texts, rows, table, texts, writer};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array as _, ArrayRef, Decimal128Array, FixedSizeBinaryArray, ListArray, MapArray, NullArray, StringArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Fields};
use decoding::columns::Table;
use encoding::Encode as _;
use encoding::parquet::{Compatibility, Dictionary, Parquet, ParquetOptions};
use proptest::prelude::*;
use std::sync::Arc;

/// A table of every kind of column whose rows differ by their numbers.
fn of_every_kind(numbers: &[u16]) -> Arc<Table> {
    let some = |number: &u16| (number % 5 != 0).then_some(*number);
    let texts = || numbers.iter().map(|it| some(it).map(|it| format!("t{it}"))).collect::<StringArray>();
    let decimals: Decimal128Array =
        numbers.iter().map(|it| some(it).map(|it| i128::from(it) - 30_000)).collect();
    let times: TimestampMicrosecondArray =
        numbers.iter().map(|it| Some(i64::from(*it) * -1_000_003)).collect();
    let fixed = numbers.iter().map(|it| it.to_be_bytes());
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(
        numbers
            .iter()
            .map(|it| some(it).map(|it| (0..it % 4).map(move |item| (item != 2).then_some(i32::from(it))))),
    );
    let columns: Vec<(&str, bool, ArrayRef)> = vec![
        ("text", true, Arc::new(texts())),
        ("decimal", true, Arc::new(decimals.with_precision_and_scale(20, 4).unwrap())),
        ("time", false, Arc::new(times.with_timezone("UTC"))),
        ("fixed", false, Arc::new(FixedSizeBinaryArray::try_from_iter(fixed).unwrap())),
        ("nothing", true, Arc::new(NullArray::new(numbers.len()))),
        ("list", true, Arc::new(lists.clone())),
        ("map", false, Arc::new(maps(numbers))),
        ("record", false, Arc::new(records(texts(), lists))),
    ];
    let column = |(name, is_nullable, column): (_, _, ArrayRef)| {
        (Field::new(name, column.data_type().clone(), is_nullable), column)
    };
    table(writer("1"), columns.into_iter().map(column).collect())
}

/// Each number is a map of up to two texts to numbers.
fn maps(numbers: &[u16]) -> MapArray {
    let lengths = numbers.iter().map(|it| usize::from(it % 3));
    let pairs = || numbers.iter().flat_map(|it| (0..it % 3).map(move |key| (key, it)));
    let keys: StringArray = pairs().map(|(key, _)| Some(format!("k{key}"))).collect();
    let values: StringArray = pairs().map(|(key, it)| (key == 0).then(|| it.to_string())).collect();
    let fields = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ]);
    let entries = StructArray::new(fields.clone(), vec![Arc::new(keys), Arc::new(values)], None);
    let field = Arc::new(Field::new("entries", DataType::Struct(fields), false));
    MapArray::new(field, OffsetBuffer::from_lengths(lengths), entries, None, false)
}

fn records(texts: StringArray, lists: ListArray) -> StructArray {
    let fields = Fields::from(vec![
        Field::new("text", DataType::Utf8, true),
        Field::new("list", lists.data_type().clone(), true),
    ]);
    StructArray::new(fields, vec![Arc::new(texts), Arc::new(lists)], None)
}

/// The rows' values, column by column.
fn expected(tables: &[Arc<Table>], places: &[Option<(usize, usize)>]) -> Vec<Vec<String>> {
    let of_table = |table: &Arc<Table>| table.rows.columns().iter().map(texts).collect::<Vec<_>>();
    let of_tables: Vec<_> = tables.iter().map(of_table).collect();
    let value = |column: usize, place: &Option<(usize, usize)>| match place {
        Some((table, index)) => of_tables[*table][column][*index].clone(),
        None => "<null>".to_owned(),
    };
    (0..8).map(|column| places.iter().map(|place| value(column, place)).collect()).collect()
}

fn check(tables: &[Arc<Table>], places: &[Option<(usize, usize)>]) {
    let batch = batch(places.len());
    let of_tables: Vec<_> =
        places.iter().map(|place| place.map(|(table, index)| (&tables[table], index))).collect();
    let rows = rows(&batch, &of_tables);
    for compatibility in [Compatibility::None, Compatibility::Full] {
        let dictionary = Dictionary::Sampled;
        let parquet = Parquet::new(ParquetOptions { compatibility, dictionary, ..ParquetOptions::default() });
        assert_eq!(parquet.together(&rows), rows.len());
        let object = parquet.encode(&rows, 0..rows.len(), "100-").unwrap();
        assert_eq!(read_texts(&object), expected(tables, places));
        assert_eq!(parquet.encode(&rows, 0..rows.len(), "100-").unwrap(), object);
    }
}

#[test]
fn a_whole_table_a_part_of_it_and_scattered_rows_come_back() {
    let table = [of_every_kind(&Vec::from_iter(1..=40))];
    let places = |indices: &[usize]| Vec::from_iter(indices.iter().map(|index| Some((0, *index))));
    check(&table, &places(&Vec::from_iter(0..40)));
    check(&table, &places(&Vec::from_iter(7..19)));
    check(&table, &places(&[39]));
    check(&table, &places(&[3, 0, 3, 39, 38]));
}

#[test]
fn tables_that_alternate_come_back_in_one_object() {
    let tables = [of_every_kind(&[1, 2, 3, 4]), of_every_kind(&[105, 106])];
    check(&tables, &[Some((0, 0)), Some((1, 0)), Some((0, 1)), None, Some((1, 1)), Some((0, 3))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_rows_of_any_tables_come_back(
        numbers in prop::collection::vec(prop::collection::vec(any::<u16>(), 1..30), 1..4),
        picks in prop::collection::vec((0..8_usize, any::<prop::sample::Index>()), 1..60),
    ) {
        let tables: Vec<_> = numbers.iter().map(|numbers| of_every_kind(numbers)).collect();
        // Now and then a tombstone, but not alone: there are no columns without a row.
        let place = |(pick, index): &(usize, prop::sample::Index)| {
            let table = pick % tables.len();
            (*pick != 7).then(|| (table, index.index(numbers[table].len())))
        };
        let mut places: Vec<_> = picks.iter().map(place).collect();
        places.push(Some((0, 0)));
        check(&tables, &places);
    }
}
