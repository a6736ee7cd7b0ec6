namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>This machine does not have something that a campaign needs.</summary>
/// <param name="what">What is missing.</param>
/// <param name="mayBeMissing">
/// <see langword="true"/> if the absence is no failure even with CI=true, as for root.
/// </param>
internal sealed class MissingPartException(string what, bool mayBeMissing = false) : Exception(what)
{
    public bool MayBeMissing { get; } = mayBeMissing;
}
