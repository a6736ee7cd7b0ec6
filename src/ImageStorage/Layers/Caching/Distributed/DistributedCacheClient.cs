using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Caching.Distributed;

/// <summary>
/// Calls an <see cref="IDistributedCache"/> and tracks whether the cache can be used. No failure of the cache leaves
/// this class.
/// <list type="number">
/// <item>
/// No entry is read or written before the first call has succeeded. That call connects to the server, has its own
/// timeout, and no read waits for it.
/// </item>
/// <item>
/// When a call fails, a probe under an unused name shows what has failed: the probe fails, too, if the server is down,
/// and succeeds if only the entry is bad.
/// </item>
/// <item>
/// A server that serves reads and refuses writes, for example because the server is full, is paused for writes only.
/// </item>
/// <item>
/// After a timeout, the caller does not wait for the probe. No further call is made before the probe has ended. So a
/// server that hangs delays no caller for longer than one timeout.
/// </item>
/// </list>
/// </summary>
/// <param name="cache">The application's cache; not disposed here.</param>
/// <param name="prefix">The prefix of all names.</param>
/// <param name="timeout">The timeout of a call.</param>
/// <param name="clock">The clock of timeouts and pauses.</param>
/// <param name="logger">The log of outages.</param>
internal sealed class DistributedCacheClient(IDistributedCache cache, string prefix, TimeSpan timeout, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly DistributedCacheEntryOptions ProbeLifetime = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) };

    private readonly TierAvailability _server = new("distributed", Pause, clock, logger);
    private readonly TierAvailability _writes = new("distributed (new entries only)", Pause, clock, logger);
    private readonly FailedEntries _failedEntries = new(Pause, clock);

    // Random, so that no other process uses the same name.
    private readonly string _probeName = $"{prefix}:probe-{Guid.NewGuid():N}";
    private readonly Lock _gate = new();
    private Task _connecting = Task.CompletedTask;
    private Task<Exception?>? _probing;
    private Task _diagnosing = Task.CompletedTask;
    private int _diagnoses;
    private volatile bool _isConnected;
    private long _failuresOfEntries;

    /// <summary>Gets the number of failed calls.</summary>
    public long Failures => _server.Failures + _writes.Failures + Volatile.Read(ref _failuresOfEntries);

    /// <summary>
    /// Connects to the server. Completes when the server has answered or the attempt has failed, and the cause of earlier
    /// timeouts is known.
    /// </summary>
    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        var connecting = _isConnected ? Task.CompletedTask : BeginConnecting();
        lock (_gate)
        {
            return Task.WhenAll(connecting, _diagnosing).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Returns whether <see cref="SetAsync"/> would write an entry now.</summary>
    public bool MayWrite(string name) => MayCall() && _writes.IsUsable && !_failedEntries.Contains(name);

    /// <summary>Returns the bytes of an entry, or null if the entry is missing or the call fails.</summary>
    public async Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (!MayCall() || _failedEntries.Contains(name))
        {
            return null;
        }

        var isTrial = _server.IsOnTrial;
        try
        {
            var bytes = await LimitAsync(token => cache.GetAsync(name, token), cancellationToken).ConfigureAwait(false);
            _server.RecordSuccess();
            return bytes;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The boundary to the application's cache, which may throw any exception.
            await DiagnoseAsync(exception, () => FindCauseAsync(name, exception, isTrial, drops: true)).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Writes an entry. A failure is recorded and not thrown.</summary>
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
            _writes.RecordSuccess();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await DiagnoseAsync(exception, () => FindCauseOfWriteAsync(name, exception, isTrial)).ConfigureAwait(false);
        }
    }

    /// <summary>Removes an entry. A failure is recorded and not thrown.</summary>
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
            _server.RecordSuccess();
        }
        catch (Exception exception)
        {
            await DiagnoseAsync(exception, () => FindCauseAsync(name, exception, isTrial, drops: false)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Finds the cause of a failure, in the background after a timeout: the caller has waited long enough.
    /// </summary>
    private Task DiagnoseAsync(Exception exception, Func<Task> findCause)
    {
        if (exception is not (OperationCanceledException or TimeoutException))
        {
            return findCause();
        }

        Interlocked.Increment(ref _diagnoses);
        var diagnosing = RunAsync();
        lock (_gate)
        {
            _diagnosing = _diagnosing.IsCompleted ? diagnosing : Task.WhenAll(_diagnosing, diagnosing);
        }

        return Task.CompletedTask;

        async Task RunAsync()
        {
            try
            {
                await findCause().ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref _diagnoses);
            }
        }
    }

    private async Task FindCauseAsync(string name, Exception exception, bool isTrial, bool drops)
    {
        if (isTrial || await ProbeAsync().ConfigureAwait(false) is not null)
        {
            _server.RecordFailure(exception, Describe(exception));
            return;
        }

        RecordEntryFailure(name, exception);
        if (drops)
        {
            await DropAsync(name).ConfigureAwait(false);
        }
    }

    private async Task FindCauseOfWriteAsync(string name, Exception exception, bool isTrial)
    {
        if (await ProbeAsync().ConfigureAwait(false) is { } failure)
        {
            _server.RecordFailure(failure, Describe(failure));
        }
        else if (isTrial || await ProbeWritingAsync().ConfigureAwait(false) is not null)
        {
            _writes.RecordFailure(exception, $"{Describe(exception)}. The server may be full");
        }
        else
        {
            RecordEntryFailure(name, exception);
        }
    }

    private bool MayCall()
    {
        if (!_isConnected)
        {
            // A cache in this process is connected when the call returns.
            _ = BeginConnecting();
        }

        return _isConnected && _server.IsUsable && Volatile.Read(ref _diagnoses) == 0;
    }

    private Task BeginConnecting()
    {
        var connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_connecting.IsCompleted || _isConnected || !_server.IsUsable)
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
            _server.RecordSuccess();
        }
        catch (Exception exception)
        {
            _server.RecordFailure(exception, exception is OperationCanceledException ? $"connecting took longer than {ConnectTimeout}; check the server" : Describe(exception));
        }
        finally
        {
            connecting.SetResult();
        }
    }

    /// <summary>
    /// Reads an entry that cannot exist. Returns the failure, or null if the server answers. Concurrent callers share
    /// one probe.
    /// </summary>
    private Task<Exception?> ProbeAsync()
    {
        lock (_gate)
        {
            if (_probing is not { IsCompleted: false })
            {
                _probing = FailureOfAsync(token => cache.GetAsync(_probeName, token));
            }

            return _probing;
        }
    }

    private Task<Exception?> ProbeWritingAsync() => FailureOfAsync(async token =>
    {
        await cache.SetAsync(_probeName, [1], ProbeLifetime, token).ConfigureAwait(false);
        return null;
    });

    private async Task<Exception?> FailureOfAsync(Func<CancellationToken, Task<byte[]?>> call)
    {
        // Leave the lock.
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

    /// <summary>Removes an entry that cannot be read: an entry of another type cannot be overwritten either.</summary>
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

    /// <summary>Makes a call with a timeout, also if the cache ignores its token.</summary>
    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await call(linked.Token).WaitAsync(linked.Token).ConfigureAwait(false);
    }

    private void RecordEntryFailure(string name, Exception exception)
    {
        _failedEntries.Add(name);
        if (Interlocked.Increment(ref _failuresOfEntries) == 1)
        {
            Log.CacheEntryFailed(logger, Describe(exception));
        }

        Log.CacheTierFailedWith(logger, "distributed", exception);
    }

    private string Describe(Exception exception) => exception is OperationCanceledException ? $"the server did not answer in {timeout}" : $"a call failed with {exception.GetType().Name}; check the server";
}
