using ImageStorage.Documents;
using ImageStorage.Errors;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>Makes sure, before the first use and once, that primary and fallback are two stores: what is written to one must not be seen in the other.</summary>
internal sealed class SameStoreCheck(IImageProvider primary, IImageProvider fallback, TimeProvider clock)
{
    // While one of the two is down there is nothing to find out; it is tried again now and then.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private volatile bool _isDone;
    private long _nextTry = long.MinValue;

    /// <exception cref="StorageNotSupportedException">They are one store.</exception>
    public ValueTask EnsureAsync(CancellationToken cancellationToken) => _isDone || clock.GetTimestamp() < Volatile.Read(ref _nextTry) ? default : new(LookAsync(cancellationToken));

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _nextTry, clock.GetTimestamp() + (long)(Pause.TotalSeconds * clock.TimestampFrequency));
        DocumentName name = $"failover-probe/{Guid.CreateVersion7():n}";
        try
        {
            await fallback.Documents.PutAsync(name, "{}"u8.ToArray(), DocumentETag.None, cancellationToken).ConfigureAwait(false);
            var isSame = await primary.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is not null;
            await fallback.Documents.DeleteAsync(name, null, cancellationToken).ConfigureAwait(false);
            if (isSame)
            {
                Volatile.Write(ref _nextTry, long.MinValue);
                throw FailoverErrors.SameStore(primary.Name, fallback.Name);
            }

            _isDone = true;
        }
        catch (StorageUnavailableException)
        {
            // Whoever needs the one that is down will say so. A probe document that stays behind is a few bytes that nothing looks at.
        }
    }
}
