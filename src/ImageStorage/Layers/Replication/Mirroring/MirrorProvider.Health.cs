using ImageStorage.Diagnostics;
using ImageStorage.Parts;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IHealthContributor, IPartsSource
{
    IReadOnlyList<StorePart> IPartsSource.MembersOf(StorePart self) =>
    [
        new() { Role = self.Role, Name = _components.Primary.Name, Provider = _components.Primary.UnguardedProvider },
        new() { Role = ProviderRole.Mirror, Name = _components.Mirror.Name, Provider = _components.Mirror.UnguardedProvider },
    ];

    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, StorePart part)
    {
        var members = ((IPartsSource)this).MembersOf(part);
        var findings = await Task.WhenAll(survey.SurveyAsync(_components.Primary.Provider, members[0]), survey.SurveyAsync(_components.Mirror.Provider, members[1])).ConfigureAwait(false);
        FailoverStatus? status;
        try
        {
            await survey.TryGetAsync(_components.Pairing.VerifyAsync).ConfigureAwait(false);
            status = await survey.TryGetAsync(GetStatusAsync).ConfigureAwait(false);
        }
        catch (ImageStorageException refusal) when (refusal is StorageNotSupportedException or StorageCorruptedException)
        {
            // The replicas answer, but the pair is refused: no call of the store succeeds.
            var first = findings[0].WithFirst(entry => entry with { Failure = refusal.Message });
            return new HealthFinding(StorageHealthState.Unavailable, [.. first.Providers, .. findings[1].Providers]);
        }

        var (primary, mirror) = (findings[0], findings[1].WithFirst(entry => entry with { Hints = status?.Fallbacks[0].Hints }));

        // Either replica alone serves all images, but without the protection of two copies.
        var state = findings.All(finding => finding.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : findings.All(finding => finding.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. primary.Providers, .. mirror.Providers]) { Failover = status?.State };
    }
}
