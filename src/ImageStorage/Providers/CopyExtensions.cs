namespace ImageStorage.Providers;

/// <summary>Copies images of any provider. For authors of providers and layers.</summary>
public static class CopyExtensions
{
    /// <summary>
    /// Copies an image by <see cref="ICopyProvider"/>; on a provider without this ability, by
    /// <see cref="StreamCopyAsync"/>.
    /// </summary>
    /// <inheritdoc cref="ICopyProvider.CopyAsync"/>
    /// <exception cref="ArgumentException">Source and target are the same image.</exception>
    public static Task<ImageInfo> CopyAsync(this IImageProvider provider, CopyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Source == request.Target)
        {
            throw new ArgumentException($"Image '{request.Target}' cannot be copied onto itself. Pass another target key.", nameof(request));
        }

        return provider.GetAbility<ICopyProvider>() is { } copies ? copies.CopyAsync(request, cancellationToken) : provider.StreamCopyAsync(request, cancellationToken);
    }

    /// <summary>
    /// Copies an image by reading and saving it, in bounded memory. The digest of the record is taken over; the read
    /// verifies the bytes. A provider uses this method for <see cref="ICopyProvider"/> if its backend cannot copy.
    /// </summary>
    /// <inheritdoc cref="ICopyProvider.CopyAsync"/>
    public static Task<ImageInfo> StreamCopyAsync(this IImageProvider provider, CopyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(request);
        return ImageCopies.ReadAsync(provider, request, (put, _, token) => provider.PutAsync(put, token), cancellationToken);
    }
}
