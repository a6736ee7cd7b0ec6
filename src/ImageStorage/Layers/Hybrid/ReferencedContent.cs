using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// The content of a catalog record whose bytes are in the content store: the digest of the image, without bytes.
/// </summary>
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
