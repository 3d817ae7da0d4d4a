//! `landfall poll --template`: the mapping and the function of a template, polled on this computer.

use end_to_end::tools;
use local::kafka::{EmbeddedKafka, Producer};
use record::TimestampType;
use record::event::NewRecord;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const TEMPLATE: &str = r#"
Transform: AWS::Serverless-2016-10-31
Parameters:
  ClusterArn: { Type: String }
  Topic: { Type: String, Default: orders }
  OnlyType: { Type: String, Default: "" }
Conditions:
  HasFilter: !Not [!Equals [!Ref OnlyType, ""]]
Globals:
  Function: { Timeout: 30, MemorySize: 256 }
Resources:
  Lost: { Type: AWS::S3::Bucket }
  Lake: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "lake-${AWS::AccountId}" } }
  Sink:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: json-sink } }
    Properties:
      FunctionName: sink
      Environment:
        Variables:
          S3_BUCKET_NAME: !Ref Lake
          TOPICS_DIR: raw
          FLUSH_SIZE: 1
          S3_ROLE_ARN: !GetAtt Role.Arn
          ERRORS_TOLERANCE: none
      Events:
        Orders:
          Type: MSK
          Properties:
            Stream: !Ref ClusterArn
            Topics: [!Ref Topic]
            StartingPosition: TRIM_HORIZON
            ConsumerGroupId: !Sub "${Topic}-to-lake"
            BatchSize: 2
            MaximumBatchingWindowInSeconds: 0
            MaximumRetryAttempts: 0
            ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 1 }
            DestinationConfig: { OnFailure: { Type: S3, Destination: !GetAtt Lost.Arn } }
            FilterCriteria:
              Fn::If:
                - HasFilter
                - Filters: [{ Pattern: !Sub '{"value":{"type":["${OnlyType}"]}}' }]
                - !Ref AWS::NoValue
  Role: { Type: AWS::IAM::Role }
"#;

/// A Kafka with the topic `orders`, a template, and a folder for the objects.
struct Stage {
    kafka: EmbeddedKafka,
    folder: TempDir,
}

impl Stage {
    async fn new(values: &[&str]) -> Self {
        let kafka = EmbeddedKafka::start().expect("a Kafka can be started");
        kafka.create_topic("orders", 1).expect("the topic can be made");
        let producer = Producer::connect(kafka.bootstrap_servers()).expect("a producer can be made");
        for (offset, value) in values.iter().enumerate() {
            let record = NewRecord {
                topic: "orders",
                partition: 0,
                offset: offset as i64,
                timestamp_ms: 1_700_000_000_000,
                timestamp_type: TimestampType::CreateTime,
                key: None,
                value: Some(value.as_bytes()),
                headers: Vec::new(),
            };
            producer.send(&record).await.expect("Kafka takes the record");
        }
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("template.yaml"), TEMPLATE).expect("a file can be written");
        Self { kafka, folder }
    }

    fn template(&self) -> PathBuf {
        self.folder.path().join("template.yaml")
    }

    /// Polls until all is delivered or given up.
    fn poll(&self, template: &Path, arguments: &[&str]) -> Output {
        Command::new(tools::binary("landfall"))
            .args(["poll", "--until-caught-up", "--bootstrap-server", self.kafka.bootstrap_servers()])
            .arg("--template")
            .arg(template)
            .arg("--dir")
            .arg(self.folder.path().join("objects"))
            .args(arguments)
            .output()
            .expect("landfall can be started")
    }

    #[track_caller]
    fn polled(&self, arguments: &[&str]) -> String {
        let output = self.poll(&self.template(), arguments);
        let said = text(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], expected: &str) {
        let output = self.poll(&self.template(), arguments);
        let said = text(&output.stderr);
        let last =
            said.lines().last().unwrap_or_default().replace(&format!("{}", self.template().display()), "T");
        assert_eq!((output.status.code(), last.as_str()), (Some(1), expected), "{said}");
    }

    /// The objects of a bucket by their keys.
    fn objects(&self, bucket: &str) -> BTreeMap<String, String> {
        let root = self.folder.path().join("objects").join(bucket);
        let mut objects = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries {
                let path = entry.expect("a folder can be read").path();
                let name = path.strip_prefix(&root).expect("it lies below").display().to_string();
                if path.is_dir() {
                    folders.push(path);
                } else if !name.split('/').any(|part| part.starts_with('.')) {
                    objects.insert(name, fs::read_to_string(&path).expect("an object can be read"));
                }
            }
        }
        objects
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn the_mapping_and_the_function_are_those_of_the_template() {
    let stage = Stage::new(&["{\"n\":0}", "{\"n\":1}", "{\"n\":2}"]).await;
    let said = stage.polled(&["--parameter", "AWS::AccountId=42"]);
    assert!(
        said.contains(
            "S3_ROLE_ARN is left out, for only a deployed stack knows it (!GetAtt Role.Arn); --env sets it"
        ),
        "{said}"
    );
    let expected = (0..3)
        .map(|n| (format!("raw/orders/partition=0/orders+0+000000000{n}.json"), format!("{{\"n\":{n}}}\n")));
    assert_eq!(stage.objects("lake-42"), expected.collect());
    // The group is the template's: there is nothing left for it, and all for another.
    stage.polled(&["--env", "S3_BUCKET_NAME=other"]);
    assert_eq!(stage.objects("other").len(), 0);
    stage.polled(&["--env", "S3_BUCKET_NAME=other", "--consumer-group-id", "another"]);
    assert_eq!(stage.objects("other").len(), 3);
}

