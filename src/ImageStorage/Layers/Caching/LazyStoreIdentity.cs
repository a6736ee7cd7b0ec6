using System.Buffers.Binary;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>
/// The identity of the store, which is part of every name and entry in a shared tier. Read when a shared tier is first
/// needed. While the identity is unknown, the shared tiers are off and images are read from the provider.
/// </summary>
/// <param name="provider">The provider that opens the store.</param>
/// <param name="clock">The clock of timeouts and pauses.</param>
/// <param name="logger">Logs when the identity cannot be read.</param>
internal sealed class LazyStoreIdentity(IImageProvider provider, TimeProvider clock, ILogger logger) : IDisposable
{
    // The pause between two attempts.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // How long a read waits for an attempt, counted from the start of the attempt. After that the shared tiers are
    // skipped.
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;
    private UInt128 _id;
    private volatile bool _isKnown;
    private bool _isFailing;
    private bool _isDisposed;

    /// <summary>Gets a value that indicates whether the identity is known.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>Gets the identity.</summary>
    /// <exception cref="InvalidOperationException">The identity is not known yet.</exception>
    public UInt128 Id => _isKnown ? _id : throw new InvalidOperationException("The identity of the store is not known yet.");

    /// <summary>
    /// Reads the identity unless it is known or was requested less than five seconds ago, and waits up to one second.
    /// </summary>
    /// <returns><see langword="true"/> if the identity is known; otherwise <see langword="false"/>.</returns>
    public ValueTask<bool> EnsureAsync(CancellationToken cancellationToken) => _isKnown ? new(true) : new(AskAsync(cancellationToken));

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        Task asking;
        TimeSpan left;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return false;
            }

            if (_asking.IsCompleted && (_askedAt is not { } at || clock.GetElapsedTime(at) >= Pause))
            {
                _askedAt = clock.GetTimestamp();
                _asking = ResolveAsync(_closing.Token);
            }

            (asking, left) = (_asking, ReadTimeout - clock.GetElapsedTime(_askedAt!.Value));
        }

        if (left > TimeSpan.Zero)
        {
            try
            {
                await asking.WaitAsync(left, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Later reads use the result.
            }
        }

        return _isKnown;
    }

    private async Task ResolveAsync(CancellationToken closing)
    {
        // Leave the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (await StoreIdentity.OfAsync(provider, closing).ConfigureAwait(false) is { } identity)
            {
                Set(identity);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The store is closed.
        }
        catch (Exception exception)
        {
            // The boundary to the provider: after any exception, reads continue without the shared tiers.
            RecordFailure(exception);
        }
    }

    private void Set(StoreIdentity identity)
    {
        _id = BinaryPrimitives.ReadUInt128BigEndian(identity.Id.ToByteArray(bigEndian: true));
        _isKnown = true;
        if (_isFailing)
        {
            _isFailing = false;
            Log.CacheIdentityKnown(logger);
        }
    }

    private void RecordFailure(Exception exception)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            Log.CacheIdentityUnknown(logger, exception is ImageStorageException ? exception.Message : exception.GetType().Name);
        }

        Log.CacheIdentityUnknownWith(logger, exception);
    }
}
