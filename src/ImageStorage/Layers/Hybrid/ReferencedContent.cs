using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>What the catalog stores of an image whose bytes are elsewhere: the digest of the image, and no byte.</summary>
internal sealed class ReferencedContent(ContentDigest digest) : ImageContent
{
    public override long? Length => 0;

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return default;
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => new(digest);
}
