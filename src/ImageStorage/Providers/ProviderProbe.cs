using System.Security.Cryptography;

namespace ImageStorage.Providers;

/// <summary>
/// The probe of <see cref="IImageProvider.CheckAsync"/>: writes, reads and deletes a document. For authors of
/// providers.
/// </summary>
public static class ProviderProbe
{
    /// <summary>Runs the probe.</summary>
    /// <exception cref="ImageStorageException">The provider is not usable; the type of the exception is the
    /// cause.</exception>
    public static async Task RunAsync(IImageProvider provider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        DocumentName name = $"{DocumentCollections.Probes}/{Guid.CreateVersion7():n}";
        var written = RandomNumberGenerator.GetBytes(16);
        await provider.Documents.PutAsync(name, written, DocumentETag.None, cancellationToken).ConfigureAwait(false);
        var read = await provider.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
        await provider.Documents.DeleteAsync(name, null, cancellationToken).ConfigureAwait(false);
        if (read is null || !read.Content.Span.SequenceEqual(written))
        {
            throw new StorageCorruptedException($"The probe of {provider.Name} returned other bytes than were written. Examine the medium before you use this store.") { Provider = provider.Name };
        }
    }
}
