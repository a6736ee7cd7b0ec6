using System.Globalization;
using ImageStorage.Diagnostics;

namespace ImageStorage.Selection;

internal sealed partial class AutoImageProvider : IHealthContributor
{
    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, ProviderRole role)
    {
        // The first caller makes the choice, as any call would.
        var chosen = await survey.TryGetAsync(token => _selector.ChooseAsync(token).AsTask()).ConfigureAwait(false);
        if (chosen is null)
        {
            return new HealthFinding(StorageHealthState.Unavailable, [.. _selector.Candidates.Select(candidate => EntryOf(survey, candidate, "not chosen: none has passed its probe yet"))]);
        }

        var used = await survey.SurveyAsync(chosen.Provider, role).ConfigureAwait(false);
        var position = string.Create(CultureInfo.InvariantCulture, $"chosen by auto, number {_selector.Candidates.ToList().IndexOf(chosen) + 1} of {_selector.Candidates.Count}");
        var before = _selector.Candidates.TakeWhile(candidate => candidate != chosen).ToList();
        var others = before.Select(candidate => EntryOf(survey, candidate, "passed over: it failed its probe"))
            .Concat(_selector.Candidates.Skip(before.Count + 1).Select(candidate => EntryOf(survey, candidate, "not needed")));

        var first = used.WithFirst(entry => entry with { Name = chosen.Described, Selection = position });
        return new HealthFinding(used.State, [.. first.Providers, .. others]) { Failover = used.Failover };
    }

    private ProviderHealth EntryOf(HealthSurvey survey, ProviderCandidate candidate, string selection)
    {
        var finding = _selector.FindingOf(candidate);
        return new ProviderHealth
        {
            Name = candidate.Described,
            Role = ProviderRole.Candidate,
            IsReachable = finding is null ? null : finding.Failure is null,
            Failure = finding?.Failure,
            Since = finding?.Since ?? survey.Now,
            Selection = selection,
        };
    }
}
