using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Analytics;

/// <summary>Reports the figures of one store.</summary>
internal sealed class StorageAnalytics(StoreFigures figures, AlertBoard alerts) : IStorageAnalytics
{
    private const int MaxNameLength = 64;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly HashSet<string> StoreOperations = new(OperationNames<StoreOperation>.All, StringComparer.Ordinal);

    public StorageReport GetReport(TimeSpan? window = null)
    {
        if (window is { } chosen && (chosen <= TimeSpan.Zero || chosen > Day))
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, "The window of a report must be above zero and at most 24 hours.");
        }

        return figures.Report(window ?? Day, alerts.All);
    }

    public void Record(string name, TimeSpan duration, OperationOutcome outcome = OperationOutcome.Success, long bytes = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (!Enum.IsDefined(outcome))
        {
            throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "The outcome must be a member of OperationOutcome.");
        }

        if (name.Length > MaxNameLength)
        {
            throw new ArgumentException($"The name of an operation has at most {MaxNameLength} characters.", nameof(name));
        }

        if (StoreOperations.Contains(name))
        {
            throw new ArgumentException($"'{name}' is an operation of the store, which the store records itself: choose another name.", nameof(name));
        }

        figures.Recorder.Record(name, new OperationSample(outcome, duration.Ticks * TimeSpan.NanosecondsPerTick, bytes));
    }
}
