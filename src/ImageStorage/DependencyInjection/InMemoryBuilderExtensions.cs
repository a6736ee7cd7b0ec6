using ImageStorage;
using ImageStorage.Providers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that choose the in-memory provider.</summary>
public static class InMemoryBuilderExtensions
{
    /// <summary>Stores images in the memory of the process, for tests. No image survives the process.</summary>
    /// <param name="builder">The store.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseInMemory(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseProvider("InMemory", services => new InMemoryImageProvider(services.GetService<TimeProvider>()));
    }

    /// <summary>Registers the provider type <c>InMemory</c> for configuration. The type has no settings.</summary>
    /// <param name="builder">The store.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder AddInMemoryProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(new ProviderType<NoOptions>("InMemory", (_, _) => { }, (services, _) => new InMemoryImageProvider(services.GetService<TimeProvider>())));
    }

    /// <summary>The empty options of the provider, so that every setting of its section is refused.</summary>
    private sealed class NoOptions;
}
