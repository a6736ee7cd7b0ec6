namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>How a campaign ended.</summary>
internal enum Verdict
{
    Passed,
    Failed,
    Skipped,
}
