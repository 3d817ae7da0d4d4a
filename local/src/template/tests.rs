//! Templates, as people write them.

use super::TemplateMapping;
use super::error::Flaw;
use crate::kafka::StartingPosition;
use crate::mapping::{MappingProperties, Property};
use crate::poll::{Mapping, Pollers};
use std::collections::BTreeMap;
use std::time::Duration;

/// 2026-11-28T09:00:00Z.
const NOW_MS: i64 = 1_795_856_400_000;

const STACK: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  ClusterArn: { Type: String }
  Project: { Type: String, Default: shop }
  Topic: { Type: String, Default: tracking.log, AllowedValues: [tracking.log, s3.sink] }
  MinimumPollers: { Type: Number, Default: 0 }
  Window: { Type: Number, Default: 060 }
Conditions:
  IsProvisioned: !Not [!Equals [!Ref MinimumPollers, "0"]]
  IsLake: !And [!Equals [!Ref Topic, s3.sink], !Or [!Condition IsProvisioned, !Equals [a, b]]]
Globals:
  Function:
    Timeout: 30
    Environment: { Variables: { TOPICS_DIR: raw, FLUSH_SIZE: 5 } }
Resources:
  Lost: { Type: AWS::S3::Bucket }
  Lake: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "${Project}-lake-${AWS::AccountId}" } }
  Sink:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: json-sink } }
    Properties:
      MemorySize: 512
      Environment:
        Variables:
          S3_BUCKET_NAME: !Ref Lake
          TOPICS_DIR: !If [IsProvisioned, !Ref AWS::NoValue, topics]
          FLUSH_SIZE: 1
          S3_ROLE_ARN: !GetAtt Role.Arn
      Events:
        Other: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
        Tracking:
          Type: MSK
          Properties:
            Stream: !Ref ClusterArn
            Topics: [!Ref Topic]
            StartingPosition: TRIM_HORIZON
            ConsumerGroupId: !Join ["-", [!Ref Project, !Select [1, !Split [".", !Ref Topic]]]]
            BatchSize: 10000
            MaximumBatchingWindowInSeconds: !Ref Window
            MaximumRetryAttempts: !If [IsProvisioned, 3, !Ref AWS::NoValue]
            FilterCriteria: { Filters: [{ Pattern: '{"value":{"a":["x"]}}' }] }
            FunctionResponseTypes: !If [IsProvisioned, [ReportBatchItemFailures], !Ref AWS::NoValue]
            ProvisionedPollerConfig:
              Fn::If: [IsProvisioned, { MinimumPollers: !Ref MinimumPollers, MaximumPollers: 4 }, !Ref AWS::NoValue]
            DestinationConfig: { OnFailure: { Type: S3, Destination: !GetAtt Lost.Arn } }
  Role: { Type: AWS::IAM::Role }
"#;

const PLAIN: &str = r#"
Parameters:
  Servers: { Type: CommaDelimitedList, Default: "a:9092, b:9092" }
Conditions:
  Never: !Equals [a, b]
Resources:
  Sink: { Type: AWS::Lambda::Function, Properties: { Timeout: 60 } }
  First:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !If [Never, !Ref Other, !GetAtt Sink.Arn]
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: !Ref Servers } }
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: group }
      SourceAccessConfigurations:
        - { Type: VPC_SUBNET, URI: subnet:subnet-1 }
        - { Type: SASL_SCRAM_512_AUTH, URI: !Ref Secret }
      Topics: [orders]
      StartingPosition: AT_TIMESTAMP
      StartingPositionTimestamp: 1700000000
  Second:
    Type: AWS::Lambda::EventSourceMapping
    Condition: Never
    Properties: { Topics: [orders] }
  Secret: { Type: AWS::SecretsManager::Secret }
"#;

fn read(text: &str, resource: Option<&str>, parameters: &[(&str, &str)]) -> Result<TemplateMapping, Flaw> {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    TemplateMapping::parse(text, resource, &parameters.collect())
}

