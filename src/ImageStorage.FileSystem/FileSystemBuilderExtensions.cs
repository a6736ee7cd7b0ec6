using ImageStorage;
using ImageStorage.FileSystem;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that select the file system provider.</summary>
public static class FileSystemBuilderExtensions
{
    private static readonly ProviderType<FileSystemStorageOptions> Type = new(FileSystemImageProvider.ProviderName, Read, Create, new FileSystemStorageOptionsValidator());

    /// <summary>Stores the images in a folder.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="path">The folder. The first write creates the folder. A relative path starts at the current folder
    /// of the process.</param>
    /// <returns>The same builder.</returns>
    public static ImageStorageBuilder UseFileSystem(this ImageStorageBuilder builder, string path) => builder.UseFileSystem(options => options.Path = path);

    /// <summary>Stores the images in a folder.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    public static ImageStorageBuilder UseFileSystem(this ImageStorageBuilder builder, Action<FileSystemStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseProvider(Type, configure);
    }

    /// <summary>
    /// Registers the file system provider for configuration, as type <c>FileSystem</c>. The configuration can set <see
    /// cref="FileSystemStorageOptions.Path"/>, <see cref="FileSystemStorageOptions.Durability"/> and <see
    /// cref="FileSystemStorageOptions.CreateIfMissing"/>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <returns>The same builder.</returns>
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
