namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>Something that a campaign needs is not on this machine.</summary>
/// <param name="what">What is missing.</param>
/// <param name="mayBeMissing">Is it fine to be without it even where all has to be there, as root is?</param>
internal sealed class MissingPartException(string what, bool mayBeMissing = false) : Exception(what)
{
    public bool MayBeMissing { get; } = mayBeMissing;
}
