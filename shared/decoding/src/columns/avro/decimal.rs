//! Decimals as Avro encodes them: big-endian two's complement numbers of any length.

use arrow_buffer::i256;

/// The number, where so many decimal digits hold it.
pub(super) fn number(bytes: &[u8], precision: u8) -> Option<i256> {
    let number = i256::from_be_bytes(extended(bytes)?);
    let bound = i256::from_i128(10).checked_pow(u32::from(precision));
    // A `Decimal256` ends where 77 digits begin, and so does this bound.
    let bound = bound?;
    (number < bound && number > -bound).then_some(number)
}

/// Whether so many decimal digits hold a number.
pub(super) fn fits(bytes: &[u8], precision: u8) -> bool {
    // The ordinary case in the arithmetic that processors have.
    match extended::<16>(bytes) {
        Some(number) if precision <= 38 => {
            i128::from_be_bytes(number).unsigned_abs() < POWERS[usize::from(precision)]
        }
        None if precision <= 38 => false,
        _ => number(bytes, precision).is_some(),
    }
}

/// Powers of ten, as far as they have 128 bits.
const POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// The same number in exactly so many bytes, where they hold it.
fn extended<const LENGTH: usize>(bytes: &[u8]) -> Option<[u8; LENGTH]> {
    let sign = if bytes.first().is_some_and(|&first| first >= 0x80) { 0xff } else { 0 };
    let mut number = [sign; LENGTH];
    let (dropped, kept) = bytes.split_at(bytes.len().saturating_sub(LENGTH));
    number[LENGTH - kept.len()..].copy_from_slice(kept);
    let is_whole = dropped.iter().all(|&byte| byte == sign) && (number[0] >= 0x80) == (sign == 0xff);
    is_whole.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{extended, fits, number};
    use arrow_buffer::i256;

    #[track_caller]
    fn check(value: i128, precision: u8, expected: bool) {
        let mut bytes = value.to_be_bytes().to_vec();
        assert_eq!(fits(&bytes, precision), expected);
        bytes.splice(0..0, [if value < 0 { 0xff } else { 0 }; 30]);
        assert_eq!(fits(&bytes, precision), expected, "with 30 more bytes");
        assert_eq!(number(&bytes, precision), expected.then(|| i256::from_i128(value)));
    }

    #[test]
    fn a_number_fits_where_its_digits_are_no_more_than_the_precision() {
        check(0, 1, true);
        check(9, 1, true);
        check(10, 1, false);
        check(-9, 1, true);
        check(-10, 1, false);
        check(10_i128.pow(38) - 1, 38, true);
        check(1 - 10_i128.pow(38), 38, true);
        check(10_i128.pow(38), 38, false);
        check(10_i128.pow(38), 39, true);
        check(i128::MIN, 38, false);
        check(i128::MIN, 39, true);
        check(i128::MAX, 76, true);
    }

    #[test]
    fn a_number_of_no_byte_is_zero() {
        assert!(fits(&[], 1));
        assert_eq!(number(&[], 76), Some(i256::ZERO));
    }

    #[test]
    fn a_number_keeps_its_sign_where_bytes_are_dropped() {
        assert_eq!(extended::<1>(&[0x00, 0x80]), None);
        assert_eq!(extended::<1>(&[0xff, 0x7f]), None);
        assert_eq!(extended::<1>(&[0xff, 0x80]), Some([0x80]));
        assert_eq!(extended::<2>(&[0x80]), Some([0xff, 0x80]));
        assert!(!fits(&[0x7f; 33], 76));
        assert!(!fits(&[0x7f; 32], 76));
    }
}
