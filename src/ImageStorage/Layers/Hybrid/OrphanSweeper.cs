using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>Deletes content without a record that is older than the grace period. See docs/design/hybrid.md.</summary>
internal sealed class OrphanSweeper(CatalogPart catalog, ContentPart content, HybridPairing pairing, TimeSpan grace, TimeProvider clock, ILogger logger)
{
    private const int PageLength = 500;

    // With this many failures, the store is probably unavailable, and each call would wait for its timeout.
    private const int MaxFailures = 8;

    /// <summary>
    /// Examines all content. Content that cannot be deleted does not keep the rest from being swept: the first failure is
    /// thrown at the end.
    /// </summary>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        long examined = 0, deleted = 0, freed = 0;
        var failures = new List<ImageStorageException>();
        var query = OldContent();
        ImagePage page;
        do
        {
            page = await content.Provider.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var stored in page.Items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                examined++;
                try
                {
                    if (await IsOrphanAsync(stored, cancellationToken).ConfigureAwait(false) && await DeleteAsync(stored, cancellationToken).ConfigureAwait(false))
                    {
                        deleted++;
                        freed += stored.Length;
                    }
                }
                catch (ImageStorageException exception) when (failures.Count + 1 < MaxFailures)
                {
                    failures.Add(exception);
                    Log.OrphanNotDeleted(logger, exception);
                }
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (page.ContinuationToken is not null);

        if (deleted > 0)
        {
            Log.Swept(logger, deleted, freed);
        }

        if (failures.Count > 0)
        {
            ExceptionDispatchInfo.Throw(failures[0]);
        }

        return new SweepResult { Examined = examined, Deleted = deleted, FreedBytes = freed };
    }

    /// <summary>
    /// Returns whether it is certain that no record refers to some content, now and later. Not certain for young
    /// content or content that does not name its image.
    /// </summary>
    public async Task<bool> IsOrphanAsync(ImageInfo stored, CancellationToken cancellationToken)
    {
        if (stored.CreatedAt >= Cutoff || !ContentReference.TryParseKey(stored.Key.Value, out var id) || ContentPart.OwnerOf(stored) is not { } owner)
        {
            return false;
        }

        try
        {
            var record = await catalog.GetInfoAsync(owner, cancellationToken).ConfigureAwait(false);
            if (ContentReference.In(record?.Encoding)?.Id == id)
            {
                return false;
            }

            // An absent catalog has no records at all.
            await pairing.ConfirmCatalogAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            // A damaged record may be repaired and then needs its content. A record of a newer version of the library needs its content.
            Log.SweepSpared(logger, exception);
            return false;
        }
    }

    private DateTimeOffset Cutoff => clock.GetUtcNow() is var now && now.UtcTicks > grace.Ticks ? now - grace : DateTimeOffset.MinValue;

    private ImageQuery OldContent() => new() { Order = ImageOrder.CreatedAscending, Prefix = ContentReference.Prefix, CreatedBefore = Cutoff, Limit = PageLength };

    private async Task<bool> DeleteAsync(ImageInfo stored, CancellationToken cancellationToken)
    {
        try
        {
            return await content.Provider.DeleteAsync(stored.Key, new DeleteOptions { Precondition = new IfMatch(stored.ETag) }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // Another process sweeps, too, and was faster.
            return false;
        }
    }
}
