namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>The verdict of a campaign.</summary>
internal enum Verdict
{
    Passed,
    Failed,
    Skipped,
}
