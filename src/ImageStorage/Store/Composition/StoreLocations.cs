using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>
/// The stores of the container that were created, to compare their locations. A store in the location of another store
/// is refused, because each would list, overwrite and delete the images of the other. A store inside of the location of
/// another store is refused, because each store takes the files of the other for foreign files. Thread-safe.
/// </summary>
internal sealed class StoreLocations
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (StoreRegistration Store, IImageProvider Provider)> _stores = new(StringComparer.Ordinal);

    /// <summary>Adds a store that was created.</summary>
    /// <exception cref="InvalidOperationException">
    /// The store is in or inside of the location of another store, or another store is inside of its location.
    /// </exception>
    public void Add(StoreRegistration store, IImageProvider provider)
    {
        lock (_gate)
        {
            foreach (var other in _stores.Values.Where(other => other.Store.Name != store.Name))
            {
                if (TextOf(store, other.Store, StoreLocation.Compare(provider, other.Provider)) is { } overlap)
                {
                    throw new InvalidOperationException(overlap);
                }
            }

            _stores[store.Name] = (store, provider);
        }
    }

    /// <summary>
    /// Returns a warning for each other store whose location overlaps the location of a store. The location of a
    /// provider that is chosen at its first use was not known when the store was added.
    /// </summary>
    public IReadOnlyList<string> WarningsOf(string name)
    {
        List<(StoreRegistration Store, IImageProvider Provider)> stores;
        lock (_gate)
        {
            stores = [.. _stores.Values.OrderBy(store => store.Store.Name, StringComparer.Ordinal)];
        }

        var own = stores.Find(store => store.Store.Name == name);
        return own.Store is null ? [] : [.. stores.Where(store => store != own).Select(other => TextOf(own.Store, other.Store, StoreLocation.Compare(own.Provider, other.Provider))).OfType<string>()];
    }

    private static string? TextOf(StoreRegistration own, StoreRegistration other, LocationOverlap overlap) => overlap switch
    {
        LocationOverlap.Same => $"{own.Described} and {other.DescribedInSentence} store their images in the same location, so each would list, overwrite and delete the images of the other. Give each a folder, a database, or a container or prefix of its own.",
        LocationOverlap.Nested => $"{own.Described} and {other.DescribedInSentence} overlap: one stores its images inside the location of the other, and each would destroy images of the other. Give each a location of its own, side by side.",
        _ => null,
    };
}
