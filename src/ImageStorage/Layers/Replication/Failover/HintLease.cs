using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

/// <summary>
/// Delays the acknowledgement of a write on a fallback until no other process still assumes that there are no hints.
/// The activity marker is a document that is present while hints may exist; a process that sees the marker for the first
/// time waits one lease, the maximum time of that assumption. The lease must be equal in all processes.
/// </summary>
internal sealed class HintLease(IDocumentStore documents, bool isShared, FailoverOptions options, TimeProvider clock)
{
    // Sorts before all hints, so that a list after this name contains hints only.
    public static readonly DocumentName Name = $"{HintStore.Prefix}active";

    private readonly LeaseWait _wait = new(isShared, options.Lease, clock);

    /// <summary>
    /// Called after each commit of a hint. Returns when no process can still assume that there are no hints.
    /// </summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (isShared)
        {
            var version = (await documents.GetAsync(Name, cancellationToken).ConfigureAwait(false))?.ETag ?? await CreateAsync(cancellationToken).ConfigureAwait(false);
            await _wait.WaitAsync(version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Deletes the document when no hints are left. A hint that is written meanwhile is found by its own name, and its
    /// writer creates a new document.
    /// </summary>
    public Task EndAsync(CancellationToken cancellationToken) => isShared ? documents.DeleteAsync(Name, null, cancellationToken) : Task.CompletedTask;

    private async Task<DocumentETag?> CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await documents.PutAsync(Name, "{}"u8.ToArray(), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // Another process was faster. Its document may be deleted again by now; then the caller waits a full lease.
            return (await documents.GetAsync(Name, cancellationToken).ConfigureAwait(false))?.ETag;
        }
    }
}
