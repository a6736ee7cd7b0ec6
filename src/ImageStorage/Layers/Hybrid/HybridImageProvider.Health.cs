using ImageStorage.Diagnostics;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, ProviderRole role)
    {
        // The probe of the hybrid store also finds parts that do not belong together. The probes of the parts show
        // which part fails.
        var findings = await Task.WhenAll(survey.ProbeAsync(this, role), survey.SurveyAsync(_catalog, ProviderRole.Catalog), survey.SurveyAsync(_content.Provider, ProviderRole.Content)).ConfigureAwait(false);
        return new HealthFinding(findings.Max(finding => finding.State), [.. findings.SelectMany(finding => finding.Providers)]);
    }
}
