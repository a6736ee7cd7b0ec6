using System.Globalization;

namespace ImageStorage.Health;

/// <summary>Describes a health report in words.</summary>
internal static class HealthText
{
    /// <summary>
    /// Describes the problems and warnings of a report; returns <see langword="null"/> for a healthy store without
    /// warnings.
    /// </summary>
    public static string? Of(StorageHealthReport report)
    {
        string[] all = [.. ProblemsOf(report) is { } problems ? [problems] : (ReadOnlySpan<string>)[], .. report.Alerts.Select(alert => alert.Message), .. report.Warnings];
        return all.Length == 0 ? null : string.Join(" ", all);
    }

    private static string? ProblemsOf(StorageHealthReport report)
    {
        var parts = report.Providers
            .Where(provider => provider.Role != ProviderRole.Candidate && (provider.IsReachable == false || provider.Hints > 0 || provider.Breaker is not (null or BreakerState.Closed)))
            .Select(Of)
            .ToList();
        return report.State == StorageHealthState.Healthy ? null
            : parts.Count > 0 ? string.Join(" ", parts)
            : report.Alerts.Count > 0 && report.Failover is null or FailoverState.Healthy ? null
            : string.Join(" ", report.Providers.Where(provider => provider.Selection is not null).Select(provider => provider.Selection).DefaultIfEmpty($"The failover is {report.Failover}."));
    }

    /// <summary>Describes a provider in a sentence.</summary>
    public static string Of(ProviderHealth provider)
    {
        var reached = provider.IsReachable switch
        {
            true => "reachable",
            false => "not reachable",
            null => "not probed",
        };
        var breaker = provider.Breaker is { } state ? $", breaker {state}" : string.Empty;
        var hints = provider.Hints is { } count ? string.Create(CultureInfo.InvariantCulture, $", {count} hints") : string.Empty;
        var failure = provider.Failure is null ? string.Empty : $": {provider.Failure}";
        return $"{provider.Role} {provider.Name} is {reached}{breaker}{hints}{failure}{(failure.EndsWith('.') ? string.Empty : ".")}";
    }
}
