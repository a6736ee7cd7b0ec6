using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>Content as an encoding layer passes it on: encoded bytes, with the digest of the image.</summary>
internal sealed class EncodedContent(byte[] encoded, ContentDigest digest) : ImageContent
{
    private readonly PieceContent _encoded = new(encoded, 300);

    public override long? Length => encoded.Length;

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default) => _encoded.ReadAsync(cancellationToken);

    public override async ValueTask<ContentDigest> GetDigestAsync()
    {
        // Fails if called too early.
        await _encoded.GetDigestAsync();
        return digest;
    }
}
