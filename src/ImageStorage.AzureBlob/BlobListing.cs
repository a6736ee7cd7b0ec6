using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob;

/// <summary>Lists blobs in the order of their names, from any position.</summary>
internal static class BlobListing
{
    /// <summary>The maximum number of blobs in one response.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>
    /// Returns pages of blobs, one request each; no page when a missing container means an empty store.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">The prefix of the names.</param>
    /// <param name="from">The first name, which need not exist; null for the first blob.</param>
    /// <param name="size">The number of blobs per page.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public static async IAsyncEnumerable<Page<BlobItem>> ListAsync(this BlobStore store, string prefix, string? from, int size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The service requires a start within the prefix.
        var isInside = from?.StartsWith(prefix, StringComparison.Ordinal) ?? false;
        if (from is not null && !isInside && string.CompareOrdinal(from, prefix) > 0)
        {
            yield break;
        }

        var options = new GetBlobsOptions { Prefix = prefix, StartFrom = isInside ? from : null, Traits = BlobTraits.Metadata };
        var pages = store.Container.GetBlobsAsync(options, cancellationToken).AsPages(pageSizeHint: Math.Clamp(size, 1, MaxPageSize)).GetAsyncEnumerator(cancellationToken);
        await using var end = pages.ConfigureAwait(false);
        while (await MoveNextAsync(store, pages).ConfigureAwait(false))
        {
            yield return pages.Current;
        }
    }

    /// <summary>
    /// Returns the names between a prefix and the next <c>/</c>, in the order of the service; none when a missing
    /// container means an empty store. One request returns up to <see cref="MaxPageSize"/> names, however many blobs have
    /// such a name.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">The prefix; ends with <c>/</c>.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public static async IAsyncEnumerable<string> ListFoldersAsync(this BlobStore store, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = "/" };
        var items = store.Container.GetBlobsByHierarchyAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = items.ConfigureAwait(false);
        while (await MoveNextAsync(store, items).ConfigureAwait(false))
        {
            if (items.Current is { IsPrefix: true, Prefix: var folder })
            {
                yield return folder[prefix.Length..^1];
            }
        }
    }

    private static async ValueTask<bool> MoveNextAsync<T>(BlobStore store, IAsyncEnumerator<T> pages)
    {
        try
        {
            return await pages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (store.IsMissing(exception))
        {
            return false;
        }
    }
}
