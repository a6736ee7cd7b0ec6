using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>
/// Chooses the first candidate that passes its probe, when a provider is first needed. Concurrent callers wait for the
/// same choice; a caller that gives up waiting does not end the choice for the others. A failure is not kept: the next
/// call tries again. A choice stays until the process ends: with a switch, images would vanish.
/// </summary>
internal sealed class ProviderSelector : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ILogger _logger;
    private readonly CandidateProbes _probes;
    private Task<ProviderCandidate>? _choosing;
    private volatile ProviderCandidate? _chosen;

    public ProviderSelector(IReadOnlyList<ProviderCandidate> candidates, TimeProvider clock, ILogger logger)
    {
        (Candidates, _logger) = (candidates, logger);
        _probes = new CandidateProbes(clock, logger);
    }

    public IReadOnlyList<ProviderCandidate> Candidates { get; }

    /// <summary>Gets the chosen candidate; null before the choice.</summary>
    public ProviderCandidate? Chosen => _chosen;

    /// <summary>
    /// Returns the result of the last probe of a candidate; null for a candidate that was never probed.
    /// </summary>
    public CandidateFinding? FindingOf(ProviderCandidate candidate) => _probes.FindingOf(candidate);

    /// <summary>Returns the chosen candidate, and chooses first if needed.</summary>
    /// <exception cref="StorageUnavailableException">
    /// No candidate passes its probe; the message contains the reason of each.
    /// </exception>
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
            // The failure belongs to the callers that waited for a provider.
            await choosing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var candidate in Candidates)
        {
            await candidate.Provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ProviderCandidate> ProbeAllAsync(CancellationToken closing)
    {
        // Not under the lock, and not in the time of the first caller.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var failures = new List<(ProviderCandidate Candidate, ImageStorageException Failure)>();
        foreach (var candidate in Candidates)
        {
            if (await _probes.ProbeAsync(candidate, closing).ConfigureAwait(false) is not { } failure)
            {
                Log.ProviderChosen(_logger, candidate.Described, failures.Count + 1, Candidates.Count);
                return _chosen = candidate;
            }

            failures.Add((candidate, failure));
        }

        var reasons = string.Join(" ", failures.Select((failed, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {failed.Candidate.Described}: {failed.Failure.Message}")));
        throw new StorageUnavailableException(
            $"None of the providers of the store passes its probe. {reasons} Repair one of them, or configure another.",
            new AggregateException(failures.Select(failed => failed.Failure)),
            failures.Any(failed => failed.Failure.IsTransient))
        {
            Provider = AutoImageProvider.ProviderName,
        };
    }
}
