using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The document that says what a writer of a store must know.</summary>
internal sealed record RequirementsDocument : VersionedContent
{
    /// <summary>Gets the required versions, by name.</summary>
    public required Dictionary<string, int> Requirements { get; init; }
}
