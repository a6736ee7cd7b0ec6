using ImageStorage.LiteDb.Files;
using Microsoft.Extensions.Logging;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// An open store: one thread that does everything that touches the database, one piece of work after the other, and shares one
/// flush of the log between the commits that wait for it.
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

    /// <summary>Reads; the session is null when there is no store yet.</summary>
    public Task<T> ReadAsync<T>(Func<LiteSession?, T> act, CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Read, act, cancellationToken);

    /// <summary>Writes what nobody can see yet. Lost if a later commit fails, so the <see cref="Generation"/> must be looked at.</summary>
    public Task<T> StageAsync<T>(Func<LiteSession, T> act, CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Stage, session => act(session!), cancellationToken);

    /// <summary>Makes a commit, which is on the disk (under <see cref="Durability.Full"/>) when the task ends; when it fails, nothing was changed.</summary>
    public Task<T> CommitAsync<T>(Func<LiteSession, T> act, CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Commit, session => act(session!), cancellationToken);

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

    private Task<T> RunAsync<T>(StoreWorkKind kind, Func<LiteSession?, T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new ResultWork<T>(act) { Kind = kind, Token = cancellationToken };
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _queue.Enqueue(work);
            StartLocked();
        }

        return work.Task;
    }

    private void StartLocked()
    {
        if (_thread is null)
        {
            _thread = new Thread(Work) { IsBackground = true, Name = "ImageStorage LiteDb" };
            _thread.Start();
        }

        Monitor.Pulse(_gate);
    }

    /// <summary>Ends the thread once it has done what was asked of it; answers whether there is one.</summary>
    private bool Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
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

    /// <summary>The next piece of work, null for tidying up while there is none; false at the end.</summary>
    private bool TryTake(out StoreWork? work)
    {
        lock (_gate)
        {
            while (!_queue.TryDequeue(out work))
            {
                if (_stopping)
                {
                    return false;
                }

                if (_sweepWanted)
                {
                    return true;
                }

                Monitor.Wait(_gate);
            }

            return true;
        }
    }
}
