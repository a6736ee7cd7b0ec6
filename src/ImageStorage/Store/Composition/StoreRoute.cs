using ImageStorage.Parts;
using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>
/// The providers inside of a store. The composition of the store sets them, each at the position of its route.
/// </summary>
internal sealed class StoreRoute : IStoreRoute, IStoreParts, IImageWalk
{
    public IImageProvider Decoded { get; private set; } = null!;

    public IImageProvider Stored { get; private set; } = null!;

    public IReadOnlyList<StorePart> Parts
    {
        get
        {
            List<StorePart> parts = [.. PartList.Of(PartList.RootOf(Stored))];
            var names = PartList.UniqueNames([.. parts.Select(part => (part.Role, part.Name))]);
            return [.. parts.Zip(names, (part, name) => part with { Name = name })];
        }
    }

    public IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, CancellationToken cancellationToken = default) => Decoded.WalkAsync(options, cancellationToken);

    /// <summary>Returns layers that add nothing, and set the routes when the store is composed.</summary>
    /// <param name="routeOf">Returns the routes of the container.</param>
    public static IEnumerable<Layer> Markers(Func<IServiceProvider, StoreRoute> routeOf) =>
    [
        Layer.Inside(LayerKind.Caching, (services, inner) => routeOf(services).Decoded = inner),
        Layer.Inside(LayerKind.Encoding, (services, inner) => routeOf(services).Stored = inner),
    ];
}
