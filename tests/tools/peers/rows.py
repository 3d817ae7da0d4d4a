"""What pyarrow and DuckDB make of Parquet files."""

import base64
import tempfile

import canonical
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def parquet(request):
    """`files`, a list of base64, gives `files` as they read; `readers` may leave out `duckdb`."""
    readers = request.get("readers", ["pyarrow", "duckdb"])
    return {"files": [read(base64.b64decode(file), readers) for file in request["files"]]}


def read(body, readers):
    file = pq.ParquetFile(pa.BufferReader(body))
    rows = of_table(file.read())
    if "duckdb" in readers:
        difference = canonical.first_difference(rows, of_table(by_duckdb(body)))
        if difference:
            raise ValueError(f"pyarrow and DuckDB differ {difference}")
    metadata = file.metadata
    chunks = [
        metadata.row_group(group).column(column)
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    ]
    return {
        "rows": rows,
        "schema": str(file.schema).partition("\n")[2].strip(),
        "created_by": metadata.created_by,
        "row_groups": metadata.num_row_groups,
        "codecs": sorted({chunk.compression for chunk in chunks}),
        "metadata": {key.decode(): value.decode() for key, value in (metadata.metadata or {}).items()},
    }


def by_duckdb(body):
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
        file.write(body)
        file.flush()
        settle(connection)
        return connection.execute("SELECT * FROM read_parquet(?)", [file.name]).to_arrow_table()


def settle(connection):
    connection.execute("SET threads = 1")
    # Types that Arrow has no word for keep theirs: UUID, JSON.
    connection.execute("SET arrow_lossless_conversion = true")
    connection.execute("SET TimeZone = 'UTC'")


def query(request):
    """`files`, a list of base64, where there are such, are the rows of `schema`.`table`; `statements` are carried out,
    and the rows of `query` are the answer's `rows`."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        for number, file in enumerate(request.get("files", [])):
            with open(f"{folder}/{number:06}.parquet", "wb") as written:
                written.write(base64.b64decode(file))
        settle(connection)
        if "files" in request:
            name = f'"{request["schema"]}"."{request["table"]}"'
            files = f"read_parquet('{folder}/*.parquet', union_by_name = true)"
            connection.execute(f'CREATE SCHEMA "{request["schema"]}"')
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {files}")
        for statement in request["statements"]:
            # Read to its end: DuckDB refuses the next one until then.
            connection.execute(statement).fetchall()
        return {"rows": of_table(connection.sql(request["query"]).to_arrow_table())}


def together(request):
    """The rows of all `files`, a list of base64, as one table of pyarrow's: a column that a file lacks is null there."""
    tables = [pq.read_table(pa.BufferReader(base64.b64decode(file))) for file in request["files"]]
    return {"rows": of_table(pa.concat_tables(tables, promote_options="default"))}


def of_table(table):
    names = table.column_names
    columns = [of_array(column.combine_chunks()) for column in table.columns]
    return [dict(zip(names, row)) for row in zip(*columns)]


def of_array(array):
    """The canonical JSON of each value."""
    kind = array.type
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in of_array(chunk)]
    if isinstance(kind, pa.BaseExtensionType):
        return of_extension(array)
    if pa.types.is_dictionary(kind):
        return of_array(array.dictionary_decode())
    if pa.types.is_struct(kind):
        return of_struct(array)
    if pa.types.is_map(kind):
        pairs = list(zip(of_array(array.keys), of_array(array.items)))
        return [None if slot is None else canonical.of_map(map(list, slot)) for slot in slots(array, pairs)]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return slots(array, of_array(array.values))
    if pa.types.is_timestamp(kind):
        unit, is_instant = NANOSECONDS[kind.unit], kind.tz is not None
        return each(array.cast(pa.int64()), lambda value: canonical.of_timestamp(value * unit, is_instant))
    if pa.types.is_time(kind):
        unit = NANOSECONDS[kind.unit]
        numbers = array.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64())
        return each(numbers, lambda value: canonical.of_time(value * unit))
    if pa.types.is_date32(kind):
        return each(array.cast(pa.int32()), canonical.of_days)
    if pa.types.is_decimal(kind):
        return each(array, canonical.of_decimal)
    if pa.types.is_floating(kind):
        return each(array, canonical.of_float)
    if pa.types.is_interval(kind):
        return each(array, of_interval)
    if any(test(kind) for test in (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)):
        return each(array, canonical.of_bytes)
    return array.to_pylist()


def each(array, canonical_of):
    return [None if value is None else canonical_of(value) for value in array.to_pylist()]


def slots(array, values):
    """The parts of `values` that are the slots of a list array."""
    offsets = array.offsets.to_pylist()
    return [
        values[offsets[index] : offsets[index + 1]] if valid else None
        for index, valid in enumerate(array.is_valid().to_pylist())
    ]


def of_struct(array):
    names = [field.name for field in array.type]
    columns = [of_array(column) for column in array.flatten()]
    members = zip(*columns) if columns else ((),) * len(array)
    valid = array.is_valid().to_pylist()
    return [dict(zip(names, row)) if is_valid else None for row, is_valid in zip(members, valid)]


def of_extension(array):
    match array.type.extension_name:
        case "arrow.uuid":
            return each(array, canonical.of_uuid)
        case "arrow.bool8":
            return each(array.storage, bool)
        case _:
            return of_array(array.storage)


def of_interval(value):
    """As Parquet has it: months, days and milliseconds, each in four bytes."""
    parts = (value.months, value.days, value.nanoseconds // 10**6)
    return canonical.of_bytes(b"".join(part.to_bytes(4, "little") for part in parts))
