using ImageStorage.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>
/// Looks every now and then whether a candidate that was passed over passes its probe by now. Whoever chooses anew would then choose it, and
/// find there none of the images that were kept meanwhile; so it is used only if there are none, and else it is told.
/// </summary>
internal sealed class SelectionReview : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ProviderSelector _selector;
    private readonly CandidateProbes _probes;
    private readonly TimeProvider _clock;
    private readonly StorageEventQueue _events;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;
    private ProviderCandidate? _told;

    public SelectionReview(ProviderSelector selector, CandidateProbes probes, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        (_selector, _probes, _clock, _events, _logger) = (selector, probes, clock, events, logger);
        _timer = new PeriodicTimer(Interval, clock);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _timer.Dispose();
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                await ReviewAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }

            if (_selector.Chosen == _selector.Candidates[0])
            {
                return;
            }
        }
    }

    /// <summary>Probes those before the chosen one, in order, up to the first that passes.</summary>
    private async Task ReviewAsync(CancellationToken closing)
    {
        var chosen = _selector.Chosen!;
        foreach (var candidate in _selector.Candidates.TakeWhile(candidate => candidate != chosen))
        {
            if (await _probes.ProbeAsync(candidate, closing).ConfigureAwait(false) is null)
            {
                await DecideAsync(chosen, candidate, closing).ConfigureAwait(false);
                return;
            }
        }

        _told = null;
    }

    private async Task DecideAsync(ProviderCandidate chosen, ProviderCandidate preferred, CancellationToken closing)
    {
        var isUsed = await IsEmptyAsync(chosen, closing).ConfigureAwait(false) && _selector.TrySwitch(chosen, preferred);
        if (!isUsed && _told == preferred)
        {
            return;
        }

        _told = preferred;
        if (isUsed)
        {
            Log.PreferredProviderUsed(_logger, preferred.Described, chosen.Described);
        }
        else
        {
            Log.PreferredProviderNotUsed(_logger, preferred.Described, chosen.Described);
        }

        _events.Publish(new PreferredProviderReturned(chosen.Described, preferred.Described, isUsed) { At = _clock.GetUtcNow() });
    }

    /// <summary>Is there no image in a store? One that cannot be asked may hold any.</summary>
    private async Task<bool> IsEmptyAsync(ProviderCandidate candidate, CancellationToken closing)
    {
        try
        {
            var images = await candidate.Provider.ListAsync(new ImageQuery { Limit = 1 }, closing).ConfigureAwait(false);
            return images.Items.Count == 0;
        }
        catch (ImageStorageException exception)
        {
            Log.EmptinessUnknown(_logger, candidate.Described, exception);
            return false;
        }
    }
}
