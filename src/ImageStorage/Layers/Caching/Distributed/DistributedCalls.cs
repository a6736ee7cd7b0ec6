using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching.Distributed;

/// <summary>
/// Calls an <see cref="IDistributedCache"/>, and knows whether it can be called. No failure of the cache leaves this class.
/// <list type="number">
/// <item>Nothing is called before the cache has answered once. That first call connects to the server, has its own time limit, and no read waits for it.</item>
/// <item>When a call fails, a call under an unused name shows whether the server or only the one entry has failed: a server does not answer that call either.</item>
/// <item>A server that refuses writes and serves reads, because it is full for one, is paused for writes only.</item>
/// </list>
/// </summary>
/// <param name="cache">The application's cache; not disposed here.</param>
/// <param name="prefix">The prefix of all names.</param>
/// <param name="timeout">The time limit of a call.</param>
/// <param name="clock">The clock of time limits and pauses.</param>
/// <param name="logger">Where outages are logged.</param>
internal sealed class DistributedCalls(IDistributedCache cache, string prefix, TimeSpan timeout, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly DistributedCacheEntryOptions ProbeLifetime = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) };

    private readonly TierCondition _server = new("distributed", Pause, clock, logger);
    private readonly TierCondition _writes = new("distributed (new entries only)", Pause, clock, logger);
    private readonly FailedNames _failedNames = new(Pause, clock);

    // Random, so that no other process can have anything under it.
    private readonly string _probeName = $"{prefix}:probe-{Guid.NewGuid():N}";
    private readonly Lock _gate = new();
    private Task _connecting = Task.CompletedTask;
    private Task<Exception?>? _probing;
    private volatile bool _isConnected;
    private long _failuresOfEntries;

    /// <summary>Gets how many calls have failed.</summary>
    public long Failures => _server.Failures + _writes.Failures + Volatile.Read(ref _failuresOfEntries);

    /// <summary>Connects to the server, and waits until the server has answered or the attempt has failed.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => _isConnected ? Task.CompletedTask : BeginConnecting().WaitAsync(cancellationToken);

    /// <summary>Returns whether an entry would be written now.</summary>
    public bool MayWrite(string name) => MayCall() && _writes.MayTry && !_failedNames.Contains(name);

    /// <summary>Returns the bytes of an entry, or null when there is none or the call fails.</summary>
    public async Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (!MayCall() || _failedNames.Contains(name))
        {
            return null;
        }

        var isTrial = _server.IsOnTrial;
        try
        {
            var bytes = await LimitAsync(token => cache.GetAsync(name, token), cancellationToken).ConfigureAwait(false);
            _server.Worked();
            return bytes;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The boundary to other people's caches, which throw what they like.
            if (isTrial || await ProbeAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                _server.Failed(exception, Describe(exception));
            }
            else
            {
                EntryFailed(name, exception);
                await DropAsync(name).ConfigureAwait(false);
            }

            return null;
        }
    }

    /// <summary>Writes an entry, unless the call fails.</summary>
    public async Task SetAsync(string name, byte[] bytes, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (!MayWrite(name))
        {
            return;
        }

        var isTrial = _writes.IsOnTrial;
        try
        {
            await WriteAsync(name, bytes, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = lifetime }, cancellationToken).ConfigureAwait(false);
            _writes.Worked();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (await ProbeAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            {
                _server.Failed(failure, Describe(failure));
            }
            else if (isTrial || await ProbeWritingAsync().ConfigureAwait(false) is not null)
            {
                _writes.Failed(exception, $"{Describe(exception)}. The server may be full");
            }
            else
            {
                EntryFailed(name, exception);
            }
        }
    }

    /// <summary>Removes an entry, unless the call fails.</summary>
    public async Task RemoveAsync(string name)
    {
        if (!MayCall())
        {
            return;
        }

        var isTrial = _server.IsOnTrial;
        try
        {
            await LimitAsync(
                async token =>
                {
                    await cache.RemoveAsync(name, token).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
            _server.Worked();
        }
        catch (Exception exception)
        {
            if (isTrial || await ProbeAsync(CancellationToken.None).ConfigureAwait(false) is not null)
            {
                _server.Failed(exception, Describe(exception));
            }
            else
            {
                EntryFailed(name, exception);
            }
        }
    }

    private bool MayCall()
    {
        if (!_isConnected)
        {
            // Caches in this process have answered when this returns.
            _ = BeginConnecting();
        }

        return _isConnected && _server.MayTry;
    }

    private Task BeginConnecting()
    {
        var connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_connecting.IsCompleted || _isConnected || !_server.MayTry)
            {
                return _connecting;
            }

            _connecting = connecting.Task;
        }

        return ConnectAsync(connecting);
    }

    private async Task ConnectAsync(TaskCompletionSource connecting)
    {
        try
        {
            using var limit = new CancellationTokenSource(ConnectTimeout, clock);
            await cache.GetAsync(_probeName, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            _isConnected = true;
            _server.Worked();
        }
        catch (Exception exception)
        {
            _server.Failed(exception, exception is OperationCanceledException ? $"it cannot be connected to in {ConnectTimeout}: look at its server" : Describe(exception));
        }
        finally
        {
            connecting.SetResult();
        }
    }

    /// <summary>Asks the server for an entry that cannot be there. Returns the failure, or null when the server answers. Calls that fail at the same time share one answer.</summary>
    private Task<Exception?> ProbeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_probing is not { IsCompleted: false })
            {
                _probing = FailureOfAsync(token => cache.GetAsync(_probeName, token));
            }

            return _probing.WaitAsync(cancellationToken);
        }
    }

    private Task<Exception?> ProbeWritingAsync() => FailureOfAsync(async token =>
    {
        await cache.SetAsync(_probeName, [1], ProbeLifetime, token).ConfigureAwait(false);
        return null;
    });

    private async Task<Exception?> FailureOfAsync(Func<CancellationToken, Task<byte[]?>> call)
    {
        // Not under the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await LimitAsync(call, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Removes an entry that cannot be read, as one of another type cannot be overwritten either.</summary>
    private async Task DropAsync(string name)
    {
        var failure = await FailureOfAsync(async token =>
        {
            await cache.RemoveAsync(name, token).ConfigureAwait(false);
            return null;
        }).ConfigureAwait(false);
        if (failure is not null)
        {
            Log.CacheTierFailedWith(logger, "distributed", failure);
        }
    }

    private async Task WriteAsync(string name, byte[] bytes, DistributedCacheEntryOptions entry, CancellationToken cancellationToken) =>
        await LimitAsync(
            async token =>
            {
                await cache.SetAsync(name, bytes, entry, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Makes a call, and does not wait longer than its time limit: not every cache heeds its token.</summary>
    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await call(linked.Token).WaitAsync(linked.Token).ConfigureAwait(false);
    }

    private void EntryFailed(string name, Exception exception)
    {
        _failedNames.Add(name);
        if (Interlocked.Increment(ref _failuresOfEntries) == 1)
        {
            Log.CacheEntryFailed(logger, Describe(exception));
        }

        Log.CacheTierFailedWith(logger, "distributed", exception);
    }

    private string Describe(Exception exception) => exception is OperationCanceledException ? $"it did not answer in {timeout}" : $"it failed with {exception.GetType().Name}: look at its server";
}
