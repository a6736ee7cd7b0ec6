using System.Globalization;
using ImageStorage.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageStorage;

/// <summary>
/// The health of a store as a health check of Microsoft.Extensions.Diagnostics: healthy, degraded while failed over,
/// and the failure status of the registration (the default is unhealthy) when the store is unavailable.
/// </summary>
/// <remarks>
/// <c>services.AddHealthChecks().Add(StorageHealthCheck.For())</c>, or <c>For("avatars")</c> for a named store.
/// </remarks>
public sealed class StorageHealthCheck : IHealthCheck
{
    private readonly IStorageHealth _health;

    /// <summary>Checks a store.</summary>
    public StorageHealthCheck(IStorageHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        _health = health;
    }

    /// <summary>Makes the registration of the check of a store.</summary>
    /// <param name="store">The name of the store; empty for the default one.</param>
    /// <param name="name">
    /// The name of the check; null for <c>images</c>, or <c>images:</c> and the name of the store.
    /// </param>
    /// <param name="failureStatus">What an unavailable store is; null for unhealthy.</param>
    /// <param name="tags">Tags to filter checks by; null for none.</param>
    public static HealthCheckRegistration For(string store = "", string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new HealthCheckRegistration(
            name ?? (store.Length == 0 ? "images" : $"images:{store}"),
            services => new StorageHealthCheck(services.GetRequiredKeyedService<IStorageHealth>(store)),
            failureStatus,
            tags);
    }

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var report = await _health.GetReportAsync(cancellationToken).ConfigureAwait(false);
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

        if (report.Failover is { } failover)
        {
            data["failover"] = failover.ToString();
        }

        return data;
    }
}
