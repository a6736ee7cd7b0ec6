using System.Buffers.Text;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>
/// Runs a sweep in the background of writes, once per interval, in one process at a time. Writes never wait for a
/// sweep.
/// </summary>
internal sealed class SweepSchedule(IDocumentStore documents, OrphanSweeper sweeper, TimeSpan? interval, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    public static readonly DocumentName Name = DocumentCollections.Hybrid + "/sweep";

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _running = Task.CompletedTask;
    private DateTimeOffset _nextCheck;
    private bool _isClosed;

    /// <summary>Starts a sweep if one is due. Called by each write.</summary>
    public void StartIfDue()
    {
        if (interval is not { } pause)
        {
            return;
        }

        var now = clock.GetUtcNow();
        lock (_gate)
        {
            if (_isClosed || now < _nextCheck || !_running.IsCompleted)
            {
                return;
            }

            _nextCheck = now.UtcTicks < DateTimeOffset.MaxValue.UtcTicks - pause.Ticks ? now + pause : DateTimeOffset.MaxValue;
            _running = RunAsync(now, pause);
        }
    }

    /// <summary>Returns a task that completes when the current sweep, if any, is complete.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            return _running;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            running = _running;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync(DateTimeOffset now, TimeSpan pause)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (await ClaimAsync(now, pause).ConfigureAwait(false))
            {
                await sweeper.SweepAsync(_closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The store is being closed. The next sweep continues.
        }
        catch (ImageStorageException exception)
        {
            // No caller waits for a sweep. The next sweep does what this one did not.
            Log.SweepFailed(logger, exception.GetType().Name);
            Log.SweepFailedWith(logger, exception);
        }
    }

    /// <summary>Records in the store that this process sweeps now.</summary>
    /// <returns><see langword="false"/> if another process has swept within the interval.</returns>
    private async Task<bool> ClaimAsync(DateTimeOffset now, TimeSpan pause)
    {
        var last = await documents.GetAsync(Name, _closing.Token).ConfigureAwait(false);
        if (last is not null && Utf8Parser.TryParse(last.Content.Span, out long ticks, out _) && now.UtcTicks - ticks is var since && since >= 0 && since < pause.Ticks)
        {
            return false;
        }

        var content = new byte[20];
        Utf8Formatter.TryFormat(now.UtcTicks, content, out var written);
        try
        {
            await documents.PutAsync(Name, content.AsMemory(0, written), last?.ETag ?? DocumentETag.None, _closing.Token).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }
}
