using ImageStorage.Diagnostics;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role)
    {
        var looks = await Task.WhenAll([survey.LookAsync(_primary, role), .. _chain.Fallbacks.Select(fallback => survey.LookAsync(fallback.Provider, ProviderRole.Fallback))]).ConfigureAwait(false);
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

        var fallbacks = looks.Skip(1).Select((look, index) => look.WithFirst(entry => entry with { Hints = status?.Fallbacks[index].Hints }));

        // One available provider keeps the store working, if not for every image. A store that has failed over lacks
        // its primary, also if the probe happens to pass.
        var state = looks.All(look => look.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : looks.All(look => look.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. looks[0].Providers, .. fallbacks.SelectMany(look => look.Providers)]) { Failover = status?.State };
    }
}
