using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>
/// The stores of the container that were created, to warn about two stores in one location. Such stores work like two
/// processes that open one store, so they are not refused, but hardly anyone wants them. Thread-safe.
/// </summary>
internal sealed class StoreLocations
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (StoreRegistration Store, IImageProvider Provider)> _stores = new(StringComparer.Ordinal);

    /// <summary>Adds a store that was created.</summary>
    public void Add(StoreRegistration store, IImageProvider provider)
    {
        lock (_gate)
        {
            _stores[store.Name] = (store, provider);
        }
    }

    /// <summary>Returns a warning for each other store in the location of a store.</summary>
    public IReadOnlyList<string> WarningsOf(string name)
    {
        List<(StoreRegistration Store, IImageProvider Provider)> stores;
        lock (_gate)
        {
            stores = [.. _stores.Values.OrderBy(store => store.Store.Name, StringComparer.Ordinal)];
        }

        var own = stores.Find(store => store.Store.Name == name);
        return own.Store is null ? [] : [.. stores.Where(store => store != own).Select(other => WarningOf(own.Store, other.Store, StoreLocation.Compare(own.Provider, other.Provider))).OfType<string>()];
    }

    private static string? WarningOf(StoreRegistration own, StoreRegistration other, LocationOverlap overlap) => overlap switch
    {
        LocationOverlap.Same => $"{own.Described} and {other.DescribedInSentence} store their images in the same location, so each lists, overwrites and deletes the images of the other. Give each a folder, a database, or a container or prefix of its own.",
        LocationOverlap.Nested => $"{own.Described} and {other.DescribedInSentence} overlap: one stores its images inside the location of the other. Give each a location of its own, side by side.",
        _ => null,
    };
}
