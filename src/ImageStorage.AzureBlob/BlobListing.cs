using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob;

/// <summary>Lists blobs in the order of their names, from any place on.</summary>
internal static class BlobListing
{
    /// <summary>The most blobs of one answer.</summary>
    public const int MostAtOnce = 1000;

    /// <summary>Pages of blobs, each one request; nothing where the container is missing and that means an empty store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="from">The first name that is wanted; it need not exist. Null from the start.</param>
    /// <param name="size">How many are wanted at once.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static async IAsyncEnumerable<Page<BlobItem>> ListAsync(this BlobStore store, string prefix, string? from, int size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The service wants a place inside the prefix.
        var isInside = from?.StartsWith(prefix, StringComparison.Ordinal) ?? false;
        if (from is not null && !isInside && string.CompareOrdinal(from, prefix) > 0)
        {
            yield break;
        }

        var options = new GetBlobsOptions { Prefix = prefix, StartFrom = isInside ? from : null, Traits = BlobTraits.Metadata };
        var pages = store.Container.GetBlobsAsync(options, cancellationToken).AsPages(pageSizeHint: Math.Clamp(size, 1, MostAtOnce)).GetAsyncEnumerator(cancellationToken);
        await using var end = pages.ConfigureAwait(false);
        while (await MoveNextAsync(store, pages).ConfigureAwait(false))
        {
            yield return pages.Current;
        }
    }

    private static async ValueTask<bool> MoveNextAsync(BlobStore store, IAsyncEnumerator<Page<BlobItem>> pages)
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
