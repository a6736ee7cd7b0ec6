using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The document that holds the identity of a store.</summary>
internal sealed record IdentityDocument : VersionedContent
{
    public required Guid Id { get; init; }
}
