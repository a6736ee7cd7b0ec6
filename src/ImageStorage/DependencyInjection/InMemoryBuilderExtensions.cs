using ImageStorage;
using ImageStorage.Providers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extensions for the in-memory provider.</summary>
public static class InMemoryBuilderExtensions
{
    /// <summary>Stores the images in the memory of this process, for tests and temporary data.</summary>
    public static ImageStorageBuilder UseInMemory(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseProvider("InMemory", services => new InMemoryImageProvider(services.GetService<TimeProvider>()));
    }

    /// <summary>Registers the in-memory provider for the configuration, under the type <c>InMemory</c>.</summary>
    public static ImageStorageBuilder AddInMemoryProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(new ProviderType<NoOptions>("InMemory", (_, _) => { }, (services, _) => new InMemoryImageProvider(services.GetService<TimeProvider>())));
    }

    /// <summary>The provider has no options: any setting of its section is refused.</summary>
    private sealed class NoOptions;
}
