using ImageStorage.LiteDb.Files;
using Microsoft.Extensions.Logging;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// An open store. All work on the database is serialized, and each unit of work runs completely on one thread: on the
/// thread of the store, which shares one flush of the log between queued commits, or, while the database is idle, on a
/// pool thread, which saves two context switches.
/// </summary>
internal sealed partial class LiteStore : IAsyncDisposable, IDisposable
{
    private const int MaxHeld = 64;

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
    private bool _threadIsBusy;
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

    /// <summary>Gets the versions that open streams and saves in progress need.</summary>
    public VersionPins Pins { get; }

    /// <summary>Gets the free space of the medium in bytes; null when unknown.</summary>
    public long? AvailableBytes => _files.AvailableBytes;

    /// <summary>Gets the size of the medium in bytes; null when unknown.</summary>
    public long? TotalBytes => _files.TotalBytes;

    /// <summary>Reads. The token ends the wait for other work and for an opening immediately.</summary>
    /// <param name="read">The read; its session is null when there is no store yet.</param>
    /// <param name="cancellationToken">Cancels the call until the read begins.</param>
    public async Task<T> ReadAsync<T>(Func<LiteSession?, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // File calls block, which is allowed on pool threads only. Yielding on a pool thread would only switch threads.
        if (!Thread.CurrentThread.IsThreadPoolThread)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        if (!TryEnter(StoreWorkKind.Read))
        {
            return await RunAsync(StoreWorkKind.Read, read, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            _session!.RequireInPlace(withLog: false);
            return read(_session);
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

    /// <summary>
    /// Writes data that is not visible yet. A failed commit takes the data back, so the caller must compare
    /// <see cref="Generation"/> before relying on the data.
    /// </summary>
    public Task<T> StageAsync<T>(Func<LiteSession, T> write, CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Stage, session => write(session!), cancellationToken);

    /// <summary>
    /// Makes a commit. The commit is durable (with <see cref="Durability.Full"/>) when the task completes; a failed
    /// commit has changed nothing.
    /// </summary>
    public async Task<T> CommitAsync<T>(Func<LiteSession, T> commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new ResultWork<T>(session => commit(session!)) { Kind = StoreWorkKind.Commit, Token = cancellationToken };

        // A commit waits for the disk. Yielding lets a caller start several commits, which then share a flush.
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
                FlushHeld();
            }
        }
        finally
        {
            Exit();
        }
    }

    private Task<T> RunAsync<T>(StoreWorkKind kind, Func<LiteSession?, T> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new ResultWork<T>(run) { Kind = kind, Token = cancellationToken };
        Enqueue(work);
        return work.Task;
    }

    private void Enqueue(StoreWork work)
    {
        work.RegisterToken();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _queue.Enqueue(work);
            WakeLocked();
        }
    }

    /// <summary>
    /// Acquires the database for the calling thread if the database is open and idle. An opening may take long, so the
    /// thread of the store opens the database and callers can cancel. Commits go to the thread of the store when a
    /// checkpoint is due, so that no caller waits for the checkpoint, and after commits that shared a flush, because
    /// more commits are likely.
    /// </summary>
    private bool TryEnter(StoreWorkKind kind)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (_isBusy || _queue.Count > 0 || _session is null || (kind == StoreWorkKind.Commit && (_session.IsReadOnly || _lastFlushWasShared || IsCheckpointDue)))
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

    /// <summary>Ends the thread after it has completed the queued work.</summary>
    /// <returns>Whether there is a thread to wait for.</returns>
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
                if (_held.Count == MaxHeld || (_held.Count > 0 && !HasWaiting))
                {
                    FlushHeld();
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

    // Every change that makes this true must wake the thread.
    private bool HasWorkLocked => _queue.Count > 0 || _stopping || _sweepRequested;

    /// <summary>Acquires the database and takes the next unit of work; null means to sweep.</summary>
    /// <returns><see langword="false"/> when the store is stopping and the queue is empty.</returns>
    private bool TryTake(out StoreWork? work)
    {
        lock (_gate)
        {
            // The previous unit of work of this thread is complete.
            _isBusy &= !_threadIsBusy;
            _threadIsBusy = false;
            while (_isBusy || !HasWorkLocked)
            {
                Monitor.Wait(_gate);
            }

            _isBusy = true;
            _threadIsBusy = true;
            return _queue.TryDequeue(out work) || !_stopping;
        }
    }
}
