using System.Security.Cryptography;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>What one replica has of an item.</summary>
/// <param name="Version">The version; <see langword="null"/> if the replica has none, or a damaged one.</param>
/// <param name="IsDamaged">Whether the replica has a version that cannot be read.</param>
internal readonly record struct MirrorState(MirrorVersion? Version, bool IsDamaged)
{
    /// <summary>Returns whether both replicas have the same version, or none.</summary>
    public bool IsSameAs(MirrorState other) => Version?.Id == other.Version?.Id && !IsDamaged && !other.IsDamaged;
}

/// <summary>One version of an item.</summary>
/// <param name="Id">Identifies the version on both replicas: the ETag of an image, the hash of a document.</param>
/// <param name="Hash">Identifies the bytes.</param>
/// <param name="Image">The record of the image; <see langword="null"/> for a document.</param>
/// <param name="Document">The document; <see langword="null"/> for an image.</param>
internal sealed record MirrorVersion(string Id, string Hash, ImageInfo? Image, StoredDocument? Document)
{
    public static MirrorVersion Of(ImageInfo image) => new(image.ETag.Value, MirrorCopies.HashOf(image.Digest), image, null);

    public static MirrorVersion Of(StoredDocument document)
    {
        var hash = HashOf(document.Content.Span);
        return new(hash, hash, null, document);
    }

    /// <summary>Returns the hash of a document.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>A write that brings the replicas of an item closer.</summary>
/// <param name="Leader">The replica with the winning version.</param>
/// <param name="Leading">What the leader has.</param>
/// <param name="Follower">The other replica.</param>
/// <param name="Replaced">What the follower has.</param>
/// <param name="IsConflict">Whether the replaced version was written independently and must be retained.</param>
internal sealed record MirrorMove(MirrorReplica Leader, MirrorState Leading, MirrorReplica Follower, MirrorState Replaced, bool IsConflict)
{
    public MirrorVersion? Version => Leading.Version;

    public bool IsLeaderDamaged => Leading.IsDamaged;
}
