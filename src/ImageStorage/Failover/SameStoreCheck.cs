using ImageStorage.Documents;
using ImageStorage.Errors;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>Makes sure, before the first use and once, that all providers of a chain are stores of their own: what is written to one must not be seen in another.</summary>
internal sealed class SameStoreCheck(IReadOnlyList<(string Name, IImageProvider Provider)> chain, TimeProvider clock)
{
    // While one of them is down there is nothing to find out about it; it is tried again now and then.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private volatile bool _isDone;
    private long _nextTry = long.MinValue;

    /// <summary>Is there nothing to find out, at least for now?</summary>
    public bool IsSettled => _isDone || clock.GetTimestamp() < Volatile.Read(ref _nextTry);

    /// <exception cref="StorageNotSupportedException">Two of them are one store.</exception>
    public ValueTask EnsureAsync(CancellationToken cancellationToken) => IsSettled ? default : new(LookAsync(cancellationToken));

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _nextTry, clock.GetTimestamp() + (long)(Pause.TotalSeconds * clock.TimestampFrequency));
        var isComplete = true;
        for (var later = chain.Count - 1; later > 0; later--)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                switch (await AreOneAsync(chain[earlier].Provider, chain[later].Provider, cancellationToken).ConfigureAwait(false))
                {
                    case true:
                        Volatile.Write(ref _nextTry, long.MinValue);
                        throw FailoverErrors.SameStore(chain[0].Name, chain[earlier].Name, chain[later].Name);
                    case null:
                        isComplete = false;
                        break;
                }
            }
        }

        _isDone = isComplete;
    }

    /// <summary>Is what is written to the one seen in the other? Null while nobody can say.</summary>
    private static async Task<bool?> AreOneAsync(IImageProvider earlier, IImageProvider later, CancellationToken cancellationToken)
    {
        DocumentName name = $"failover-probe/{Guid.CreateVersion7():n}";
        try
        {
            await later.Documents.PutAsync(name, "{}"u8.ToArray(), DocumentETag.None, cancellationToken).ConfigureAwait(false);
            var isSeen = await earlier.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is not null;
            await later.Documents.DeleteAsync(name, null, cancellationToken).ConfigureAwait(false);
            return isSeen;
        }
        catch (StorageUnavailableException)
        {
            // Whoever needs the one that is down will say so. A probe document that stays behind is a few bytes that nothing looks at.
            return null;
        }
    }
}
