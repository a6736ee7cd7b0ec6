using System.Globalization;
using ImageStorage.Errors;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>
/// Chooses the first candidate that passes its probe, when a provider is first needed. All who need one meanwhile wait for
/// the same choice; one that gives up waiting does not end it for the others. A choice stays; a failure does not, so the next call
/// tries again.
/// </summary>
internal sealed class ProviderSelector(IReadOnlyList<ProviderCandidate> candidates, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    // A provider has time limits of its own; this one is for those that do not keep them.
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<ProviderCandidate>? _choosing;
    private volatile ProviderCandidate? _chosen;

    public IReadOnlyList<ProviderCandidate> Candidates { get; } = candidates;

    /// <summary>What was chosen; null before.</summary>
    public ProviderCandidate? Chosen => _chosen;

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

        foreach (var candidate in Candidates)
        {
            await candidate.Provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ProviderCandidate> ProbeAllAsync(CancellationToken closing)
    {
        // Not under the lock, and not on the time of whoever asked first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var failures = new List<(ProviderCandidate Candidate, ImageStorageException Failure)>();
        foreach (var candidate in Candidates)
        {
            if (await ProbeAsync(candidate, closing).ConfigureAwait(false) is not { } failure)
            {
                Log.ProviderChosen(logger, candidate.Described, failures.Count + 1, Candidates.Count);
                return _chosen = candidate;
            }

            Log.ProbeFailed(logger, candidate.Described, failure.GetType().Name);
            Log.ProbeFailedWith(logger, candidate.Described, failure);
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

    private async Task<ImageStorageException?> ProbeAsync(ProviderCandidate candidate, CancellationToken closing)
    {
        using var limit = new CancellationTokenSource(ProbeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closing, limit.Token);
        try
        {
            await candidate.Provider.CheckAsync(either.Token).ConfigureAwait(false);
            return null;
        }
        catch (ImageStorageException exception)
        {
            return exception;
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !closing.IsCancellationRequested)
        {
            return new StorageUnavailableException($"{candidate.Provider.Name} did not answer its probe within {ProbeLimit.TotalSeconds} seconds.", exception) { Provider = candidate.Provider.Name };
        }
    }
}
