using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.LiteDb;

/// <summary>Chooses the LiteDB provider.</summary>
public static class LiteDbBuilderExtensions
{
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
        return builder.UseProvider(LiteDbImageProvider.ProviderName, services =>
        {
            var options = new LiteDbStorageOptions();
            configure(options);
            return Create(services, options);
        });
    }

    /// <summary>
    /// Makes the LiteDB provider known to configuration, as <c>LiteDb</c>, with the settings <c>Path</c>, <c>Durability</c>,
    /// <c>CreateIfMissing</c>, <c>ChunkBytes</c>, <c>CheckpointBytes</c> and <c>MaxLength</c>.
    /// </summary>
    public static ImageStorageBuilder AddLiteDbProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(LiteDbImageProvider.ProviderName, (services, section) =>
        {
            var options = new LiteDbStorageOptions { Path = section["Path"] ?? string.Empty };
            options.Durability = section.GetValue("Durability", options.Durability);
            options.CreateIfMissing = section.GetValue("CreateIfMissing", options.CreateIfMissing);
            options.ChunkBytes = section.GetValue("ChunkBytes", options.ChunkBytes);
            options.CheckpointBytes = section.GetValue("CheckpointBytes", options.CheckpointBytes);
            options.MaxLength = section.GetValue("MaxLength", options.MaxLength);
            return Create(services, options);
        });
    }

    private static LiteDbImageProvider Create(IServiceProvider services, LiteDbStorageOptions options) =>
        new(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
}
