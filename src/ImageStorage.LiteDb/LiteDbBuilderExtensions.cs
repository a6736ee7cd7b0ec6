using ImageStorage;
using ImageStorage.LiteDb;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the LiteDB provider.</summary>
public static class LiteDbBuilderExtensions
{
    private static readonly ProviderType<LiteDbStorageOptions> Type = new(LiteDbImageProvider.ProviderName, Read, Create, new LiteDbStorageOptionsValidator());

    /// <summary>Keeps the images of the store in a LiteDB database, which this process alone has open.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="path">The database file; created by the first save.</param>
    public static ImageStorageBuilder UseLiteDb(this ImageStorageBuilder builder, string path) => builder.UseLiteDb(options => options.Path = path);

    /// <summary>Keeps the images of the store in a LiteDB database, which this process alone has open.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets where and how.</param>
    public static ImageStorageBuilder UseLiteDb(this ImageStorageBuilder builder, Action<LiteDbStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseProvider(Type, configure);
    }

    /// <summary>Makes the LiteDB provider known to configuration, as <c>LiteDb</c>, with the settings of <see cref="LiteDbStorageOptions"/>.</summary>
    public static ImageStorageBuilder AddLiteDbProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(Type);
    }

    private static void Read(SettingsReader reader, LiteDbStorageOptions options)
    {
        // A connection string may be given as the path, with a password that is refused.
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
