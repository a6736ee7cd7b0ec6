using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// Makes every other process look at the fallback before a write that was handed off is acknowledged: a document stands there while
/// writes are handed off, and whoever finds it new waits as long as another process may believe that there is nothing.
/// </summary>
internal sealed class HandoffLease(IDocumentStore documents, bool isShared, FailoverOptions options, TimeProvider clock)
{
    // In front of all notes, so that the look for one finds this.
    public static readonly DocumentName Name = $"{HintStore.Prefix}active";

    private readonly Lock _gate = new();
    private DocumentETag? _seen;
    private long _seenAt;

    /// <summary>Called behind each commit of a note; returns when no process can still believe that there is none.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return;
        }

        var etag = (await documents.GetAsync(Name, cancellationToken).ConfigureAwait(false))?.ETag ?? await CreateAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan left;
        lock (_gate)
        {
            if (_seen != etag || etag == DocumentETag.None)
            {
                (_seen, _seenAt) = (etag, clock.GetTimestamp());
            }

            left = options.Lease - clock.GetElapsedTime(_seenAt);
        }

        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the document away once nothing waits. A note that comes meanwhile is found by itself, and its writer makes a new document.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => isShared ? documents.DeleteAsync(Name, null, cancellationToken) : Task.CompletedTask;

    private async Task<DocumentETag> CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await documents.PutAsync(Name, "{}"u8.ToArray(), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // Another process was faster. Its document may be gone again by now; none is one that nobody has waited for.
            return (await documents.GetAsync(Name, cancellationToken).ConfigureAwait(false))?.ETag ?? DocumentETag.None;
        }
    }
}
