//! Whole numbers, many digits at once.

use super::cursor::{Cursor, Parsed};

impl Cursor<'_> {
    /// Reads the whole number that is this member's value.
    #[inline]
    pub(super) fn integer(&mut self, member: &'static str, expected: &'static str) -> Parsed<i64> {
        match self.rest().first_chunk().map(leading_number) {
            Some(Some((number, length))) => {
                self.advance(length);
                Ok(number)
            }
            _ => self.unusual_integer(member, expected),
        }
    }

    /// Reads a number that is negative, long, or none; and the last one of an event.
    fn unusual_integer(&mut self, member: &'static str, expected: &'static str) -> Parsed<i64> {
        let start = *self;
        let negative = self.take(b"-");
        let digits = self.rest();
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.advance(length);
        if length == 0 || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Err(start.wrong_type(member, expected));
        }
        if length > 1 && digits[0] == b'0' {
            return Err(start.expected("a number without leading zeros"));
        }
        // Counted downwards, for there is one more number below zero than above.
        let number = digits[..length]
            .iter()
            .try_fold(0_i64, |number, digit| number.checked_mul(10)?.checked_sub(i64::from(digit - b'0')));
        let number = if negative { number } else { number.and_then(i64::checked_neg) };
        number.ok_or_else(|| start.wrong_type(member, expected))
    }
}

/// One in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;

/// Reads the number that these bytes start with, if it ends before they do; says how long it is.
#[inline(always)]
fn leading_number(bytes: &[u8; 16]) -> Option<(i64, usize)> {
    let [low, high] =
        [&bytes[..8], &bytes[8..]].map(|half| digits(half.try_into().expect("half of sixteen")));
    let (number, length) = match leading_digits(low) {
        8 => {
            let length = leading_digits(high);
            (eight_digits(low) * POWERS_OF_TEN[length & 7] + first_digits(high, length), 8 + length)
        }
        length => (first_digits(low, length), length),
    };
    let starts_well = low as u8 != 0 || length == 1;
    let ends_well = length < 16 && !matches!(bytes[length & 15], b'.' | b'e' | b'E');
    (length > 0 && starts_well && ends_well).then_some((number as i64, length))
}

/// Two numbers from 0 to 255 in an array.
pub(super) struct TwoBytes {
    pub(super) bytes: [u8; 2],
    /// How long they are, with what stands behind each.
    pub(super) length: usize,
    /// Whether the array ends with them.
    pub(super) are_last: bool,
}

/// Reads two numbers from 0 to 255, with a comma between them and a comma or a bracket behind.
///
/// Two at once and without a branch on their lengths: the digits of text vary between two and three, so that a
/// loop over them guesses wrong on every other byte.
#[inline(always)]
pub(super) fn two_bytes(bytes: &[u8; 8]) -> Option<TwoBytes> {
    /// The least number that is written with as many digits; for none and for more than three, one above 255.
    const LEAST: [u64; 8] = [999, 0, 10, 100, 999, 999, 999, 999];
    /// A number in each half of 64 bits.
    const HALVES: u64 = 0x0000_0001_0000_0001;
    let digits = digits(bytes);
    let others = non_digits(digits);
    let first = others.trailing_zeros() as usize / 8;
    // The second is exact where the first is a comma, which is too small to carry.
    let second = (others & others.wrapping_sub(1)).trailing_zeros() as usize / 8;
    if second > 7 || bytes[first & 7] != b',' {
        return None;
    }
    let are_last = match bytes[second & 7] {
        b',' => false,
        b']' => true,
        _ => return None,
    };
    // The last digit of each moves to the highest byte of its half; zeros come in before the first.
    let lengths = [first & 7, (second - first - 1) & 7];
    let [low, high] = [digits, digits >> ((8 * (first + 1)) & 63)];
    let low = (low as u32).wrapping_shl(64 - 8 * lengths[0] as u32);
    let high = (high as u32).wrapping_shl(64 - 8 * lengths[1] as u32);
    let halves = u64::from(low) | u64::from(high) << 32;
    let [hundreds, tens, ones] = [8, 16, 24].map(|shift| halves >> shift & (HALVES * 0xff));
    let numbers = ones + tens * 10 + hundreds * 100;
    // The subtraction borrows from the high bit of a half whose number is too small.
    let least = LEAST[lengths[0]] | LEAST[lengths[1]] << 32;
    let kept = ((numbers | HALVES << 31) - least) & (HALVES << 31);
    let above_255 = numbers & !(HALVES * 0xff);
    if kept != HALVES << 31 || above_255 != 0 {
        return None;
    }
    Some(TwoBytes { bytes: [numbers as u8, (numbers >> 32) as u8], length: second + 1, are_last })
}

/// Turns digits into what they stand for; the first is the lowest byte.
#[inline(always)]
fn digits(bytes: &[u8; 8]) -> u64 {
    u64::from_le_bytes(*bytes) ^ (EACH * u64::from(b'0'))
}

/// Sets the high bit of each byte that is above 9, exactly so up to and with the first one.
#[inline(always)]
fn non_digits(digits: u64) -> u64 {
    // 10 and more overflow into the high bit; only a byte that is none itself can carry into the next.
    (digits.wrapping_add(EACH * (0x80 - 10)) | digits) & (EACH * 0x80)
}

/// How many digits come first.
#[inline(always)]
fn leading_digits(digits: u64) -> usize {
    non_digits(digits).trailing_zeros() as usize / 8
}

const POWERS_OF_TEN: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// The number of less than eight digits that come first.
#[inline(always)]
fn first_digits(digits: u64, length: usize) -> u64 {
    // The last digit moves to the highest byte, zeros come in before the first. In two steps, since none at all
    // have to go all the way.
    eight_digits(digits << (56 - 8 * (length & 7)) << 8)
}

#[inline(always)]
fn eight_digits(digits: u64) -> u64 {
    // Neighbours become pairs, pairs become fours, fours the number.
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}
