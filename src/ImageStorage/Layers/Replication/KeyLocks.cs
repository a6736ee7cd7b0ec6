namespace ImageStorage.Replication;

/// <summary>
/// Serializes the writes and the replays of one image within this process, for failover and mirror. Between processes,
/// the versions of the hints do.
/// </summary>
internal sealed class KeyLocks : IDisposable
{
    private const int Stripes = 64;

    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    public async ValueTask<Held> EnterAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var stripe = _stripes[(uint)key.GetHashCode() % Stripes];
        await stripe.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Held(stripe);
    }

    public void Dispose()
    {
        foreach (var stripe in _stripes)
        {
            stripe.Dispose();
        }
    }

    /// <summary>A lock that is held until it is disposed.</summary>
    public readonly struct Held(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
