using ImageStorage.LiteDb.Files;
using Microsoft.Extensions.Logging;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// An open store. Whatever touches the database happens one piece after the other, each whole on one thread: on the thread of the
/// store, which shares one flush of the log between the commits that wait for it; or, while nothing else is going on, on the thread of the
/// reader, or a pool thread that the writer has yielded to, which spares two hand-overs.
/// </summary>
internal sealed partial class LiteStore : IAsyncDisposable, IDisposable
{
    private const int MostHeld = 64;

    private readonly StoreOpener _opener;
    private readonly IStoreFiles _files;
    private readonly Durability _durability;
    private readonly long _checkpointBytes;
    private readonly ILogger _logger;
    private readonly object _gate = new();
    private readonly Queue<StoreWork> _queue = new();
    private readonly List<StoreWork> _held = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private bool _threadIsAtWork;
    private bool _isBusy;
    private bool _stopping;

    public LiteStore(IStoreFiles files, LiteDbStorageOptions options, ILogger logger)
    {
        _files = files;
        _opener = new StoreOpener(files, options.CreateIfMissing);
        _durability = options.Durability;
        _checkpointBytes = options.CheckpointBytes;
        _checkpointAt = options.CheckpointBytes;
        _logger = logger;
        Pins = new VersionPins(RequestSweep);
    }

    public VersionPins Pins { get; }

    public long? AvailableBytes => _files.AvailableBytes;

    /// <summary>Reads; the session is null when there is no store yet. The token ends the wait for other work, and for an opening, at once.</summary>
    public async Task<T> ReadAsync<T>(Func<LiteSession?, T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // File calls block, and a thread that is not of the pool must not. One of the pool would only hand over to another.
        if (!Thread.CurrentThread.IsThreadPoolThread)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        if (!TryEnter(StoreWorkKind.Read))
        {
            return await RunAsync(StoreWorkKind.Read, act, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            _session!.RequireInPlace(withLog: false);
            return act(_session);
        }
        catch (Exception exception) when (AfterFailure(exception) is { } failure && failure != exception)
        {
            throw failure;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Writes what nobody can see yet. Lost if a later commit fails, so the <see cref="Generation"/> must be looked at.</summary>
    public Task<T> StageAsync<T>(Func<LiteSession, T> act, CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Stage, session => act(session!), cancellationToken);

    /// <summary>Makes a commit, which is on the disk (under <see cref="Durability.Full"/>) when the task ends; when it fails, nothing was changed.</summary>
    public async Task<T> CommitAsync<T>(Func<LiteSession, T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new ResultWork<T>(session => act(session!)) { Kind = StoreWorkKind.Commit, Token = cancellationToken };

        // A commit waits for the disk. Whoever begins many at once goes on to the next one meanwhile, so that they can share a flush.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (TryEnter(StoreWorkKind.Commit))
        {
            CommitAlone(work);
        }
        else
        {
            Enqueue(work);
        }

        return await work.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Stop())
        {
            await _ended.Task.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        if (Stop())
        {
            _ended.Task.GetAwaiter().GetResult();
        }
    }

    private void CommitAlone(StoreWork work)
    {
        try
        {
            Execute(work);
            if (_held.Count > 0)
            {
                Settle();
            }
        }
        finally
        {
            Exit();
        }
    }

    private Task<T> RunAsync<T>(StoreWorkKind kind, Func<LiteSession?, T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new ResultWork<T>(act) { Kind = kind, Token = cancellationToken };
        Enqueue(work);
        return work.Task;
    }

    private void Enqueue(StoreWork work)
    {
        work.HeedToken();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _queue.Enqueue(work);
            WakeLocked();
        }
    }

    /// <summary>
    /// Takes the database for this thread, if it is open and nobody has it or waits for it: an opening may take long, so the thread of the store does it and callers can give up
    /// meanwhile. A commit behind which a checkpoint is due goes to the thread of the store, as no caller should have to wait for one;
    /// so does one behind commits that shared a flush, as others are likely to come.
    /// </summary>
    private bool TryEnter(StoreWorkKind kind)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (_isBusy || _queue.Count > 0 || _session is null || (kind == StoreWorkKind.Commit && (_session.IsForReading || _haveShared || IsCheckpointDue)))
            {
                return false;
            }

            return _isBusy = true;
        }
    }

    private void Exit()
    {
        lock (_gate)
        {
            _isBusy = false;
            if (HasWorkLocked)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    private void WakeLocked()
    {
        if (_thread is null)
        {
            _thread = new Thread(Work) { IsBackground = true, Name = "ImageStorage LiteDb" };
            _thread.Start();
        }

        Monitor.Pulse(_gate);
    }

    /// <summary>Ends the thread once it has done what was asked of it; answers whether there is anything to wait for.</summary>
    private bool Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            if (_thread is not null)
            {
                WakeLocked();
            }

            return _thread is not null;
        }
    }

    private void Work()
    {
        try
        {
            while (TryTake(out var work))
            {
                if (work is null)
                {
                    SweepStep();
                    continue;
                }

                Execute(work);
                if (_held.Count == MostHeld || (_held.Count > 0 && !HasWaiting))
                {
                    Settle();
                }

                CheckpointIfDue();
            }

            Close();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private bool HasWaiting
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count > 0;
            }
        }
    }

    // Whatever makes this true wakes the thread.
    private bool HasWorkLocked => _queue.Count > 0 || _stopping || _sweepWanted;

    /// <summary>The next piece of work, null for tidying up while there is none; false at the end. Whoever gets one has the database.</summary>
    private bool TryTake(out StoreWork? work)
    {
        lock (_gate)
        {
            // What it had before is done.
            _isBusy &= !_threadIsAtWork;
            _threadIsAtWork = false;
            while (_isBusy || !HasWorkLocked)
            {
                Monitor.Wait(_gate);
            }

            _isBusy = true;
            _threadIsAtWork = true;
            return _queue.TryDequeue(out work) || !_stopping;
        }
    }
}
