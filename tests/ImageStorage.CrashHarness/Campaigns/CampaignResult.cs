namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>The result of a campaign, in one line.</summary>
internal sealed record CampaignResult(string Campaign, Verdict Verdict, string Summary)
{
    public override string ToString() => $"{Campaign}: {Verdict.ToString().ToUpperInvariant()}, {Summary}";
}
