using ImageStorage;
using ImageStorage.FileSystem;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the filesystem provider.</summary>
public static class FileSystemBuilderExtensions
{
    private static readonly ProviderType<FileSystemStorageOptions> Type = new(FileSystemImageProvider.ProviderName, Read, Create, new FileSystemStorageOptionsValidator());

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
        return builder.UseProvider(Type, configure);
    }

    /// <summary>Makes the filesystem provider known to configuration, as <c>FileSystem</c>, with the settings of <see cref="FileSystemStorageOptions"/> that are text, choices and switches.</summary>
    public static ImageStorageBuilder AddFileSystemProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(Type);
    }

    private static void Read(SettingsReader reader, FileSystemStorageOptions options)
    {
        reader.Text(nameof(options.Path), value => options.Path = value);
        reader.Choice<Durability>(nameof(options.Durability), value => options.Durability = value);
        reader.Switch(nameof(options.CreateIfMissing), value => options.CreateIfMissing = value);
    }

    private static FileSystemImageProvider Create(IServiceProvider services, FileSystemStorageOptions options) =>
        new(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
}
