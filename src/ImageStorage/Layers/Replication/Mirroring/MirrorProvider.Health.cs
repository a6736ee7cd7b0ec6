using ImageStorage.Diagnostics;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, ProviderRole role)
    {
        var findings = await Task.WhenAll(survey.SurveyAsync(_components.Primary.Provider, role), survey.SurveyAsync(_components.Mirror.Provider, ProviderRole.Mirror)).ConfigureAwait(false);
        var status = await survey.TryGetAsync(GetStatusAsync).ConfigureAwait(false);
        var (primary, mirror) = (findings[0], findings[1].WithFirst(entry => entry with { Hints = status?.Fallbacks[0].Hints }));

        // Either replica alone serves all images, but without the protection of two copies.
        var state = findings.All(finding => finding.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : findings.All(finding => finding.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. primary.Providers, .. mirror.Providers]) { Failover = status?.State };
    }
}
