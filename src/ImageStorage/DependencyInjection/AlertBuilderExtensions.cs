using ImageStorage;
using ImageStorage.Analytics;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up the alerts of a store.</summary>
public static class AlertBuilderExtensions
{
    /// <summary>
    /// Changes the limits of the alerts, adds rules, and posts alerts to a monitoring service. Every store has alerts; without
    /// this call, they have the default limits, and are in the log, the events and the health report.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is of a part of a store, such as a fallback.</exception>
    public static ImageStorageBuilder WithAlerts(this ImageStorageBuilder builder, Action<AlertOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        AnalyticsFeature.Configure(builder, configure);
        return builder;
    }
}
