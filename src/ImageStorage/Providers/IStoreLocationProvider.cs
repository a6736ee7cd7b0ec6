namespace ImageStorage.Providers;

/// <summary>
/// The ability to return the location of a store, so that two providers at one location are found before their use.
/// </summary>
[TransparentAbility]
public interface IStoreLocationProvider
{
    /// <summary>
    /// Gets the locations of the images: full paths, or addresses without secrets. Two providers at the same location
    /// have equal values, whatever the spelling of the location, as far as this is known without an access to the
    /// medium. For comparisons, not for messages. Empty if no other provider can share the location.
    /// </summary>
    IReadOnlyList<string> Locations { get; }
}
