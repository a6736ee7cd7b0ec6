using ImageStorage.Diagnostics;
using ImageStorage.Parts;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider : IHealthContributor, IPartsSource
{
    IReadOnlyList<StorePart> IPartsSource.MembersOf(StorePart self) =>
    [
        self,
        new() { Role = ProviderRole.Catalog, Name = _catalog.Name, Provider = _catalog.Provider },
        new() { Role = ProviderRole.Content, Name = _content.Provider.Name, Provider = _content.Provider },
    ];

    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, StorePart part)
    {
        var members = ((IPartsSource)this).MembersOf(part);

        // The probe of the hybrid store also finds parts that do not belong together. The probes of the parts show
        // which part fails.
        var findings = await Task.WhenAll(survey.ProbeAsync(this, members[0]), survey.SurveyAsync(_catalog, members[1]), survey.SurveyAsync(_content.Provider, members[2])).ConfigureAwait(false);
        return new HealthFinding(findings.Max(finding => finding.State), [.. findings.SelectMany(finding => finding.Providers)]);
    }
}
