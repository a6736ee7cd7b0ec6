using System.Diagnostics;
using ImageStorage.Providers;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// Records the calls of one part of a store. The figures of the part are those of its image operations: features poll
/// documents, and a probe or a verification is no work of the application. Thread-safe.
/// </summary>
internal sealed class PartRecorder(OperationRecorder recorder, string provider, ProviderRole role, OperationSeries series)
{
    private static readonly IReadOnlyList<string> Operations = OperationNames<ProviderOperation>.All;
    private static readonly IReadOnlyList<string> Roles = OperationNames<ProviderRole>.All;

    /// <summary>Gets or sets the part. Until the parts of the store are known, the name is that of the provider.</summary>
    public PartIdentity Part { get; set; } = new(provider, role);

    public OperationSeries Series => series;

    /// <summary>Gets or sets the last count of the images, by any caller; null before the first count.</summary>
    public StorageUsage? Usage { get; set; }

    /// <summary>Gets or sets the state of the part, as the background loop has last observed it.</summary>
    public PartState State { get; set; } = PartState.Unknown;

    /// <summary>Gets the time at which damage was last found; null for never.</summary>
    public DateTimeOffset? DamagedAt { get; private set; }

    /// <summary>Gets a value that indicates whether this process has called the part.</summary>
    public bool WasCalled { get; private set; }

    public TimeProvider Clock => recorder.Clock;

    /// <summary>Records a call.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="started">The timestamp of the start, by <see cref="Clock"/>.</param>
    /// <param name="waited">The time of the source of a save, which does not count.</param>
    /// <param name="bytes">The bytes of the image that was saved or opened; otherwise 0.</param>
    public void Record(ProviderOperation operation, OperationOutcome outcome, long started, TimeSpan waited, long bytes)
    {
        if (!WasCalled)
        {
            WasCalled = true;
        }

        var sample = recorder.Measure(outcome, started, waited, bytes);
        if (IsFigure(operation))
        {
            series.Record(sample);
        }

        if (recorder.Instruments.ProviderDuration is { Enabled: true } duration)
        {
            duration.Record(sample.Seconds, TagsOf(operation, outcome));
        }
    }

    /// <summary>
    /// Records that the last cancelled call was ended by the time limit of its resilience layer, not by its caller. The
    /// metrics have the outcome of the call already; the figures count an error.
    /// </summary>
    public void RecordTimeout() => series.Change(OperationOutcome.Cancelled, OperationOutcome.Unavailable);

    /// <summary>Records that damage was found.</summary>
    public void RecordDamage()
    {
        DamagedAt = recorder.Clock.GetUtcNow();
        recorder.OnDamage?.Invoke();
    }

    /// <summary>Returns the activity of a call; null without a listener.</summary>
    public Activity? StartActivity(ProviderOperation operation) => !StorageInstruments.Activities.HasListeners() ? null : StorageInstruments.Activities.StartActivity($"imagestorage.provider.{Operations[(int)operation]}", ActivityKind.Client)
        ?.SetTag(StorageInstruments.StoreTag, recorder.Store)
        .SetTag(StorageInstruments.ProviderTag, Part.Name)
        .SetTag(StorageInstruments.RoleTag, RoleOf(Part));

    /// <summary>Returns the value of the tag of the role.</summary>
    public static string RoleOf(PartIdentity part) => Roles[(int)part.Role];

    private static bool IsFigure(ProviderOperation operation) => operation is not
        (ProviderOperation.Check or ProviderOperation.Verify or ProviderOperation.Sweep or ProviderOperation.EnsureNoHints or ProviderOperation.GetUsage
        or ProviderOperation.GetDocument or ProviderOperation.PutDocument or ProviderOperation.DeleteDocument or ProviderOperation.ListDocuments or ProviderOperation.ListCollections);

    private TagList TagsOf(ProviderOperation operation, OperationOutcome outcome) => new()
    {
        { StorageInstruments.StoreTag, recorder.Store },
        { StorageInstruments.ProviderTag, Part.Name },
        { StorageInstruments.RoleTag, RoleOf(Part) },
        { StorageInstruments.OperationTag, Operations[(int)operation] },
        { StorageInstruments.OutcomeTag, OutcomeRules.NameOf(outcome) },
    };
}
