using ImageStorage.Diagnostics;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.LookAsync(HealthSurvey survey, ProviderRole role)
    {
        // The probe of the hybrid store also finds parts that do not belong together. The probes of the parts show
        // which part fails.
        var looks = await Task.WhenAll(survey.ProbeAsync(this, role), survey.LookAsync(_catalog, ProviderRole.Catalog), survey.LookAsync(_content.Provider, ProviderRole.Content)).ConfigureAwait(false);
        return new HealthFinding(looks.Max(look => look.State), [.. looks.SelectMany(look => look.Providers)]);
    }
}
