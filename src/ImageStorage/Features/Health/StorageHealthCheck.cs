using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageStorage.Health;

/// <summary>The health of a store as a health check of Microsoft.Extensions.Diagnostics.</summary>
internal sealed class StorageHealthCheck(IStorageHealth health) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var report = await health.GetReportAsync(cancellationToken).ConfigureAwait(false);
        var status = report.State switch
        {
            StorageHealthState.Healthy => HealthStatus.Healthy,
            StorageHealthState.Degraded => HealthStatus.Degraded,
            _ => context.Registration.FailureStatus,
        };
        return new HealthCheckResult(status, HealthText.Of(report), null, DataOf(report));
    }

    private static Dictionary<string, object> DataOf(StorageHealthReport report)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (provider, index) in report.Providers.Select((provider, index) => (provider, index)))
        {
            data[string.Create(CultureInfo.InvariantCulture, $"provider.{index}")] = HealthText.Of(provider);
        }

        foreach (var (alert, index) in report.Alerts.Select((alert, index) => (alert, index)))
        {
            data[string.Create(CultureInfo.InvariantCulture, $"alert.{index}")] = $"{alert.Message} {alert.Remedy}";
        }

        if (report.Failover is { } failover)
        {
            data["failover"] = failover.ToString();
        }

        return data;
    }
}
