using System.Security.Cryptography;

namespace ImageStorage.Providers;

/// <summary>The probe behind <see cref="IImageProvider.CheckAsync"/>: can a document be written, read back and deleted?</summary>
public static class ProviderProbe
{
    /// <summary>Runs the probe.</summary>
    /// <exception cref="ImageStorageException">The provider is not usable; the type says why.</exception>
    public static async Task RunAsync(IImageProvider provider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        DocumentName name = $"probes/{Guid.CreateVersion7():n}";
        var written = RandomNumberGenerator.GetBytes(16);
        await provider.Documents.PutAsync(name, written, DocumentETag.None, cancellationToken).ConfigureAwait(false);
        var read = await provider.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
        await provider.Documents.DeleteAsync(name, null, cancellationToken).ConfigureAwait(false);
        if (read is null || !read.Content.Span.SequenceEqual(written))
        {
            throw new StorageCorruptedException($"The probe of {provider.Name} read back something else than it had written. Do not use this store before its medium was examined.") { Provider = provider.Name };
        }
    }
}
