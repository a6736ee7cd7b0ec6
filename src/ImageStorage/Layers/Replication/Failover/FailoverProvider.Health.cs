using ImageStorage.Diagnostics;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role)
    {
        var looks = await Task.WhenAll([survey.LookAsync(_primary, role), .. _chain.Sides.Select(side => survey.LookAsync(side.Provider, ProviderRole.Fallback))]).ConfigureAwait(false);
        FailoverStatus? status;
        try
        {
            status = await survey.AskAsync(GetStatusAsync).ConfigureAwait(false);
        }
        catch (ImageStorageException refusal) when (refusal is StorageNotSupportedException or StorageCorruptedException)
        {
            // The providers answer, but the chain is refused: no call of the store succeeds.
            var first = looks[0].WithFirst(entry => entry with { Failure = refusal.Message });
            return new HealthFinding(StorageHealthState.Unavailable, [.. first.Providers, .. looks.Skip(1).SelectMany(look => look.Providers)]);
        }

        var fallbacks = looks.Skip(1).Select((look, index) => look.WithFirst(entry => entry with { Waiting = status?.Fallbacks[index].Waiting }));

        // With one of them the store works, if not for every image; who is failed over lacks the primary, whatever probes say at this moment.
        var state = looks.All(look => look.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : looks.All(look => look.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. looks[0].Providers, .. fallbacks.SelectMany(look => look.Providers)]) { Failover = status?.State };
    }
}
