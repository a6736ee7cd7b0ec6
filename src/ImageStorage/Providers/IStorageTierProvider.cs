namespace ImageStorage.Providers;

/// <summary>The ability to store an image in an access tier of the backend.</summary>
[TransparentAbility]
public interface IStorageTierProvider
{
    /// <summary>
    /// Gets the names of the tiers in the backend, the fastest first. Images of every tier can be read immediately.
    /// </summary>
    IReadOnlyList<string> Tiers { get; }

    /// <summary>Returns the tier of an image; null if there is no image or the tier is unknown.</summary>
    Task<string?> GetTierAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>Moves the bytes of an image to a tier. The version stays the same.</summary>
    /// <returns><see langword="false"/> if there is no image.</returns>
    /// <exception cref="ArgumentException">The tier is not in <see cref="Tiers"/>.</exception>
    Task<bool> SetTierAsync(ImageKey key, string tier, CancellationToken cancellationToken = default);
}
