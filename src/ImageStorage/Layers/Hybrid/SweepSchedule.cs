using System.Buffers.Text;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>
/// Runs a sweep in the background of writes, once per interval, in one process at a time. Writes never wait for a
/// sweep.
/// </summary>
internal sealed class SweepSchedule : IAsyncDisposable
{
    public static readonly DocumentName Name = DocumentCollections.Hybrid + "/sweep";

    private readonly IDocumentStore _documents;
    private readonly OrphanSweeper _sweeper;
    private readonly TimeSpan? _interval;
    private readonly TimeProvider _clock;
    private readonly BackgroundLoop _loop;
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private DateTimeOffset _nextCheck;

    public SweepSchedule(IDocumentStore documents, OrphanSweeper sweeper, TimeSpan? interval, TimeProvider clock, ILogger logger)
    {
        (_documents, _sweeper, _interval, _clock) = (documents, sweeper, interval, clock);
        _loop = new BackgroundLoop((_, token) => SweepAsync(token), null, clock, exception => Log.SweepFailed(logger, exception));
    }

    /// <summary>Starts a sweep if one is due. Called by each write.</summary>
    public void StartIfDue()
    {
        if (_interval is not { } pause)
        {
            return;
        }

        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            if (now >= _nextCheck && _running.IsCompleted)
            {
                _nextCheck = now.UtcTicks < DateTimeOffset.MaxValue.UtcTicks - pause.Ticks ? now + pause : DateTimeOffset.MaxValue;
                _running = _loop.Wake();
            }
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

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (await ClaimAsync(_clock.GetUtcNow(), _interval.GetValueOrDefault(), cancellationToken).ConfigureAwait(false))
        {
            await _sweeper.SweepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Records in the store that this process sweeps now.</summary>
    /// <returns><see langword="false"/> if another process has swept within the interval.</returns>
    private async Task<bool> ClaimAsync(DateTimeOffset now, TimeSpan pause, CancellationToken cancellationToken)
    {
        var last = await _documents.GetAsync(Name, cancellationToken).ConfigureAwait(false);
        if (last is not null && Utf8Parser.TryParse(last.Content.Span, out long ticks, out _) && now.UtcTicks - ticks is var since && since >= 0 && since < pause.Ticks)
        {
            return false;
        }

        var content = new byte[20];
        Utf8Formatter.TryFormat(now.UtcTicks, content, out var written);
        try
        {
            await _documents.PutAsync(Name, content.AsMemory(0, written), last?.ETag ?? DocumentETag.None, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }
}
