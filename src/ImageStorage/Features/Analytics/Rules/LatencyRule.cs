using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Analytics.Rules;

/// <summary>Watches the durations of the operations that a user waits for.</summary>
internal sealed class LatencyRule : AlertRule
{
    private static readonly HashSet<string> Watched = new(
        OperationNames<StoreOperation>.All.Take((int)StoreOperation.List + 1), StringComparer.Ordinal);

    public override string Name => "latency-p95";

    public override IEnumerable<AlertReading> Read(AlertContext context) =>
        from operation in context.Report.Operations
        where !operation.IsApplication && Watched.Contains(operation.Operation) && operation.Count >= context.Options.MinimumOperations && operation.P95 is not null
        select new AlertReading
        {
            Subject = operation.Operation,
            Value = operation.P95!.Value.TotalSeconds,
            Threshold = context.Options.P95.TotalSeconds,
            Message = FormattableString.Invariant($"One of twenty operations '{operation.Operation}' took {operation.P95.Value.TotalSeconds:0.00} seconds or more."),
            Remedy = "Compare the durations of the parts in the report: a slow part is a slow disk or network. If the parts are fast, see the load of the process.",
        };
}