/// The mapping on a Kafka of this computer.
fn mapping(text: &str, resource: Option<&str>, parameters: &[(&str, &str)]) -> Mapping {
    let mut flags = MappingProperties::default();
    flags.set(Property::KafkaBootstrapServers, ["localhost:9092"]);
    let template = read(text, resource, parameters).unwrap_or_else(|flaw| panic!("{flaw}"));
    flags.or(template.properties).validate(NOW_MS).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(text: &str, resource: Option<&str>, expected: &str) {
    assert_eq!(read(text, resource, &[]).unwrap_err().to_string(), expected);
}

#[test]
fn an_event_of_sam_becomes_a_mapping() {
    let mapping = mapping(STACK, Some("Sink.Tracking"), &[]);
    assert_eq!((mapping.topic.as_str(), mapping.consumer_group_id.as_str()), ("tracking.log", "shop-log"));
    assert_eq!((mapping.batch_size, mapping.maximum_batching_window), (10_000, Duration::from_secs(60)));
    assert!(mapping.filters.is_some());
    assert_eq!(mapping.on_failure.as_ref().map(|on_failure| on_failure.bucket.as_str()), Some("lost"));
    assert!(!mapping.report_batch_item_failures);
    assert_eq!(mapping.maximum_retry_attempts, None);
}

#[test]
fn parameters_decide_conditions() {
    let mapping = mapping(STACK, None, &[("MinimumPollers", "2"), ("Project", "x"), ("Topic", "s3.sink")]);
    assert_eq!(mapping.pollers, Pollers { minimum: 2, maximum: 4 });
    assert_eq!((mapping.maximum_retry_attempts, mapping.report_batch_item_failures), (Some(3), true));
    assert_eq!((mapping.topic.as_str(), mapping.consumer_group_id.as_str()), ("s3.sink", "x-sink"));
}

#[test]
fn a_mapping_is_found_by_any_of_its_names() {
    for name in [None, Some("Sink.Tracking"), Some("SinkTracking"), Some("Sink")] {
        assert_eq!(read(STACK, name, &[]).unwrap().resource, "Sink.Tracking", "{name:?}");
    }
    // Of two, one is not made.
    for name in [None, Some("First")] {
        assert_eq!(read(PLAIN, name, &[]).unwrap().resource, "First", "{name:?}");
    }
}

#[test]
fn a_mapping_of_cloudformation_has_its_brokers_and_its_time() {
    let template = read(PLAIN, Some("First"), &[]).unwrap();
    assert_eq!(template.properties.authentication(), Some("SASL_SCRAM_512_AUTH"));
    assert_eq!(
        template.function.as_ref().and_then(|function| function.timeout),
        Some(Duration::from_secs(60))
    );
    let mapping = template.properties.validate(NOW_MS).unwrap();
    assert_eq!(mapping.bootstrap_servers, "a:9092,b:9092");
    assert_eq!(mapping.consumer_group_id, "group");
    assert_eq!(mapping.starting_position, StartingPosition::AtTimestamp { unix_ms: 1_700_000_000_000 });
}

#[test]
fn a_function_comes_with_its_configuration() {
    let function = read(STACK, None, &[("AWS::AccountId", "42")]).unwrap().function.unwrap();
    assert_eq!(function.binary.as_deref(), Some("json-sink"));
    assert_eq!((function.timeout, function.memory_mb), (Some(Duration::from_secs(30)), Some(512)));
    let expected = [("FLUSH_SIZE", "1"), ("S3_BUCKET_NAME", "shop-lake-42"), ("TOPICS_DIR", "topics")];
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(function.variables, expected);
    let unknown: Vec<_> = function.unknown_variables.into_iter().collect();
    assert_eq!(unknown, [("S3_ROLE_ARN".to_owned(), "!GetAtt Role.Arn".to_owned())]);
}

#[test]
fn json_is_a_template_too() {
    let text = "{\"Resources\":{\"M\":{\"Type\":\"AWS::Lambda::EventSourceMapping\",\n\t\"Properties\":\
                {\"Topics\":[\"t\"],\"BatchSize\":{\"Ref\":\"N\"},\"StartingPosition\":\"LATEST\"}}},\
                \"Parameters\":{\"N\":{\"Type\":\"Number\",\"Default\":7}}}";
    assert_eq!(mapping(text, None, &[]).batch_size, 7);
}

#[test]
fn what_only_a_stack_knows_is_an_error_where_it_is_needed() {
    let problems = |parameters: &[(&str, &str)]| {
        read(STACK, None, parameters).unwrap().properties.validate(NOW_MS).unwrap_err().to_string()
    };
    // An MSK cluster's ARN is made up, for nothing depends on it; where its brokers are must be said.
    assert_eq!(
        problems(&[]),
        "the event source mapping cannot be polled: \
         --bootstrap-server is missing: expected brokers as host:port, separated by commas"
    );
    let text = PLAIN
        .replace("Topics: [orders]", "Topics: [!ImportValue Topic]")
        .replace("!Ref Servers", "!Ref Secret");
    let error = read(&text, Some("First"), &[]).unwrap().properties.validate(NOW_MS).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event source mapping cannot be polled: \
         Topics is not known without a deployed stack (!ImportValue): give --topic; \
         KafkaBootstrapServers is not known without a deployed stack (!Ref Secret): give --bootstrap-server"
    );
}

