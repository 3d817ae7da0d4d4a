//! A database of all kinds of columns.

/// The database, before it is captured: what stands in it comes with the snapshot.
pub(crate) const TABLES: [&str; 9] = [
    "CREATE DATABASE shop",
    "CREATE TABLE shop.kinds (id INT PRIMARY KEY,
        bit1 BIT(1), bit10 BIT(10), bool_ BOOLEAN, ti TINYINT, tu TINYINT UNSIGNED, si SMALLINT, su SMALLINT UNSIGNED,
        mi MEDIUMINT, iu INT UNSIGNED, bi BIGINT, bu BIGINT UNSIGNED, f FLOAT, d DOUBLE, de DECIMAL(10,2),
        dw DECIMAL(38,10), dx DECIMAL(65,30), c CHAR(5), v VARCHAR(20), bn BINARY(4), vb VARBINARY(10), tx TEXT, bb BLOB,
        e ENUM('a','b'), s SET('x','y','z'), da DATE, t0 TIME, t6 TIME(6), dt DATETIME, d6 DATETIME(6),
        ts TIMESTAMP NULL, t3 TIMESTAMP(6) NULL, y YEAR, j JSON, g GEOMETRY)",
    "INSERT INTO shop.kinds VALUES (1,
        b'1', b'1000000001', true, -128, 255, -32768, 65535,
        -8388608, 4294967295, -9223372036854775808, 18446744073709551615, 1.5, 2.25, -12345678.90,
        1234567890123456789012345678.0123456789,
        99999999999999999999999999999999999.999999999999999999999999999999, 'ab', 'héllo', 0x01020304, 0xff00, 'text', 0x00ff,
        'b', 'x,z', '2024-02-29', '-838:59:59', '23:59:59.999999', '2024-02-29 23:59:59', '1969-12-31 23:59:59.999999',
        '2024-01-01 00:00:00', '2038-01-19 03:14:07.999999', 2024, '{\"a\": [1, 2.5], \"é\": null}',
        ST_GeomFromText('POINT(1 2)'))",
    "CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(50), price DECIMAL(10,2) NOT NULL,
        at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
    "INSERT INTO shop.orders (note, price) VALUES ('one', 1.10), ('two', 2.20), ('three', 3.30)",
    "CREATE TABLE shop.pairs (a INT, b VARCHAR(10), n INT, PRIMARY KEY (a, b))",
    "INSERT INTO shop.pairs VALUES (1, 'x', 1), (1, 'y', 2)",
    "CREATE TABLE shop.entries (entry VARCHAR(50))",
    "INSERT INTO shop.entries VALUES ('a'), ('a')",
];

/// A row that comes from the binlog, and one of nulls.
pub(crate) const ALL_KINDS: &str = "INSERT INTO shop.kinds VALUES
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, b'0', b'0000000010', false, 127, 0, 32767, 0,
        8388607, 0, 9223372036854775807, 9223372036854775808, -1.5, 1e100, 99999999.99,
        -0.0000000001, -0.000000000000000000000000000001, '', 'x', 0x00000000, '', '', '',
        'a', '', '1000-01-01', '838:59:59', '00:00:00.000001', '9999-12-31 23:59:59', '2024-06-15 12:00:00.5',
        '1970-01-01 00:00:01', '2024-06-15 12:00:00.000001', 1901, '\"text\"',
        ST_GeomFromText('LINESTRING(0 0, 1 1)'))";

/// The numbers of 65 digits among these rows.
pub(crate) const WIDEST: [&str; 2] = [
    "-0.000000000000000000000000000001",
    "99999999999999999999999999999999999.999999999999999999999999999999",
];
