using ImageStorage;
using ImageStorage.Providers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the in-memory provider.</summary>
public static class InMemoryBuilderExtensions
{
    /// <summary>Keeps the images of the store in the memory of this process: for tests and throw-away use.</summary>
    public static ImageStorageBuilder UseInMemory(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseProvider("InMemory", services => new InMemoryImageProvider(services.GetService<TimeProvider>()));
    }

    /// <summary>Makes the in-memory provider known to configuration, as <c>InMemory</c>.</summary>
    public static ImageStorageBuilder AddInMemoryProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(new ProviderType<NoOptions>("InMemory", (_, _) => { }, (services, _) => new InMemoryImageProvider(services.GetService<TimeProvider>())));
    }

    /// <summary>The provider has no options: any setting of its section is refused.</summary>
    private sealed class NoOptions;
}
