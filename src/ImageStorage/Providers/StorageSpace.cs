namespace ImageStorage.Providers;

/// <summary>The free space of providers, with or without <see cref="IStorageSpace"/>.</summary>
internal static class StorageSpace
{
    /// <summary>Returns the free space of a provider; <see langword="null"/> if it is unknown.</summary>
    public static Task<long?> OfAsync(IImageProvider provider, CancellationToken cancellationToken) =>
        provider.GetAbility<IStorageSpace>()?.GetAvailableBytesAsync(cancellationToken) ?? Task.FromResult<long?>(null);

    /// <summary>Returns the smaller of two numbers; the known number if the other is unknown.</summary>
    public static long? Smaller(long? one, long? other) => one is { } first && other is { } second ? Math.Min(first, second) : one ?? other;
}
