//! Properties as a template has them.

use super::{Content, MappingProperties, Origin, Problem, Property, Written};
use crate::template::Value;

/// The properties that say nothing of what reaches the function, and when.
const WITHOUT_EFFECT: [&str; 9] = [
    "Enabled",
    "FunctionName",
    "KmsKeyArn",
    "LoggingConfig",
    "MetricsConfig",
    "PollerGroupName",
    "SourceAccessConfigurations",
    "Tags",
    // SAM's, for the policies of a role.
    "Type",
];

impl MappingProperties {
    /// Takes the properties of an `AWS::Lambda::EventSourceMapping`, or of SAM's events `MSK` and `SelfManagedKafka`.
    pub(crate) fn from_template(properties: &Value) -> Self {
        let mut taken = Self::default();
        if let Value::Map(entries) = properties {
            for (name, value) in entries {
                taken.take(name, value);
            }
        }
        taken.authentication = authentication(properties.get("SourceAccessConfigurations"));
        taken
    }

    fn take(&mut self, name: &str, value: &Value) {
        let inner = |name: &str| value.get(name);
        match name {
            "Topics" => self.write(Property::Topics, value),
            "EventSourceArn" | "Stream" => self.write(Property::EventSourceArn, value),
            "KafkaBootstrapServers" => self.write(Property::KafkaBootstrapServers, value),
            "SelfManagedEventSource" => {
                let servers = inner("Endpoints").get("KafkaBootstrapServers").clone();
                self.write(Property::KafkaBootstrapServers, &servers);
            }
            "ConsumerGroupId" => self.write(Property::ConsumerGroupId, value),
            "AmazonManagedKafkaEventSourceConfig" | "SelfManagedKafkaEventSourceConfig" => {
                self.write(Property::ConsumerGroupId, inner("ConsumerGroupId"));
                // Lambda would hand the function other values than Kafka has.
                self.refuse(inner("SchemaRegistryConfig"), "SchemaRegistryConfig");
                if *inner("ConsumptionMode") != Value::text("Stream") {
                    self.refuse(inner("ConsumptionMode"), "ConsumptionMode other than Stream");
                }
            }
            "BatchSize" => self.write(Property::BatchSize, value),
            "MaximumBatchingWindowInSeconds" => self.write(Property::MaximumBatchingWindowInSeconds, value),
            "StartingPosition" => self.write(Property::StartingPosition, value),
            "StartingPositionTimestamp" => self.write(Property::StartingPositionTimestamp, value),
            "MaximumRetryAttempts" => self.write(Property::MaximumRetryAttempts, value),
            "MaximumRecordAgeInSeconds" => self.write(Property::MaximumRecordAgeInSeconds, value),
            "BisectBatchOnFunctionError" => self.write(Property::BisectBatchOnFunctionError, value),
            "FunctionResponseTypes" => self.write(Property::FunctionResponseTypes, value),
            "FilterCriteria" => {
                let patterns = match inner("Filters") {
                    Value::List(filters) => {
                        Value::List(filters.iter().map(|filter| filter.get("Pattern").clone()).collect())
                    }
                    other => other.clone(),
                };
                self.write(Property::FilterCriteria, &patterns);
            }
            "DestinationConfig" => {
                let destination = inner("OnFailure").get("Destination").clone();
                self.write(Property::OnFailure, &destination);
            }
            "ProvisionedPollerConfig" => {
                // What is not said in it has a default of its own.
                let or = |value: &Value, default: &str| {
                    if value.is_nothing() { Value::text(default) } else { value.clone() }
                };
                self.write(Property::MinimumPollers, &or(inner("MinimumPollers"), "1"));
                self.write(Property::MaximumPollers, &or(inner("MaximumPollers"), "200"));
            }
            name if WITHOUT_EFFECT.contains(&name) => {}
            name => self.refuse(value, name),
        }
    }

    fn write(&mut self, property: Property, value: &Value) {
        let content = match value {
            Value::Nothing => return,
            Value::Text(text) => Content::Texts(vec![text.clone()]),
            Value::Unknown(what) => Content::Unknown(what.clone()),
            Value::List(elements) => texts(elements),
            Value::Map(_) => Content::Unknown("an object".to_owned()),
        };
        self.written.insert(property, Written { content, origin: Origin::Template });
    }

    fn refuse(&mut self, value: &Value, name: &str) {
        if !value.is_nothing() {
            self.problems.push(Problem::NotSupported { name: name.to_owned() });
        }
    }
}

/// A list is known when all of it is.
fn texts(elements: &[Value]) -> Content {
    let mut texts = Vec::new();
    for element in elements {
        match element {
            Value::Text(text) => texts.push(text.clone()),
            Value::Unknown(what) => return Content::Unknown(what.clone()),
            Value::List(inner) => match self::texts(inner) {
                Content::Texts(inner) => texts.extend(inner),
                unknown @ Content::Unknown(_) => return unknown,
            },
            Value::Nothing | Value::Map(_) => return Content::Unknown("an object".to_owned()),
        }
    }
    Content::Texts(texts)
}

fn authentication(configurations: &Value) -> Option<String> {
    let Value::List(configurations) = configurations else { return None };
    configurations.iter().find_map(|configuration| match configuration.get("Type") {
        Value::Text(name) if name.ends_with("_AUTH") => Some(name.clone()),
        _ => None,
    })
}
