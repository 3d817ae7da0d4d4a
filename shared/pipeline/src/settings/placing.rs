//! Settings that say which records share an object, and how it is called.

use super::reader::Reader;
use super::table;
use naming::{Delimiter, KeyTemplate, Naming};
use partitioning::{Fields, Locale, Partitioner, Partitioning, PathFormat, TimestampExtractor};
use std::fmt::Display;
use std::num::NonZeroU64;

/// What these settings make.
pub(super) struct Placing {
    pub(super) partitioning: Partitioning,
    pub(super) naming: Naming,
    pub(super) quarantine: Naming,
    pub(super) cluster_name: Option<String>,
}

/// A class name of `partitioner.class`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Default,
    Field,
    TimeBased,
    Daily,
    Hourly,
}

/// Longest `quarantine.dir` and `cluster.name`, so that with the longest topic (249 characters, twice in a key) a key
/// in the quarantine is within what S3 takes: a record that fits nowhere would block its partition.
const MAX_QUARANTINE_DIR_BYTES: usize = 256;
const MAX_CLUSTER_NAME_BYTES: usize = 128;

/// Connect's package of the partitioners and their extractors.
const PACKAGE: &str = "io.confluent.connect.storage.partitioner.";

/// Reads them; `extension` is that of data, `quarantine_extension` that of rejected records.
pub(super) fn read(
    reader: &mut Reader<'_>,
    extension: Option<&str>,
    quarantine_extension: Option<&str>,
) -> Option<Placing> {
    let directory_delimiter = reader.read(table::DIRECTORY_DELIM, str::parse::<Delimiter>);
    let partitioners = read_partitioners(reader, directory_delimiter.as_ref());
    let flush_size = reader.number(table::FLUSH_SIZE, 1..=i64::MAX as u64);
    let template = read_template(reader, directory_delimiter.as_ref());
    let topics_dir = read_directory(reader, table::TOPICS_DIR);
    let quarantine_dir = read_directory(reader, table::QUARANTINE_DIR);
    if let (Some(topics_dir), Some(quarantine_dir)) = (&topics_dir, &quarantine_dir)
        && topics_dir == quarantine_dir
    {
        reader.refuse(table::QUARANTINE_DIR, "expected another directory than topics.dir");
    }
    let offset_pad_width = reader.number(table::OFFSET_PAD_WIDTH, 0..=19);
    if quarantine_dir.as_ref().is_some_and(|directory| directory.len() > MAX_QUARANTINE_DIR_BYTES) {
        let expected = format_args!("expected a directory of at most {MAX_QUARANTINE_DIR_BYTES} bytes");
        reader.refuse(table::QUARANTINE_DIR, expected);
    }
    let cluster_name = reader.read(table::CLUSTER_NAME, |text| {
        let is_name = !text.contains(|c: char| c == '/' || c == '%' || c.is_control())
            && !matches!(text, "." | "..")
            && text.len() <= MAX_CLUSTER_NAME_BYTES;
        is_name.then(|| text.to_owned()).ok_or_else(|| {
            format!("expected a name of at most {MAX_CLUSTER_NAME_BYTES} bytes, without /, % and control characters")
        })
    });

    let naming = Naming {
        template: template?,
        directory: topics_dir?,
        offset_pad_width: offset_pad_width? as usize,
        extension: extension?.to_owned(),
    };
    Some(Placing {
        partitioning: Partitioning {
            partitioners: partitioners?,
            directory_delimiter: directory_delimiter?,
            flush_size: flush_size.and_then(NonZeroU64::new),
        },
        quarantine: naming.quarantine(quarantine_dir?, quarantine_extension?.to_owned()),
        naming,
        cluster_name,
    })
}

fn read_template(reader: &mut Reader<'_>, directory: Option<&Delimiter>) -> Option<KeyTemplate> {
    let file = reader.read(table::FILE_DELIM, str::parse::<Delimiter>);
    if reader.is_set(table::OBJECT_KEY_TEMPLATE) {
        if reader.is_set(table::FILE_DELIM) {
            reader.refuse(
                table::FILE_DELIM,
                "expected it not to be set beside object.key.template, which says it all",
            );
        }
        return reader.read(table::OBJECT_KEY_TEMPLATE, str::parse::<KeyTemplate>);
    }
    KeyTemplate::with_delimiters(directory?, &file?)
        .inspect_err(|error| reader.refuse(table::FILE_DELIM, error))
        .ok()
}

fn read_directory(reader: &mut Reader<'_>, setting: &table::Setting) -> Option<String> {
    reader.read(setting, |text| naming::check_directory(text).map(|()| text.to_owned()))
}

