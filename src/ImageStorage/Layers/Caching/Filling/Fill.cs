using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>One read of the provider on behalf of all who want the image meanwhile. The table that it is in counts them.</summary>
internal sealed class Fill(ImageKey key) : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private int _isTaken;

    public ImageKey Key { get; } = key;

    /// <summary>What it comes to. Set once, right behind the construction.</summary>
    public Task<FillResult> Outcome { get; set; } = null!;

    /// <summary>How many wait for it or still use its result. Under the lock of the table.</summary>
    public int Waiting { get; set; }

    /// <summary>What the provider said when it was asked for the record, if it was: the time before, and the version.</summary>
    public (long At, DateTimeOffset Time, ImageETag? Version)? Asked { get; set; }

    /// <summary>The memory that was reserved for the image. With the result it belongs to the result; when the fill fails, it is given back by <see cref="GiveBack"/>.</summary>
    public CachedImage? Reserved { get; set; }

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Abandoned => _cancellation.Token;

    /// <summary>Takes the image that is not cached; null for all but the first.</summary>
    public StoredImage? TakeUncached(FillResult result) => Interlocked.Exchange(ref _isTaken, 1) == 0 ? result.Uncached : null;

    /// <summary>Gives the reserved memory back, as nothing comes of it.</summary>
    public void GiveBack()
    {
        Reserved?.Release();
        Reserved = null;
    }

    /// <summary>When the last one has left: ends the fill if it is under way, and lets go of its result.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!Outcome.IsCompleted)
            {
                await _cancellation.CancelAsync().ConfigureAwait(false);
            }

            // A failure was told to those who waited, while they did.
            await ((Task)Outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Outcome.IsCompletedSuccessfully)
            {
                await ReleaseAsync(await Outcome.ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        finally
        {
            _cancellation.Dispose();
        }
    }
    private async ValueTask ReleaseAsync(FillResult result)
    {
        result.Cached?.Release();
        result.OnDisk?.Release();
        if (TakeUncached(result) is { } image)
        {
            await image.DisposeAsync().ConfigureAwait(false);
        }
    }
}
