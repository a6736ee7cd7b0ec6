namespace ImageStorage.Providers;

/// <summary>The ability to keep an image on cheaper or faster media of the backend.</summary>
public interface IStorageTierProvider
{
    /// <summary>The tiers that images can be moved to, by the backend's own names, the fastest first. All of them can be read at once.</summary>
    IReadOnlyList<string> Tiers { get; }

    /// <summary>The tier of an image's bytes; null when there is no such image, or the backend does not say.</summary>
    Task<string?> GetTierAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>Moves the bytes of an image to a tier. The version stays the same.</summary>
    /// <returns>False when there is no such image.</returns>
    /// <exception cref="ArgumentException">The tier is none of <see cref="Tiers"/>.</exception>
    Task<bool> SetTierAsync(ImageKey key, string tier, CancellationToken cancellationToken = default);
}
