using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// The name of the sweep entry after which the next sweep continues, in the metadata of a blob: all processes sweep from
/// the same position, also a process that lives briefly. Two processes that sweep at the same time look at the same
/// entries, which is harmless.
/// </summary>
internal sealed class SweepPosition(BlobStore store)
{
    /// <summary>Added to the name of an entry, the first name after the entry.</summary>
    public const string After = "0";

    private const string Name = "after";
    private volatile string? _known;

    /// <summary>Returns the name of the entry; <see langword="null"/> for the first entry.</summary>
    public async Task<string?> ReadAsync()
    {
        var position = await store.ReadAsync(() => store.Blob(store.Layout.SweepPosition).GetPropertiesAsync(cancellationToken: CancellationToken.None)).ConfigureAwait(false);
        return _known = position is not null && position.Value.Metadata.TryGetValue(Name, out var entry) ? store.Layout.Sweep + entry : null;
    }

    /// <summary>Writes the name of the entry; <see langword="null"/> for the first entry, without a request if the position is the first entry already.</summary>
    public async Task WriteAsync(string? entry)
    {
        var blob = store.Blob(store.Layout.SweepPosition);
        if (entry is not null)
        {
            var upload = new BlobUploadOptions { Metadata = new Dictionary<string, string> { [Name] = entry[store.Layout.Sweep.Length..] } };
            await store.WriteAsync(() => blob.UploadAsync(new MemoryStream([], writable: false), upload, CancellationToken.None)).ConfigureAwait(false);
        }
        else if (_known is not null)
        {
            await blob.DeleteIfExistsAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }

        _known = entry;
    }
}
