namespace ImageStorage.Analytics.Rules;

/// <summary>Watches the circuit breakers of the parts.</summary>
internal sealed class BreakerRule : AlertRule
{
    public override string Name => "breaker-open";

    public override IEnumerable<AlertReading> Read(AlertContext context) =>
        from part in context.Report.Parts
        where part.Breaker is not null
        select new AlertReading
        {
            Part = part.Name,
            Value = part.Breaker == BreakerState.Open ? 1 : 0,
            Severity = part.Role == ProviderRole.Primary ? AlertSeverity.Critical : AlertSeverity.Warning,
            Message = $"The circuit breaker of {part.Name} is open: too many of its calls have failed, and calls fail at once.",
            Remedy = "See the log for the failures of the provider, and restore its connection. The breaker closes by itself.",
        };
}
