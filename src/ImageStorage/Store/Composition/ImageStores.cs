using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Store.Composition;

/// <summary>The stores that are registered in a container.</summary>
internal sealed class ImageStores(IServiceProvider services) : IImageStores
{
    public IReadOnlyList<string> Names { get; } = [.. services.GetServices<StoreRegistration>().Select(store => store.Name).Order(StringComparer.Ordinal)];

    public IImageStorage Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.Contains(name, StringComparer.Ordinal)
            ? services.GetRequiredKeyedService<IImageStorage>(name)
            : throw new ArgumentException($"There is no image store '{name}'. The stores are {string.Join(", ", Names.Select(known => $"'{known}'"))}: check the name, or call AddImageStorage(\"{name}\").", nameof(name));
    }
}
