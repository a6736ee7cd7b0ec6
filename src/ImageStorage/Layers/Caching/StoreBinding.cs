using System.Buffers.Binary;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching;

/// <summary>
/// The identity of the store, to which every name and every entry in a shared place is bound. The store is asked when a shared tier is first needed.
/// Until the store has answered, the shared tiers are off and images are read from the provider: nothing is guessed.
/// </summary>
/// <param name="provider">The provider that opens the store.</param>
/// <param name="clock">The clock of the pauses between two questions.</param>
/// <param name="logger">Logs when the identity cannot be read.</param>
internal sealed class StoreBinding(IImageProvider provider, TimeProvider clock, ILogger logger) : IDisposable
{
    // How long a store that has not answered is not asked again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // How long a read waits for the answer, counted from the question. A store that takes longer is read without its shared tiers.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;
    private UInt128 _id;
    private volatile bool _isKnown;
    private bool _isFailing;
    private bool _isDisposed;

    /// <summary>Gets whether the store has told its identity.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>Gets the identity.</summary>
    /// <exception cref="InvalidOperationException">The identity is not known yet.</exception>
    public UInt128 Id => _isKnown ? _id : throw new InvalidOperationException("The identity of the store is not known yet.");

    /// <summary>Asks the store for its identity unless the identity is known or the store was asked a moment ago, and waits a little for the answer.</summary>
    /// <returns>Whether the identity is known.</returns>
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

            (asking, left) = (_asking, Patience - clock.GetElapsedTime(_askedAt!.Value));
        }

        if (left > TimeSpan.Zero)
        {
            try
            {
                await asking.WaitAsync(left, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // The answer is used by the reads that come after it.
            }
        }

        return _isKnown;
    }

    private async Task ResolveAsync(CancellationToken closing)
    {
        // Not under the lock.
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
            // The boundary to the provider: whatever it throws, reads continue without the shared tiers.
            Failed(exception);
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

    private void Failed(Exception exception)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            Log.CacheIdentityUnknown(logger, exception is ImageStorageException ? exception.Message : exception.GetType().Name);
        }

        Log.CacheIdentityUnknownWith(logger, exception);
    }
}
