//! The properties that decide what a mapping does.

/// A property of an event source mapping of Kafka.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// `Topics`: a mapping has one.
    Topics,
    /// `SelfManagedEventSource.Endpoints.KafkaBootstrapServers`.
    KafkaBootstrapServers,
    /// `EventSourceArn`: of an MSK cluster.
    EventSourceArn,
    /// `ConsumerGroupId`.
    ConsumerGroupId,
    /// `BatchSize`.
    BatchSize,
    /// `MaximumBatchingWindowInSeconds`.
    MaximumBatchingWindowInSeconds,
    /// `StartingPosition`.
    StartingPosition,
    /// `StartingPositionTimestamp`.
    StartingPositionTimestamp,
    /// `MaximumRetryAttempts`.
    MaximumRetryAttempts,
    /// `MaximumRecordAgeInSeconds`.
    MaximumRecordAgeInSeconds,
    /// `BisectBatchOnFunctionError`.
    BisectBatchOnFunctionError,
    /// `FunctionResponseTypes`.
    FunctionResponseTypes,
    /// `FilterCriteria`: the patterns.
    FilterCriteria,
    /// `DestinationConfig.OnFailure.Destination`.
    OnFailure,
    /// `ProvisionedPollerConfig.MinimumPollers`.
    MinimumPollers,
    /// `ProvisionedPollerConfig.MaximumPollers`.
    MaximumPollers,
}

impl Property {
    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Topics => "Topics",
            Self::KafkaBootstrapServers => "KafkaBootstrapServers",
            Self::EventSourceArn => "EventSourceArn",
            Self::ConsumerGroupId => "ConsumerGroupId",
            Self::BatchSize => "BatchSize",
            Self::MaximumBatchingWindowInSeconds => "MaximumBatchingWindowInSeconds",
            Self::StartingPosition => "StartingPosition",
            Self::StartingPositionTimestamp => "StartingPositionTimestamp",
            Self::MaximumRetryAttempts => "MaximumRetryAttempts",
            Self::MaximumRecordAgeInSeconds => "MaximumRecordAgeInSeconds",
            Self::BisectBatchOnFunctionError => "BisectBatchOnFunctionError",
            Self::FunctionResponseTypes => "FunctionResponseTypes",
            Self::FilterCriteria => "FilterCriteria",
            Self::OnFailure => "DestinationConfig.OnFailure",
            Self::MinimumPollers => "MinimumPollers",
            Self::MaximumPollers => "MaximumPollers",
        }
    }

    /// The flag that sets it.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Topics => "--topic",
            Self::KafkaBootstrapServers => "--bootstrap-server",
            Self::EventSourceArn => "--event-source-arn",
            Self::ConsumerGroupId => "--consumer-group-id",
            Self::BatchSize => "--batch-size",
            Self::MaximumBatchingWindowInSeconds => "--maximum-batching-window-in-seconds",
            Self::StartingPosition => "--starting-position",
            Self::StartingPositionTimestamp => "--starting-position-timestamp",
            Self::MaximumRetryAttempts => "--maximum-retry-attempts",
            Self::MaximumRecordAgeInSeconds => "--maximum-record-age-in-seconds",
            Self::BisectBatchOnFunctionError => "--bisect-batch-on-function-error",
            Self::FunctionResponseTypes => "--function-response-types",
            Self::FilterCriteria => "--filter",
            Self::OnFailure => "--on-failure",
            Self::MinimumPollers => "--minimum-pollers",
            Self::MaximumPollers => "--maximum-pollers",
        }
    }
}
