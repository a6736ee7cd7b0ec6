namespace ImageStorage.Analytics.Rules;

/// <summary>Watches the media of the parts, and the capacity of the primary.</summary>
internal sealed class NearlyFullRule : AlertRule
{
    // A level that falls by a few files must not resolve the alert.
    private const double Calm = 0.95;
    private const double AlmostFull = 0.98;

    public override string Name => "nearly-full";

    public override IEnumerable<AlertReading> Read(AlertContext context)
    {
        foreach (var part in context.Report.Parts)
        {
            if (part is { AvailableBytes: { } available, TotalBytes: > 0 and { } total })
            {
                yield return ReadingOf(context, part.Name, "medium", 1 - ((double)available / total), $"The medium of {part.Name} has {Gigabytes(available)} of {Gigabytes(total)} left.");
            }

            if (context.Options.Capacity is { } capacity && part is { Role: ProviderRole.Primary, Usage: { } usage })
            {
                yield return ReadingOf(context, part.Name, "capacity", (double)usage.StoredBytes / capacity, $"{part.Name} holds {Gigabytes(usage.StoredBytes)} of images, and its capacity is {Gigabytes(capacity)}.");
            }
        }
    }

    private static AlertReading ReadingOf(AlertContext context, string part, string subject, double used, string message) => new()
    {
        Part = part,
        Subject = subject,
        Value = used,
        Threshold = context.Options.FillLevel,
        CalmUpTo = context.Options.FillLevel * Calm,
        Severity = used >= AlmostFull ? AlertSeverity.Critical : AlertSeverity.Warning,
        Message = message,
        Remedy = "Delete images that are no longer needed (CleanupAsync), or add space.",
    };

    private static string Gigabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e9:0.##} GB");
}
