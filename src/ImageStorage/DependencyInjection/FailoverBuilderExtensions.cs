using ImageStorage;
using ImageStorage.Store.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives a store fallbacks.</summary>
public static class FailoverBuilderExtensions
{
    /// <summary>
    /// Writes to another provider while the primary is unavailable, and replays these writes on the primary afterwards. Call the method again for a further fallback: the order of
    /// the calls is the order of the chain, and a write goes to the first provider that answers. Each provider has a resilience layer, with the defaults unless you call
    /// <c>WithResilience</c> on it. Store nothing else on a fallback, and let all processes that share the primary share the fallback.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="fallback">Chooses the fallback, such as <c>fallback => fallback.UseFileSystem("/mnt/share/fallback")</c>.</param>
    /// <param name="configure">Sets the options of the chain; null for the defaults, or for the options that an earlier call has set.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No fallback is chosen, or the configuration of the store names its fallbacks.</exception>
    public static ImageStorageBuilder WithFallback(this ImageStorageBuilder builder, Action<ImageStorageBuilder> fallback, Action<FailoverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(fallback);
        FailoverFeature.AddFallback(builder, fallback, configure);
        return builder;
    }
}
