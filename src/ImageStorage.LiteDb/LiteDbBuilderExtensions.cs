using ImageStorage;
using ImageStorage.LiteDb;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that choose the LiteDB provider.</summary>
public static class LiteDbBuilderExtensions
{
    private static readonly ProviderType<LiteDbStorageOptions> Type = new(LiteDbImageProvider.ProviderName, Read, Create, new LiteDbStorageOptionsValidator());

    /// <summary>Stores images in a LiteDB database. One process has the database open at a time.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="path">The database file. The first write creates a missing file.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseLiteDb(this ImageStorageBuilder builder, string path) => builder.UseLiteDb(options => options.Path = path);

    /// <summary>Stores images in a LiteDB database. One process has the database open at a time.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options; <see cref="LiteDbStorageOptions.Path"/> is required.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseLiteDb(this ImageStorageBuilder builder, Action<LiteDbStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseProvider(Type, configure);
    }

    /// <summary>
    /// Registers the provider type <c>LiteDb</c> for configuration, with the settings of
    /// <see cref="LiteDbStorageOptions"/>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder AddLiteDbProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(Type);
    }

    private static void Read(SettingsReader reader, LiteDbStorageOptions options)
    {
        // The path may be a connection string with a password, which is refused and must not be shown.
        reader.Secret(nameof(options.Path), value => options.Path = value);
        reader.Choice<Durability>(nameof(options.Durability), value => options.Durability = value);
        reader.Switch(nameof(options.CreateIfMissing), value => options.CreateIfMissing = value);
        reader.Count(nameof(options.ChunkBytes), value => options.ChunkBytes = value);
        reader.Bytes(nameof(options.CheckpointBytes), value => options.CheckpointBytes = value);
        reader.Bytes(nameof(options.MaxLength), value => options.MaxLength = value);
    }

    private static LiteDbImageProvider Create(IServiceProvider services, LiteDbStorageOptions options) =>
        new(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
}
