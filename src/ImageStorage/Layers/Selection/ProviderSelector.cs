using System.Globalization;
using ImageStorage.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>
/// Chooses the first candidate that passes its probe, when a provider is first needed. All who need one meanwhile wait for
/// the same choice; one that gives up waiting does not end it for the others. A failure is not kept: the next call tries again. A choice stays,
/// with one exception: as long as nothing was kept in what was chosen, one that stands before it and passes its probe again takes its place
/// (<see cref="SelectionReview"/>). Else images would vanish with the switch.
/// </summary>
internal sealed class ProviderSelector : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _clock;
    private readonly StorageEventQueue _events;
    private readonly ILogger _logger;
    private readonly CandidateProbes _probes;
    private Task<ProviderCandidate>? _choosing;
    private SelectionReview? _review;
    private volatile ProviderCandidate? _chosen;
    private volatile bool _isFinal;

    public ProviderSelector(IReadOnlyList<ProviderCandidate> candidates, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        (Candidates, _clock, _events, _logger) = (candidates, clock, events, logger);
        _probes = new CandidateProbes(clock, logger);
    }

    public IReadOnlyList<ProviderCandidate> Candidates { get; }

    /// <summary>What was chosen; null before.</summary>
    public ProviderCandidate? Chosen => _chosen;

    /// <summary>The chosen candidate if the choice cannot change any more in this process; otherwise null.</summary>
    public ProviderCandidate? Settled
    {
        get
        {
            lock (_gate)
            {
                return _isFinal || _chosen == Candidates[0] ? _chosen : null;
            }
        }
    }

    /// <summary>How the last probe of a candidate ended; null for one that was never asked.</summary>
    public CandidateFinding? FindingOf(ProviderCandidate candidate) => _probes.FindingOf(candidate);

    /// <summary>The candidate to use.</summary>
    /// <exception cref="StorageUnavailableException">None passes its probe; the message says why for each.</exception>
    public ValueTask<ProviderCandidate> ChooseAsync(CancellationToken cancellationToken)
    {
        if (_chosen is { } chosen)
        {
            return new(chosen);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Task<ProviderCandidate> choosing;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (_choosing is not { IsFaulted: false, IsCanceled: false })
            {
                _choosing = ProbeAllAsync(_closing.Token);
            }

            choosing = _choosing;
        }

        return new(choosing.WaitAsync(cancellationToken));
    }

    /// <summary>The candidate to write to. From now on the choice is final: what is written must be found again.</summary>
    public ValueTask<ProviderCandidate> ChooseForWritingAsync(CancellationToken cancellationToken) => _isFinal ? new(_chosen!) : new(MakeFinalAsync(cancellationToken));

    /// <summary>Uses another candidate from now on, unless something was written or the choice is another one by now.</summary>
    public bool TrySwitch(ProviderCandidate from, ProviderCandidate to)
    {
        lock (_gate)
        {
            if (_isFinal || _chosen != from)
            {
                return false;
            }

            _chosen = to;
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? choosing;
        lock (_gate)
        {
            choosing = _choosing;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (choosing is not null)
        {
            // Its failure belongs to those who waited for a provider.
            await choosing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (Interlocked.Exchange(ref _review, null) is { } review)
        {
            await review.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var candidate in Candidates)
        {
            await candidate.Provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ProviderCandidate> MakeFinalAsync(CancellationToken cancellationToken)
    {
        await ChooseAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _isFinal = true;
            return _chosen!;
        }
    }

    private async Task<ProviderCandidate> ProbeAllAsync(CancellationToken closing)
    {
        // Not under the lock, and not on the time of whoever asked first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var failures = new List<(ProviderCandidate Candidate, ImageStorageException Failure)>();
        foreach (var candidate in Candidates)
        {
            if (await _probes.ProbeAsync(candidate, closing).ConfigureAwait(false) is not { } failure)
            {
                Log.ProviderChosen(_logger, candidate.Described, failures.Count + 1, Candidates.Count);
                _review = failures.Count == 0 ? null : new SelectionReview(this, _probes, _clock, _events, _logger);
                return _chosen = candidate;
            }

            failures.Add((candidate, failure));
        }

        var reasons = string.Join(" ", failures.Select((failed, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {failed.Candidate.Described}: {failed.Failure.Message}")));
        throw new StorageUnavailableException(
            $"None of the providers of the store passes its probe. {reasons} Mend one of them, or configure another.",
            new AggregateException(failures.Select(failed => failed.Failure)),
            failures.Any(failed => failed.Failure.IsTransient))
        {
            Provider = AutoImageProvider.ProviderName,
        };
    }
}
