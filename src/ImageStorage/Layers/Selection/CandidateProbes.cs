using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Selection;

/// <summary>Probes candidates, and remembers the results.</summary>
internal sealed class CandidateProbes(TimeProvider clock, ILogger logger)
{
    // Providers have time limits of their own; this limit is for providers that ignore theirs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ProviderCandidate, CandidateFinding> _findings = new(ReferenceEqualityComparer.Instance);

    /// <summary>Returns the result of the last probe; null for a candidate that was never probed.</summary>
    public CandidateFinding? FindingOf(ProviderCandidate candidate) => _findings.GetValueOrDefault(candidate);

    /// <summary>Probes a candidate. Returns the failure, or null if the probe passes.</summary>
    public async Task<ImageStorageException?> ProbeAsync(ProviderCandidate candidate, CancellationToken closing)
    {
        var failure = await RunAsync(candidate, closing).ConfigureAwait(false);
        var isNew = FindingOf(candidate) is not { } before || before.Failure is null != failure is null;
        _findings[candidate] = new CandidateFinding(failure?.Message, isNew ? clock.GetUtcNow() : FindingOf(candidate)!.Since);
        if (failure is not null && isNew)
        {
            Log.ProbeFailed(logger, candidate.Described, failure.GetType().Name);
            Log.ProbeFailedWith(logger, candidate.Described, failure);
        }

        return failure;
    }

    private async Task<ImageStorageException?> RunAsync(ProviderCandidate candidate, CancellationToken closing)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
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
            return new StorageUnavailableException($"{candidate.Provider.Name} did not answer its probe within {Limit.TotalSeconds} seconds.", exception) { Provider = candidate.Provider.Name };
        }
    }
}