#[test]
fn retry_controls_of_a_template_need_provisioned_pollers() {
    let text = PLAIN.replace(
        "Topics: [orders]",
        "Topics: [orders]\n      BisectBatchOnFunctionError: true\n      BatchSize: 0",
    );
    let error = read(&text, Some("First"), &[]).unwrap().properties.validate(NOW_MS).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event source mapping cannot be polled: BatchSize is 0: expected 1 to 10000; \
         ProvisionedPollerConfig is missing: expected for BisectBatchOnFunctionError: retry controls need provisioned mode"
    );
}

#[test]
fn what_is_not_supported_is_named() {
    let text = PLAIN.replace(
        "{ ConsumerGroupId: group }",
        "{ SchemaRegistryConfig: { EventRecordFormat: JSON }, ConsumptionMode: Queue }\n      ParallelizationFactor: 2",
    );
    let error = read(&text, Some("First"), &[]).unwrap().properties.validate(NOW_MS).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event source mapping cannot be polled: ParallelizationFactor is not supported by this command; \
         SchemaRegistryConfig is not supported by this command; \
         ConsumptionMode other than Stream is not supported by this command"
    );
}

#[test]
fn a_template_without_the_resource_says_what_it_has() {
    refused(STACK, Some("Sinc"), "it has no event source mapping Sinc; it has Sink.Tracking");
    refused("Resources: {}", None, "it has no event source mapping of Kafka");
    refused("Resources: {}", Some("Sink"), "it has no event source mapping of Kafka");
    let twice = PLAIN.replace("Condition: Never", "Metadata: {}");
    refused(&twice, None, "it has several event source mappings: name one of First, Second with --resource");
    refused(
        PLAIN,
        Some("Second"),
        "it makes no Second: the condition Never does not hold with these parameters",
    );
}

#[test]
fn a_parameter_that_is_wrong_is_named() {
    let flaw = |parameters: &[(&str, &str)]| read(STACK, None, parameters).unwrap_err().to_string();
    assert_eq!(
        flaw(&[("Tpic", "x")]),
        "it has no parameter Tpic; it has ClusterArn, Project, Topic, MinimumPollers, Window"
    );
    assert_eq!(
        flaw(&[("Topic", "x")]),
        "its parameter Topic cannot be \"x\": expected one of tracking.log, s3.sink"
    );
}

#[test]
fn what_is_no_template_is_told_with_the_place() {
    for (text, expected) in [
        ("a: [1", "it is not YAML: "),
        ("a: b: c", "it is not YAML: "),
        ("{\"a\":", "it is not JSON: EOF while parsing a value at line 1 column 5"),
        ("a: 1\n---\nb: 2\n", "it is not YAML: it has not exactly one document"),
        ("", "it is not YAML: it has not exactly one document"),
        ("text", "it has no event source mapping of Kafka"),
        ("Resources: [1]", "it has no event source mapping of Kafka"),
    ] {
        let error = read(text, None, &[]).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text:?}: {error}");
    }
    let text = STACK.replace("!Ref Project", "!Ref Projct");
    refused(&text, None, "it refers to Projct, which is neither a parameter nor a resource of it");
    let text = PLAIN.replace("!Equals [a, b]", "!Condition Never");
    refused(&text, None, "expected a condition Never that does not lead to itself");
}
