using ImageStorage.Diagnostics;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role)
    {
        var looks = await Task.WhenAll(survey.LookAsync(_parts.Primary.Provider, role), survey.LookAsync(_parts.Mirror.Provider, ProviderRole.Mirror)).ConfigureAwait(false);
        var status = await survey.AskAsync(GetStatusAsync).ConfigureAwait(false);
        var (primary, mirror) = (looks[0], looks[1].WithFirst(entry => entry with { Waiting = status?.Fallbacks[0].Waiting }));

        // Either side alone serves all images, but not what is promised of two.
        var state = looks.All(look => look.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : looks.All(look => look.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. primary.Providers, .. mirror.Providers]) { Failover = status?.State };
    }
}
