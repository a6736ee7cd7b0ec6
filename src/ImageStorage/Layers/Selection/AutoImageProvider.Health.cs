using System.Globalization;
using ImageStorage.Diagnostics;
using ImageStorage.Parts;

namespace ImageStorage.Selection;

internal sealed partial class AutoImageProvider : IHealthContributor, IPartsSource
{
    IReadOnlyList<StorePart> IPartsSource.MembersOf(StorePart self) => _selector.Chosen is { } chosen
        ? [.. MembersOf(chosen, PartOf(chosen, self)), .. _selector.Candidates.Where(candidate => candidate != chosen).Select(AsCandidate)]
        : [.. _selector.Candidates.Select(AsCandidate)];

    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, StorePart part)
    {
        // The first caller makes the choice, as any call would.
        var chosen = await survey.TryGetAsync(token => _selector.ChooseAsync(token).AsTask()).ConfigureAwait(false);
        if (chosen is null)
        {
            return new HealthFinding(StorageHealthState.Unavailable, [.. _selector.Candidates.Select(candidate => EntryOf(survey, candidate, "not chosen: none has passed its probe yet"))]);
        }

        var used = await survey.SurveyAsync(chosen.Provider, PartOf(chosen, part)).ConfigureAwait(false);
        var position = string.Create(CultureInfo.InvariantCulture, $"chosen by auto, number {_selector.Candidates.ToList().IndexOf(chosen) + 1} of {_selector.Candidates.Count}");
        var before = _selector.Candidates.TakeWhile(candidate => candidate != chosen).ToList();
        var others = before.Select(candidate => EntryOf(survey, candidate, "passed over: it failed its probe"))
            .Concat(_selector.Candidates.Skip(before.Count + 1).Select(candidate => EntryOf(survey, candidate, "not needed")));

        var first = used.WithFirst(entry => entry with { Selection = position });
        return new HealthFinding(used.State, [.. first.Providers, .. others]) { Failover = used.Failover };
    }

    // The chosen candidate is the part, with the layers around this provider.
    private static StorePart PartOf(ProviderCandidate chosen, StorePart self) => self with { Name = chosen.Described };

    private static IReadOnlyList<StorePart> MembersOf(ProviderCandidate chosen, StorePart self) =>
        chosen.Provider.GetAbility<IPartsSource>()?.MembersOf(self) ?? [self];

    private static StorePart AsCandidate(ProviderCandidate candidate) => new() { Role = ProviderRole.Candidate, Name = candidate.Described, Provider = candidate.Provider };

    private ProviderHealth EntryOf(HealthSurvey survey, ProviderCandidate candidate, string selection)
    {
        var (part, finding) = (AsCandidate(candidate), _selector.FindingOf(candidate));
        return new ProviderHealth
        {
            Name = part.Name,
            Role = part.Role,
            IsReachable = finding is null ? null : finding.Failure is null,
            Failure = finding?.Failure,
            Since = finding?.Since ?? survey.Now,
            Selection = selection,
        };
    }
}
