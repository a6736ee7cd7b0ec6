using ImageStorage;
using ImageStorage.Caching;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a cache to a store.</summary>
public static class CacheBuilderExtensions
{
    /// <summary>
    /// Adds a cache with the default options: up to 100 MiB of images in memory, for up to 24 hours. Registers an
    /// <see cref="IImageCache"/> as a keyed service, with the name of the store as key.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is that of a part, such as a mirror.</exception>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder) => builder.WithCache(_ => { });

    /// <summary>
    /// Adds a cache in memory and, depending on the options, on disk and in a distributed cache. Registers an
    /// <see cref="IImageCache"/> as a keyed service, with the name of the store as key.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. Further calls change the same options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is that of a part, such as a mirror.</exception>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, Action<CacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        CacheFeature.Add(builder, configure);
        return builder;
    }

    /// <summary>
    /// Adds a cache with the options of a configuration section, such as <c>ImageStorage:Cache</c>. An unknown or invalid
    /// setting is refused at startup, by name.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is that of a part, such as a mirror.</exception>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        var name = builder.Registration.OptionsName;
        builder.Services.Bind<CacheOptions>(options => options == name ? configuration : null, CacheSettings.Section.Read);
        return builder.WithCache();
    }
}
