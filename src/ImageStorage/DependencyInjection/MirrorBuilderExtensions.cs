using ImageStorage;
using ImageStorage.Store.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives a store a mirror.</summary>
public static class MirrorBuilderExtensions
{
    /// <summary>
    /// Stores all images and the history on two providers. Each write goes to both replicas before it is acknowledged, and each replica takes over for the other one while that is unavailable or has a
    /// damaged image. Each replica has a resilience layer, with the defaults unless you call <c>WithResilience</c> on it. Let all processes that share one replica share both.
    /// A mirror that is added to a store with images is filled in the background.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="mirror">Chooses the mirror, such as <c>mirror => mirror.UseFileSystem("/mnt/second/images")</c>.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No mirror is chosen, or the store has a mirror or a fallback already, by code or by configuration.</exception>
    public static ImageStorageBuilder WithMirror(this ImageStorageBuilder builder, Action<ImageStorageBuilder> mirror, Action<MirrorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(mirror);
        MirrorFeature.AddMirror(builder, mirror, configure);
        return builder;
    }
}
