using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>
/// Delays the acknowledgement of a write until no other process still assumes that there are no hints: one lease after
/// this process has first seen the document that says that hints may exist. A process asks for that document at least
/// once per lease. A provider that only one process can open needs no wait.
/// </summary>
internal sealed class LeaseWait(bool isShared, TimeSpan lease, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private DocumentETag? _seen;
    private long _seenAt;

    /// <summary>Waits until the lease of the document has passed.</summary>
    /// <param name="version">The version of the document; null if it was removed in the meantime, which has not been
    /// waited for.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async ValueTask WaitAsync(DocumentETag? version, CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return;
        }

        TimeSpan left;
        lock (_gate)
        {
            if (version is null || _seen != version)
            {
                (_seen, _seenAt) = (version, clock.GetTimestamp());
            }

            left = lease - clock.GetElapsedTime(_seenAt);
        }

        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
