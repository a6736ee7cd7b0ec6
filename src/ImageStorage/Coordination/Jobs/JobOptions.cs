namespace ImageStorage.Coordination.Jobs;

/// <summary>The options of the jobs of a store. All processes of a store use the same values.</summary>
internal sealed record JobOptions
{
    /// <summary>
    /// Gets the lease duration; the default is 30 seconds. A process with a job renews its lease every third of this
    /// time. A process that fails to renew is considered dead, and another process takes its jobs over.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);
}
