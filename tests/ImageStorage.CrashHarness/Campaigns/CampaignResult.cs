namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>How a campaign ended, in one line.</summary>
internal sealed record CampaignResult(string Campaign, Verdict Verdict, string Summary)
{
    public override string ToString() => $"{Campaign}: {Verdict.ToString().ToUpperInvariant()}, {Summary}";
}