#[tokio::test]
async fn the_template_of_this_repository_can_be_polled() {
    let stage = Stage::new(&["{\"n\":0}"]).await;
    let arguments =
        ["--resource", "Mapping", "--parameter", "Topic=orders", "--parameter", "S3BucketName=lake"];
    // A batch of the template waits a minute for records; here nothing more comes, which ends it.
    let output = stage.poll(&tools::root().join("infra/sinks.yaml"), &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let keys: Vec<String> = stage.objects("lake").into_keys().collect();
    assert_eq!(keys, ["topics/orders/partition=0/orders+0+0000000000.json"]);
}

#[tokio::test]
async fn only_records_that_the_filter_keeps_reach_the_function() {
    let values = [r#"{"type":"paid"}"#, r#"{"type":"open"}"#, "no JSON", r#"{"type":["open","paid"]}"#];
    let stage = Stage::new(&values).await;
    // What is no JSON is not filtered, and the function of this template does not tolerate it.
    stage.polled(&["--resource", "Sink", "--parameter", "OnlyType=paid", "--env", "ERRORS_TOLERANCE=all"]);
    let keys: Vec<String> = stage.objects("lake-123456789012").into_keys().collect();
    assert_eq!(
        keys,
        [
            "quarantine/orders/partition=0/orders+0+0000000002.json",
            "raw/orders/partition=0/orders+0+0000000000.json",
            "raw/orders/partition=0/orders+0+0000000003.json",
        ]
    );
    let flags = ["--consumer-group-id", "flags", "--filter", r#"{"value":{"type":[{"prefix":"op"}]}}"#];
    stage.polled(&[&flags[..], &["--env", "S3_BUCKET_NAME=open", "--env", "ERRORS_TOLERANCE=all"]].concat());
    let keys: Vec<String> = stage.objects("open").into_keys().collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert!(keys[1].ends_with("0000000001.json"), "{keys:?}");
}

#[tokio::test]
async fn what_is_given_up_goes_to_the_bucket_of_the_template() {
    let stage = Stage::new(&["{}", "no JSON", "{}"]).await;
    stage.polled(&["--batch-size", "1"]);
    let lost = stage.objects("lost");
    assert_eq!(lost.len(), 1, "{lost:?}");
    let record = lost.values().next().expect("there is one");
    assert!(record.contains(r#""condition":"RetryAttemptsExhausted""#), "{record}");
    assert_eq!(stage.objects("lake-123456789012").len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_template_is_one_sentence() {
    let stage = Stage::new(&[]).await;
    stage.refused(
        &["--resource", "Sync"],
        "landfall: the template T cannot be used: it has no event source mapping Sync; it has Sink.Orders",
    );
    stage.refused(
        &["--parameter", "Tpic=x"],
        "landfall: the template T cannot be used: it has no parameter Tpic; it has ClusterArn, Topic, OnlyType",
    );
    let say = |text: &str| fs::write(stage.template(), text).expect("a file can be written");
    say(&TEMPLATE
        .replace("Topics: [!Ref Topic]", "Topics: [!ImportValue T]")
        .replace("BatchSize: 2", "BatchSize: 0"));
    stage.refused(
        &[],
        "landfall: the event source mapping cannot be polled: \
         Topics is not known without a deployed stack (!ImportValue): give --topic; BatchSize is 0: expected 1 to 10000",
    );
    say("Resources: {}");
    stage.refused(&[], "landfall: the template T cannot be used: it has no event source mapping of Kafka");
    say("Resources: [");
    let output = stage.poll(&stage.template(), &[]);
    assert!(
        text(&output.stderr).contains("T cannot be used: it is not YAML: ")
            || text(&output.stderr).contains("it is not YAML: ")
    );
    let output = stage.poll(Path::new("no.yaml"), &[]);
    assert_eq!(
        text(&output.stderr),
        "landfall: cannot read the template no.yaml: No such file or directory (os error 2)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}
