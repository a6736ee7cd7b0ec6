using System.Collections.ObjectModel;

namespace ImageStorage;

/// <summary>A job, as of its last checkpoint.</summary>
public sealed record StorageJob
{
    /// <summary>Gets the id of the job: its kind and a number, such as <c>scrub.00000042</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what the job does. A store has at most one open job of each kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the state of the job.</summary>
    public required StorageJobState State { get; init; }

    /// <summary>
    /// Gets the time of the start, by the clock of the process that started the job; <see langword="null"/> if the time
    /// cannot be read.
    /// </summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// Gets the time of the last checkpoint, by the clock of the process that wrote the checkpoint;
    /// <see langword="null"/> if the time cannot be read.
    /// </summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>
    /// Gets the name of the process that works on the job, or worked on the job last; <see langword="null"/> if the name
    /// cannot be read.
    /// </summary>
    public string? Owner { get; init; }

    /// <summary>
    /// Gets the number of times that a process has begun to work on the job: 1, and another one for each takeover.
    /// </summary>
    public int Run { get; init; }

    /// <summary>Gets the choices with which the job was started.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// Gets the checkpoint: the position up to which everything is done, such as a key; <see langword="null"/> before
    /// the first position.
    /// </summary>
    public string? After { get; init; }

    /// <summary>Gets the progress at the checkpoint, such as the number of images and bytes.</summary>
    public IReadOnlyDictionary<string, long> Counters { get; init; } = ReadOnlyDictionary<string, long>.Empty;

    /// <summary>Gets the last failures of single items, at most 20, in the order in which they happened.</summary>
    public IReadOnlyList<StorageJobFailure> LastFailures { get; init; } = [];

    /// <summary>
    /// Gets why the job failed, was interrupted or cannot be read; <see langword="null"/> without a failure.
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>Gets a value that indicates whether a caller has asked to cancel the job.</summary>
    public bool IsCancelRequested { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(StorageJob),
        (nameof(Id), Id), (nameof(State), State), (nameof(StartedAt), StartedAt), (nameof(UpdatedAt), UpdatedAt), (nameof(Owner), Owner),
        (nameof(Run), Run), (nameof(After), After), (nameof(Counters), Counters.Select(counter => $"{counter.Key}: {counter.Value}")), (nameof(Failure), Failure));
}

/// <summary>Specifies the state of a job.</summary>
public enum StorageJobState
{
    /// <summary>A process works on the job.</summary>
    Running,

    /// <summary>
    /// No process works on the job. The next process that runs this kind of job continues at the checkpoint.
    /// </summary>
    Interrupted,

    /// <summary>The job has done all of its work.</summary>
    Completed,

    /// <summary>The job has ended with a failure.</summary>
    Failed,

    /// <summary>The job was cancelled. What the job had done until then stays.</summary>
    Cancelled,

    /// <summary>
    /// The document of the job cannot be read: it is damaged, or was written by a newer version of the library.
    /// </summary>
    Unreadable,
}

/// <summary>The failure of one item of a job.</summary>
public sealed record StorageJobFailure
{
    /// <summary>Gets the item, such as the key of an image.</summary>
    public required string Item { get; init; }

    /// <summary>Gets why the item failed.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the time of the failure, by the clock of the process that worked on the job.</summary>
    public required DateTimeOffset At { get; init; }
}
