//! Names in a field's metadata: what a column means beyond Arrow's types.
//!
//! Columns have these Arrow types and no others: `Null`, `Boolean`, `Int32`, `Int64`, `Float32`, `Float64`, `Utf8`,
//! `Binary`, `FixedSizeBinary`, `Date32`, `Time32(Millisecond)`, `Time64(Microsecond | Nanosecond)`,
//! `Timestamp(Millisecond | Microsecond | Nanosecond, None | "UTC")`, `Decimal128`, `Decimal256`, `List`, `Map` with
//! `Utf8` keys, and `Struct` with at least one field. An integer without sign is the next wider with one, 64 bits of
//! it a `Decimal128(20, 0)`.

/// Which of the `LOGICAL_…` meanings a column has.
pub const LOGICAL: &str = "landfall.logical";

/// `Utf8`: one of a fixed set of names, listed under [`SYMBOLS`].
pub const LOGICAL_ENUM: &str = "enum";
/// `Utf8`: a JSON text.
pub const LOGICAL_JSON: &str = "json";
/// `FixedSizeBinary(16)`: a UUID.
pub const LOGICAL_UUID: &str = "uuid";
/// `FixedSizeBinary(12)`: months, days and milliseconds, each an unsigned little-endian number of 32 bits.
pub const LOGICAL_INTERVAL: &str = "interval";
/// `Struct`: a union of several types; at most one field, each of them nullable, is not null.
pub const LOGICAL_UNION: &str = "union";

/// Symbols of an enum in their order, as a JSON array.
pub const SYMBOLS: &str = "landfall.symbols";
/// The symbol of an enum that stands for those that a reader doesn't know.
pub const ENUM_DEFAULT: &str = "landfall.enum.default";
/// Other names of a field, as a JSON array.
pub const ALIASES: &str = "landfall.aliases";
/// What a field is where a writer doesn't have it, as the JSON of an Avro default.
pub const DEFAULT: &str = "landfall.default";
/// Full name of a record, enum or fixed.
pub const NAME: &str = "landfall.name";
/// What the schema says of the field, for people.
pub const DOC: &str = "landfall.doc";
