//! Exact decimals.

use arrow_buffer::i256;

/// The unscaled value of a decimal text such as `-12.50` or `1e3` at a scale; none where the text is no number or
/// the scale doesn't hold it exactly.
pub(in crate::columns) fn from_text(text: &str, scale: i8) -> Option<i256> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], exponent(&unsigned[at + 1..])?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let digits = whole.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0');
    let significant = digits.clone().count();
    if significant == 0 {
        return Some(i256::ZERO);
    }
    // How many zeros are to follow the digits, or how many digits, which must be zeros, are to go.
    let shift = exponent.saturating_add(i64::from(scale)).saturating_sub(i64::try_from(fraction.len()).ok()?);
    let kept = i64::try_from(significant).ok()?.saturating_add(shift);
    let kept = usize::try_from(kept).ok().filter(|kept| *kept <= 77)?;
    if digits.clone().skip(kept).any(|digit| digit != b'0') {
        return None;
    }
    let magnitude = magnitude(digits.chain(std::iter::repeat(b'0')).take(kept))?;
    Some(if negative { magnitude.wrapping_neg() } else { magnitude })
}

/// A whole number of 64 bits, from a JSON number: `1.0` and `1e3` are whole.
pub(in crate::columns) fn whole(text: &str) -> Option<i64> {
    match text.parse() {
        Ok(value) => Some(value),
        Err(_) => i64::try_from(from_text(text, 0)?.to_i128()?).ok(),
    }
}

/// Big-endian two's complement; none where it has more than 256 bits.
pub(in crate::columns) fn from_bytes(bytes: &[u8]) -> Option<i256> {
    let fill = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let surplus = bytes.len().saturating_sub(32);
    if bytes[..surplus].iter().any(|byte| *byte != fill) {
        return None;
    }
    let bytes = &bytes[surplus..];
    // What was cut off must have been no more than the sign.
    if surplus > 0 && bytes.first().is_some_and(|first| (first & 0x80 != 0) != (fill == 0xff)) {
        return None;
    }
    let mut wide = [fill; 32];
    wide[32 - bytes.len()..].copy_from_slice(bytes);
    Some(i256::from_be_bytes(wide))
}

/// The same decimal at another scale; none where that would not be exact.
pub(in crate::columns) fn rescale(unscaled: i256, from: i32, to: i8) -> Option<i256> {
    if unscaled == i256::ZERO {
        return Some(unscaled);
    }
    let shift = i32::from(to).checked_sub(from)?;
    let factor = power_of_ten(shift.unsigned_abs())?;
    if shift >= 0 {
        return unscaled.checked_mul(factor);
    }
    let (quotient, remainder) = unscaled.checked_div_rem(factor)?;
    (remainder == i256::ZERO).then_some(quotient)
}

/// Whether a precision holds an unscaled value.
pub(in crate::columns) fn fits(unscaled: i256, precision: u8) -> bool {
    if let (Some(value), 0..=38) = (unscaled.to_i128(), precision) {
        return value.unsigned_abs() < 10u128.pow(u32::from(precision));
    }
    match (unscaled.checked_abs(), power_of_ten(u32::from(precision))) {
        (Some(magnitude), Some(bound)) => magnitude < bound,
        _ => false,
    }
}

fn power_of_ten(exponent: u32) -> Option<i256> {
    // 10^76 is the last that 256 bits hold.
    (exponent <= 76).then(|| i256::from_i128(10).wrapping_pow(exponent))
}

fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Whatever has more digits than that is out of every column's reach, unless the number is 0.
    let magnitude = digits.parse().unwrap_or(i64::from(i32::MAX));
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

fn magnitude(digits: impl Iterator<Item = u8>) -> Option<i256> {
    const CHUNK: u32 = 36;
    let (mut value, mut chunk, mut in_chunk) = (i256::ZERO, 0i128, 0);
    let mut flush = |chunk: &mut i128, in_chunk: &mut u32| {
        value = value.checked_mul(power_of_ten(*in_chunk)?)?.checked_add(i256::from_i128(*chunk))?;
        (*chunk, *in_chunk) = (0, 0);
        Some(())
    };
    for digit in digits {
        chunk = chunk * 10 + i128::from(digit - b'0');
        in_chunk += 1;
        if in_chunk == CHUNK {
            flush(&mut chunk, &mut in_chunk)?;
        }
    }
    flush(&mut chunk, &mut in_chunk)?;
    Some(value)
}
