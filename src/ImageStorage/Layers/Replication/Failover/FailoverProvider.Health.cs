using ImageStorage.Diagnostics;
using ImageStorage.Parts;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IHealthContributor, IPartsSource
{
    IReadOnlyList<StorePart> IPartsSource.MembersOf(StorePart self) =>
    [
        new() { Role = self.Role, Name = _chain.Names[0], Provider = _components.UnverifiedPrimary },
        .. _chain.Fallbacks.Select(fallback => new StorePart { Role = ProviderRole.Fallback, Name = fallback.Name, Provider = fallback.UnverifiedProvider }),
    ];

    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, StorePart part)
    {
        var members = ((IPartsSource)this).MembersOf(part).Zip(_chain.Fallbacks.Select(fallback => fallback.Provider).Prepend(_primary));
        var findings = await Task.WhenAll(members.Select(member => SurveyMemberAsync(survey, member.Second, member.First))).ConfigureAwait(false);
        FailoverStatus? status;
        try
        {
            status = await survey.TryGetAsync(GetStatusAsync).ConfigureAwait(false);
        }
        catch (ImageStorageException refusal) when (refusal is StorageNotSupportedException or StorageCorruptedException)
        {
            // The providers answer, but the chain is refused: no call of the store succeeds.
            var first = findings[0].WithFirst(entry => entry with { Failure = refusal.Message });
            return new HealthFinding(StorageHealthState.Unavailable, [.. first.Providers, .. findings.Skip(1).SelectMany(finding => finding.Providers)]);
        }

        var fallbacks = findings.Skip(1).Select((finding, index) => finding.WithFirst(entry => entry with { Hints = status?.Fallbacks[index].Hints }));

        // One available provider keeps the store working, if not for every image. A store that has failed over lacks
        // its primary, also if the probe happens to pass.
        var state = findings.All(finding => finding.State == StorageHealthState.Unavailable) ? StorageHealthState.Unavailable
            : findings.All(finding => finding.State == StorageHealthState.Healthy) && status?.State == FailoverState.Healthy ? StorageHealthState.Healthy
            : StorageHealthState.Degraded;
        return new HealthFinding(state, [.. findings[0].Providers, .. fallbacks.SelectMany(finding => finding.Providers)]) { Failover = status?.State };
    }

    // A survey of the layers inside of a member calls its provider directly, and the probe writes a document. In place
    // of a store that is away, this would create a store. So where a member holds no store, the member is probed as a
    // whole first, which verifies it.
    private static async Task<HealthFinding> SurveyMemberAsync(HealthSurvey survey, IImageProvider provider, StorePart part) =>
        provider is ChainMember { IsVerified: false } member
        && await MayHoldNoStoreAsync(survey, member).ConfigureAwait(false)
        && await survey.ProbeAsync(member, part).ConfigureAwait(false) is { State: not StorageHealthState.Healthy } finding
            ? finding
            : await survey.SurveyAsync(provider, part).ConfigureAwait(false);

    private static async Task<bool> MayHoldNoStoreAsync(HealthSurvey survey, ChainMember member)
    {
        try
        {
            return await survey.TryGetAsync(member.IsEmptyAsync).ConfigureAwait(false);
        }
        catch (ImageStorageException)
        {
            // Data that cannot be read is a store. The probe, which follows, reports what is wrong with it.
            return false;
        }
    }
}