fn read_partitioners(reader: &mut Reader<'_>, delimiter: Option<&Delimiter>) -> Option<Vec<Partitioner>> {
    let classes = reader.read(table::PARTITIONER_CLASS, parse_classes);
    let locale = reader.read(table::LOCALE, str::parse::<Locale>);
    let time_zone = reader.read(table::TIMEZONE, partitioning::parse_time_zone);
    let extractor = read_extractor(reader);
    let fields = reader.read(table::PARTITION_FIELD_NAME, str::parse::<Fields>);
    let duration_ms =
        reader.number(table::PARTITION_DURATION_MS, 1..=i64::MAX as u64).and_then(NonZeroU64::new);
    let format = match (locale, delimiter) {
        (Some(locale), Some(delimiter)) => {
            reader.read(table::PATH_FORMAT, |text| PathFormat::parse(text, locale, delimiter))
        }
        _ => None,
    };
    let classes = classes?;

    if classes.contains(&Class::Field) {
        require(reader, table::PARTITION_FIELD_NAME, "FieldPartitioner needs it");
    }
    if classes.contains(&Class::TimeBased) {
        require(reader, table::PATH_FORMAT, "TimeBasedPartitioner needs it");
        require(reader, table::PARTITION_DURATION_MS, "TimeBasedPartitioner needs it");
    }

    let (delimiter, time_zone, extractor) = (delimiter?, time_zone?, extractor?);
    let partitioners = classes
        .iter()
        .map(|class| {
            let (time_zone, extractor) = (time_zone.clone(), extractor.clone());
            Some(match class {
                Class::Default => Partitioner::Default,
                Class::Field => Partitioner::Field(fields.clone()?),
                Class::TimeBased => Partitioner::TimeBased(partitioning::TimeBased {
                    duration_ms: duration_ms?,
                    format: format.clone()?,
                    time_zone,
                    extractor,
                }),
                Class::Daily => Partitioner::daily(time_zone, extractor, delimiter),
                Class::Hourly => Partitioner::hourly(time_zone, extractor, delimiter),
            })
        })
        .collect::<Option<Vec<_>>>()?;
    refuse_overridden_presets(reader, &classes, &partitioners, duration_ms, format.as_ref());
    Some(partitioners)
}

/// Daily and hourly partitioners bring a duration and a format of their own: others beside them contradict.
fn refuse_overridden_presets(
    reader: &mut Reader<'_>,
    classes: &[Class],
    partitioners: &[Partitioner],
    duration_ms: Option<NonZeroU64>,
    format: Option<&PathFormat>,
) {
    if classes.contains(&Class::TimeBased) {
        return;
    }
    let presets = || {
        partitioners.iter().filter_map(|partitioner| match partitioner {
            Partitioner::TimeBased(preset) => Some(preset),
            _ => None,
        })
    };
    let way = "expected it not to be set beside a daily or hourly partitioner, which has its own: \
               take TimeBasedPartitioner";
    if presets().any(|preset| duration_ms.is_some_and(|duration_ms| duration_ms != preset.duration_ms)) {
        reader.refuse(table::PARTITION_DURATION_MS, way);
    }
    if presets().any(|preset| format.is_some_and(|format| *format != preset.format)) {
        reader.refuse(table::PATH_FORMAT, way);
    }
}

fn read_extractor(reader: &mut Reader<'_>) -> Option<TimestampExtractor> {
    let field = reader.read(table::TIMESTAMP_FIELD, str::parse::<record::FieldPath>);
    let unit = reader.read(table::TIMESTAMP_UNIT, str::parse::<partitioning::TimestampUnit>);
    let class = reader.read(table::TIMESTAMP_EXTRACTOR, |text| {
        let class = text.strip_prefix(PACKAGE).and_then(|class| class.strip_prefix("TimeBasedPartitioner$"));
        match class.and_then(|class| class.strip_suffix("TimestampExtractor")).unwrap_or(text) {
            name @ ("Wallclock" | "Record" | "RecordField") => Ok(name.to_owned()),
            _ => Err("expected Record, RecordField or Wallclock"),
        }
    })?;
    match class.as_str() {
        "Wallclock" => Some(TimestampExtractor::Wallclock),
        "Record" => Some(TimestampExtractor::Record),
        _ => Some(TimestampExtractor::RecordField { field: field?, unit: unit? }),
    }
}

fn parse_classes(text: &str) -> Result<Vec<Class>, String> {
    let classes = text
        .split(',')
        .map(|class| match class.trim().strip_prefix(PACKAGE).unwrap_or(class.trim()) {
            "DefaultPartitioner" => Ok(Class::Default),
            "FieldPartitioner" => Ok(Class::Field),
            "TimeBasedPartitioner" => Ok(Class::TimeBased),
            "DailyPartitioner" => Ok(Class::Daily),
            "HourlyPartitioner" => Ok(Class::Hourly),
            _ => Err(
                "expected DefaultPartitioner, FieldPartitioner, TimeBasedPartitioner, DailyPartitioner or \
                      HourlyPartitioner, or several of them separated by commas"
                    .to_owned(),
            ),
        })
        .collect::<Result<Vec<_>, _>>()?;
    match classes.iter().enumerate().find(|(index, class)| classes[..*index].contains(class)) {
        Some((_, class)) => Err(format!("expected each partitioner once, not {class:?}Partitioner twice")),
        None => Ok(classes),
    }
}

fn require(reader: &mut Reader<'_>, setting: &table::Setting, reason: impl Display) {
    if !reader.is_set(setting) {
        reader.refuse(setting, reason);
    }
}
