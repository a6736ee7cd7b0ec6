namespace ImageStorage.Analytics.Rules;

/// <summary>Watches the hints that wait for the replay to the primary.</summary>
internal sealed class HintBacklogRule : AlertRule
{
    public override string Name => "hint-backlog";

    public override IEnumerable<AlertReading> Read(AlertContext context) =>
        from part in context.Report.Parts
        where part.Hints is not null
        select new AlertReading
        {
            Part = part.Name,
            Value = part.Hints!.Value,
            Threshold = context.Options.PendingHints,
            Message = FormattableString.Invariant($"{part.Hints} hints on {part.Name} wait for the replay to the primary."),
            Remedy = "Restore the primary. If the primary answers, see the log for hints that cannot be replayed, or call ReconcileAsync.",
        };
}
