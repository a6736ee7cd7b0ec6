using ImageStorage.Diagnostics;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role)
    {
        var looks = await Task.WhenAll(survey.LookAsync(_components.Primary.Provider, role), survey.LookAsync(_components.Mirror.Provider, ProviderRole.Mirror)).ConfigureAwait(false);
        var status = await survey.AskAsync(GetStatusAsync).ConfigureAwait(false);
        var (primary, mirror) = (looks[0], looks[1].WithFirst(entry => entry with { Hints = status?.Fallbacks[0].Hints }));

        // Either replica alone serves all images, but without the protection of two copies.
        var state = looks.All(look => look.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : looks.All(look => look.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. primary.Providers, .. mirror.Providers]) { Failover = status?.State };
    }
}
