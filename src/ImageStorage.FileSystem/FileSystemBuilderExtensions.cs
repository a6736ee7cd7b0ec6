using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>Chooses the filesystem provider.</summary>
public static class FileSystemBuilderExtensions
{
    /// <summary>Keeps the images of the store in a folder.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="path">The folder; created by the first save.</param>
    public static ImageStorageBuilder UseFileSystem(this ImageStorageBuilder builder, string path) => builder.UseFileSystem(options => options.Path = path);

    /// <summary>Keeps the images of the store in a folder.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets where and how.</param>
    public static ImageStorageBuilder UseFileSystem(this ImageStorageBuilder builder, Action<FileSystemStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseProvider(FileSystemImageProvider.ProviderName, services =>
        {
            var options = new FileSystemStorageOptions();
            configure(options);
            return Create(services, options);
        });
    }

    /// <summary>Makes the filesystem provider known to configuration, as <c>FileSystem</c>, with the settings <c>Path</c>, <c>Durability</c> and <c>CreateIfMissing</c>.</summary>
    public static ImageStorageBuilder AddFileSystemProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(FileSystemImageProvider.ProviderName, (services, section) =>
        {
            var options = new FileSystemStorageOptions { Path = section["Path"] ?? string.Empty };
            options.Durability = section.GetValue("Durability", options.Durability);
            options.CreateIfMissing = section.GetValue("CreateIfMissing", options.CreateIfMissing);
            return Create(services, options);
        });
    }

    private static FileSystemImageProvider Create(IServiceProvider services, FileSystemStorageOptions options) =>
        new(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
}
