using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Coordination.Jobs;

/// <summary>The document of a job.</summary>
internal sealed record JobDocument : VersionedContent
{
    /// <summary>The format that this version of the library writes and reads.</summary>
    public const int KnownFormat = 1;

    /// <summary>Gets the id, which is the name of the document.</summary>
    [JsonIgnore]
    public string Id { get; init; } = string.Empty;

    /// <summary>Gets the version of the document.</summary>
    [JsonIgnore]
    public DocumentETag ETag { get; init; }

    public required string Kind { get; init; }

    [JsonConverter(typeof(EnumNameConverter<JobState>))]
    public required JobState State { get; init; }

    /// <summary>Gets the process that works on the job, or worked on the job last.</summary>
    public required string Owner { get; init; }

    /// <summary>Gets the number of the run. With the owner, it tells the run of a process from all others.</summary>
    public required int Run { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required Dictionary<string, string> Parameters { get; init; }

    public string? After { get; init; }

    public required Dictionary<string, long> Counters { get; init; }

    public required IReadOnlyList<JobItemFailure> LastFailures { get; init; }

    public string? Failure { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cancel { get; init; }

    [JsonIgnore]
    public bool HasEnded => State is JobState.Completed or JobState.Failed or JobState.Cancelled;

    /// <summary>Returns the job for its callers.</summary>
    /// <param name="isAlive">
    /// Whether the owner of a running job may be alive; of other jobs, the value does not matter.
    /// </param>
    public StorageJob ToJob(bool isAlive = true) => new()
    {
        Id = Id,
        Kind = Kind,
        State = State switch
        {
            JobState.Running => isAlive ? StorageJobState.Running : StorageJobState.Interrupted,
            JobState.Interrupted => StorageJobState.Interrupted,
            JobState.Completed => StorageJobState.Completed,
            JobState.Failed => StorageJobState.Failed,
            _ => StorageJobState.Cancelled,
        },
        StartedAt = StartedAt,
        UpdatedAt = UpdatedAt,
        Owner = Owner,
        Run = Run,
        Parameters = Parameters,
        After = After,
        Counters = Counters,
        LastFailures = [.. LastFailures.Select(failure => new StorageJobFailure { Item = failure.Item, Reason = failure.Reason, At = failure.At })],
        Failure = Failure,
        IsCancelRequested = Cancel,
    };
}

/// <summary>The failure of one item, in the document of a job.</summary>
internal sealed record JobItemFailure : DocumentContent
{
    public required string Item { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// What is known of a job of any format. These properties keep their meaning in every later format. Values that are
/// missing are null.
/// </summary>
internal sealed record JobHead : DocumentContent
{
    public string? Kind { get; init; }

    public string? State { get; init; }

    public string? Owner { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    [JsonIgnore]
    public bool HasEnded => State is "completed" or "failed" or "cancelled";
}

/// <summary>The states that the document of a job can have.</summary>
internal enum JobState
{
    Running,
    Interrupted,
    Completed,
    Failed,
    Cancelled,
}
