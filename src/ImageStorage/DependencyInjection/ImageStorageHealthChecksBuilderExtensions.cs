using ImageStorage;
using ImageStorage.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers health checks of image stores.</summary>
public static class ImageStorageHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check for a store. The check is healthy, degraded while the store works without all of its
    /// providers, and has the failure status while the store is unavailable. The store is registered with
    /// <c>AddImageStorage</c>, before or after this call.
    /// </summary>
    /// <param name="builder">The builder of the health checks.</param>
    /// <param name="store">The name of the store; empty for the default store.</param>
    /// <param name="name">
    /// The name of the check; the default is <c>images</c>, or <c>images:</c> and the name of the store.
    /// </param>
    /// <param name="failureStatus">
    /// The status of an unavailable store; the default is <see cref="HealthStatus.Unhealthy"/>.
    /// </param>
    /// <param name="tags">Tags to filter checks by; the default is none.</param>
    /// <param name="timeout">
    /// The timeout of the check; the default is none. Each provider of the store is given 5 seconds.
    /// </param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddImageStorage(
        this IHealthChecksBuilder builder, string store = "", string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(store);
        return builder.Add(new HealthCheckRegistration(
            name ?? (store.Length == 0 ? "images" : $"images:{store}"),
            services => new StorageHealthCheck(services.GetRequiredKeyedService<IStorageHealth>(store)),
            failureStatus,
            tags,
            timeout));
    }
}
