namespace ImageStorage.Analytics.Rules;

/// <summary>Watches the share of operations that end with an error.</summary>
internal sealed class ErrorRateRule : AlertRule
{
    public override string Name => "error-rate";

    public override IEnumerable<AlertReading> Read(AlertContext context)
    {
        var (count, errors) = context.Report.Operations.Aggregate((Count: 0L, Errors: 0L), (sum, operation) => (sum.Count + operation.Count, sum.Errors + operation.Errors));
        if (count < context.Options.MinimumOperations)
        {
            yield break;
        }

        var worst = context.Report.Operations.MaxBy(operation => operation.Errors)!;
        yield return new AlertReading
        {
            Value = (double)errors / count,
            Threshold = context.Options.ErrorRate,
            Severity = AlertSeverity.Critical,
            Message = FormattableString.Invariant($"{errors} of {count} operations of the last {context.Report.Window.TotalMinutes:0} minutes ended with an error, most of them '{worst.Operation}' ({worst.Errors})."),
            Remedy = "See the log for the errors of the providers, and the health report for the state of each part.",
        };
    }
}
