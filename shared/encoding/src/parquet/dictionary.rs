//! Whether a column is worth a dictionary.
//!
//! A dictionary of values that hardly repeat costs time to make and bytes to keep: each value stands in it once, and
//! its number beside it. So a sample of a column's values decides, by its values alone: the same rows always give the
//! same bytes.

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use std::collections::HashSet;

/// How many values are looked at: enough to tell few distinct values from many, and about 1 % of writing them.
const SAMPLE: usize = 512;
/// Values are looked at in runs, spread evenly: equal values tend to be neighbours.
const RUN: usize = 8;

/// The leaves of columns, in Parquet's order.
pub(super) fn leaves(columns: &[ArrayRef]) -> Vec<ArrayRef> {
    let mut leaves = Vec::new();
    columns.iter().for_each(|column| push_leaves(column, &mut leaves));
    leaves
}

fn push_leaves(column: &ArrayRef, leaves: &mut Vec<ArrayRef>) {
    match column.data_type() {
        DataType::Struct(_) => {
            column.as_struct().columns().iter().for_each(|column| push_leaves(column, leaves));
        }
        DataType::List(_) => {
            let list = column.as_list::<i32>();
            push_leaves(&within(list.values(), list.offsets()), leaves);
        }
        DataType::Map(..) => {
            let map = column.as_map();
            push_leaves(&within(map.keys(), map.offsets()), leaves);
            push_leaves(&within(map.values(), map.offsets()), leaves);
        }
        _ => leaves.push(ArrayRef::clone(column)),
    }
}

/// The items that the offsets of a list, itself perhaps a slice, reach.
fn within(items: &ArrayRef, offsets: &[i32]) -> ArrayRef {
    let (first, last) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
    items.slice(first, last - first)
}

/// Whether at most about half of a leaf's values are distinct.
pub(super) fn is_worthwhile(leaf: &dyn Array) -> bool {
    let values = leaf.len() - leaf.null_count();
    match leaf.data_type() {
        // The writer has no dictionaries for booleans.
        DataType::Null | DataType::Boolean => false,
        DataType::Utf8 => decide(leaf, values, |index| leaf.as_string::<i32>().value(index).as_bytes()),
        DataType::Binary => decide(leaf, values, |index| leaf.as_binary::<i32>().value(index)),
        DataType::FixedSizeBinary(_) => {
            decide(leaf, values, |index| leaf.as_fixed_size_binary().value(index))
        }
        data_type => {
            let Some(width) = data_type.primitive_width() else { return true };
            let data = leaf.to_data();
            let bytes = &data.buffers()[0].as_slice()[data.offset() * width..];
            decide(leaf, values, |index| &bytes[index * width..(index + 1) * width])
        }
    }
}

fn decide<'a>(leaf: &dyn Array, values: usize, value: impl Fn(usize) -> &'a [u8]) -> bool {
    let indices = sample(leaf.len());
    let mut sampled = 0;
    let mut distinct = HashSet::with_capacity(indices.len());
    for index in indices.into_iter().filter(|index| leaf.is_valid(*index)) {
        sampled += 1;
        distinct.insert(value(index));
    }
    distinct.len() as f64 <= most_distinct(sampled, values)
}

/// Which of so many values are looked at.
fn sample(length: usize) -> Vec<usize> {
    if length <= SAMPLE {
        return (0..length).collect();
    }
    let runs = SAMPLE / RUN;
    (0..runs).map(|run| run * (length - RUN) / (runs - 1)).flat_map(|first| first..first + RUN).collect()
}

/// How many distinct values a sample has if half of all values are distinct.
fn most_distinct(sampled: usize, values: usize) -> f64 {
    let half = values as f64 / 2.0;
    if sampled == values {
        return half;
    }
    // Of `half` values each is in the sample unless all of the draws miss it.
    let missed = (1.0 - 1.0 / half).powf(sampled as f64);
    half * (1.0 - missed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Decimal128Array, Float64Array, Int64Array, StringArray};
    use std::sync::Arc;

    #[track_caller]
    fn check(values: impl IntoIterator<Item = Option<u64>>, expected: bool) {
        let values = Vec::from_iter(values);
        let numbers: Int64Array = values.iter().map(|it| it.map(|it| it as i64)).collect();
        let floats: Float64Array = values.iter().map(|it| it.map(|it| it as f64)).collect();
        let decimals: Decimal128Array = values.iter().map(|it| it.map(i128::from)).collect();
        let texts: StringArray = values.iter().map(|it| it.map(|it| it.to_string())).collect();
        let columns: [ArrayRef; 4] =
            [Arc::new(numbers), Arc::new(floats), Arc::new(decimals), Arc::new(texts)];
        for column in columns {
            assert_eq!(is_worthwhile(&column), expected, "{}", column.data_type());
        }
    }

    /// Numbers without a pattern: splitmix64.
    fn scattered(number: u64) -> u64 {
        let mixed =
            (number.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 31
    }

    #[test]
    fn few_values_are_counted() {
        check([], true);
        check([None], true);
        check([Some(1)], false);
        check([Some(1), Some(1)], true);
        check([Some(1), Some(2)], false);
        check([Some(1), None, Some(1), None, None, Some(2)], false);
        check((0..512).map(|it| Some(it / 2)), true);
        check((0..512).map(|it| Some(it * 2 / 3)), false);
    }

    #[test]
    fn many_values_are_sampled() {
        for length in [513, 10_000, 100_000] {
            check((0..length).map(Some), false);
            check((0..length).map(|_| Some(7)), true);
            check((0..length).map(|it| Some(scattered(it) % 100)), true);
            check((0..length).map(|it| Some(scattered(it))), false);
        }
    }

    #[test]
    fn values_that_repeat_only_beside_each_other_are_seen() {
        check((0..10_000).map(|it| Some(it / 4)), true);
    }

    #[test]
    fn nulls_are_no_values() {
        check((0..10_000).map(|it| (it % 3 == 0).then(|| scattered(it))), false);
        check((0..10_000).map(|it| (it % 3 == 0).then_some(it % 2)), true);
    }
}
