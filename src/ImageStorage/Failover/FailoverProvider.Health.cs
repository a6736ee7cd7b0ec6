using ImageStorage.Health;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role)
    {
        var looks = await Task.WhenAll(survey.LookAsync(_primary, role), survey.LookAsync(_fallback, ProviderRole.Fallback)).ConfigureAwait(false);
        var status = await survey.AskAsync(GetStatusAsync).ConfigureAwait(false);
        var (primary, fallback) = (looks[0], looks[1].WithFirst(entry => entry with { Waiting = status?.Waiting }));

        // With one of the two the store works, if not for every image; who is failed over has only one, whatever probes say at this moment.
        var state = looks.All(look => look.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : looks.All(look => look.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. primary.Providers, .. fallback.Providers]) { Failover = status?.State };
    }
}
