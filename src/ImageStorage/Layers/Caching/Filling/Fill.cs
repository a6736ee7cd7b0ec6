using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>
/// One read of the provider that populates the cache for all waiting callers. The fill table counts the callers.
/// </summary>
internal sealed class Fill(ImageKey key) : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private int _isTaken;

    public ImageKey Key { get; } = key;

    /// <summary>Gets or sets the result. Assigned exactly once, immediately after construction.</summary>
    public Task<FillResult> Result { get; set; } = null!;

    /// <summary>
    /// Gets or sets the number of callers that wait for the result or use it. Guarded by the lock of the table.
    /// </summary>
    public int Callers { get; set; }

    /// <summary>
    /// Gets or sets the provider's current version, with the time before the request, after a revalidation; otherwise
    /// null.
    /// </summary>
    public (long At, DateTimeOffset Time, ImageETag? Version)? Asked { get; set; }

    /// <summary>
    /// Gets or sets the memory reserved for the image. The result owns it; a fill that fails returns it by
    /// <see cref="ReleaseReserved"/>.
    /// </summary>
    public CachedImage? Reserved { get; set; }

    /// <summary>Gets a token that is cancelled when the last caller has left.</summary>
    public CancellationToken Abandoned => _cancellation.Token;

    /// <summary>Returns the image that no tier accepts to the first caller, and null to all later callers.</summary>
    public StoredImage? TakeUncached(FillResult result) => Interlocked.Exchange(ref _isTaken, 1) == 0 ? result.Uncached : null;

    /// <summary>Releases the reserved memory of a fill that does not publish it.</summary>
    public void ReleaseReserved()
    {
        Reserved?.Release();
        Reserved = null;
    }

    /// <summary>Cancels an active fill and releases the result. Called after the last caller has left.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!Result.IsCompleted)
            {
                await _cancellation.CancelAsync().ConfigureAwait(false);
            }

            // Waiting callers have received the failure already.
            await ((Task)Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Result.IsCompletedSuccessfully)
            {
                await ReleaseAsync(await Result.ConfigureAwait(false)).ConfigureAwait(false);
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
