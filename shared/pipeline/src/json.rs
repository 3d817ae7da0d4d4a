//! JSON values to JSON Lines.

use crate::format::{Decoded, Format, Patience};
use crate::settings::{JsonSettings, Settings};
use crate::sink::InvocationError;
use backon::Sleeper;
use decoding::json::{JsonOptions, JsonRow, decode_all};
use encoding::{JsonLines, KAFKA_MEMBER, KafkaMetadata};
use record::Batch;
use std::error::Error;

/// JSON values to JSON Lines: what json-sink does.
#[derive(Debug)]
pub struct JsonFormat {
    options: JsonOptions<'static>,
    encoder: JsonLines,
}

impl Format for JsonFormat {
    type Settings = JsonSettings;
    type Row<'b> = JsonRow<'b>;
    type Encoder = JsonLines;

    fn new(settings: &Settings<JsonSettings>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let reserved_member = match settings.kafka_metadata {
            KafkaMetadata::None => None,
            KafkaMetadata::Columns => Some(KAFKA_MEMBER),
        };
        Ok(Self {
            options: JsonOptions {
                null_values: settings.null_values,
                unwrap: settings.unwrap,
                reserved_member,
            },
            encoder: JsonLines::new(settings.format.compression, settings.kafka_metadata),
        })
    }

    async fn decode<'b, Z>(
        &self,
        batch: &'b Batch,
        _patience: &Patience<Z>,
    ) -> Result<Decoded<'b, JsonRow<'b>>, InvocationError>
    where
        Z: Sleeper<Sleep: Send> + Clone + Send + Sync,
    {
        let decoded = decode_all(batch, &self.options);
        Ok(Decoded { rows: decoded.rows, rejections: decoded.rejections, ignored: decoded.ignored })
    }

    fn encoder(&self) -> &JsonLines {
        &self.encoder
    }
}
