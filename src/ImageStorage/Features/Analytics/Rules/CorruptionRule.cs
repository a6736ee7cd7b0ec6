namespace ImageStorage.Analytics.Rules;

/// <summary>Watches for damaged data. An alert lasts until no damage was found for an hour.</summary>
internal sealed class CorruptionRule : AlertRule
{
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    public override string Name => "corruption";

    public override IEnumerable<AlertReading> Read(AlertContext context) =>
        from part in context.Report.Parts
        where part.DamagedAt is not null
        select new AlertReading
        {
            Part = part.Name,
            Value = context.Report.At - part.DamagedAt < Memory ? 1 : 0,
            Severity = AlertSeverity.Critical,
            Message = $"{part.Name} has damaged data, which a read or a verification has found.",
            Remedy = "Verify the store (imagestorage verify), and restore the damaged images from a backup or a mirror. The event CorruptionFound names the images.",
        };
}
