using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>
/// The stores of the container that were created, to compare their locations. Two stores in one location work like two
/// processes that open one store, so they are reported and not refused. A store inside of the location of another store
/// is refused, because each store takes the files of the other for foreign files. Thread-safe.
/// </summary>
internal sealed class StoreLocations
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (StoreRegistration Store, IImageProvider Provider)> _stores = new(StringComparer.Ordinal);

    /// <summary>Adds a store that was created.</summary>
    /// <exception cref="InvalidOperationException">
    /// The store is inside of the location of another store, or another store is inside of its location.
    /// </exception>
    public void Add(StoreRegistration store, IImageProvider provider)
    {
        lock (_gate)
        {
            foreach (var other in _stores.Values.Where(other => other.Store.Name != store.Name))
            {
                if (StoreLocation.Compare(provider, other.Provider) == LocationOverlap.Nested)
                {
                    throw new InvalidOperationException(NestedText(store, other.Store));
                }
            }

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

        // The location of a provider that is chosen at its first use was not known before.
        LocationOverlap.Nested => NestedText(own, other),
        _ => null,
    };

    private static string NestedText(StoreRegistration own, StoreRegistration other) =>
        $"{own.Described} and {other.DescribedInSentence} overlap: one stores its images inside the location of the other, and each would destroy images of the other. Give each a location of its own, side by side.";
}
