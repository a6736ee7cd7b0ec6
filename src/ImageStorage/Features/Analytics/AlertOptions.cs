using System.Diagnostics.CodeAnalysis;
using ImageStorage.Analytics;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage;

/// <summary>Options for the alerts of a store.</summary>
public sealed class AlertOptions
{
    /// <summary>
    /// Gets or sets the time over which rates and percentiles are calculated: 1 minute to an hour. The default is 5 minutes.
    /// </summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets the number of operations in the window below which rates and percentiles raise no alert, at least 1. The
    /// default is 20.
    /// </summary>
    public int MinimumOperations { get; set; } = 20;

    /// <summary>
    /// Gets or sets the share of operations with an error from which an alert is raised, above 0 and up to 1. The default is
    /// 0.05.
    /// </summary>
    public double ErrorRate { get; set; } = 0.05;

    /// <summary>
    /// Gets or sets the duration of an operation at the 95th percentile from which an alert is raised, above 0. The default is 2
    /// seconds. Counts and clean-ups of a store, copies, moves and the operations of the application raise no such alert.
    /// </summary>
    public TimeSpan P95 { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets the duration from which a single operation raises an alert at once, above 0. The default is 5 seconds.
    /// </summary>
    public TimeSpan SlowOperation { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the used share of a medium, or of <see cref="Capacity"/>, from which an alert is raised, above 0 and up to
    /// 1. The default is 0.9.
    /// </summary>
    public double FillLevel { get; set; } = 0.9;

    /// <summary>
    /// Gets or sets the number of bytes that the primary may hold, for a provider without a medium of a known size, such as
    /// Azure Blob Storage. With a capacity, the images are counted once an hour, which may read the whole store. The default is
    /// <see langword="null"/>: no limit.
    /// </summary>
    public long? Capacity { get; set; }

    /// <summary>
    /// Gets or sets the number of pending hints of a fallback or mirror from which an alert is raised, at least 1. The default
    /// is 1,000.
    /// </summary>
    public int PendingHints { get; set; } = 1000;

    internal List<Func<IServiceProvider, AlertRule>> Rules { get; } = [];

    internal List<AlertTarget> Targets { get; } = [];

    /// <summary>Adds a rule of the application.</summary>
    /// <typeparam name="TRule">The rule. Its constructor may have services of the container as parameters.</typeparam>
    public void Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRule>()
        where TRule : AlertRule => Rules.Add(services => ActivatorUtilities.CreateInstance<TRule>(services));

    /// <summary>
    /// Posts each alert as JSON to an address, such as that of a monitoring service. The post never delays an operation: at most
    /// 100 alerts are queued, of more alerts the oldest are dropped and logged, and each post is attempted three times within 10
    /// seconds each.
    /// </summary>
    /// <param name="address">The address, with the scheme <c>https</c> or <c>http</c>. Messages name its host only.</param>
    /// <param name="configure">Changes each request, for example to add an authorization; the default is none.</param>
    /// <exception cref="ArgumentException">The address is not an absolute address of one of the two schemes.</exception>
    public void PostTo(Uri address, Action<HttpRequestMessage>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException("Alerts are posted to an absolute address such as https://example.com/alerts.", nameof(address));
        }

        Targets.Add(new AlertTarget(address, configure));
    }
}
