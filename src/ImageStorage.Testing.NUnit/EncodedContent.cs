using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>Content as an encoding layer passes it on: encoded bytes, with the digest of the image.</summary>
internal sealed class EncodedContent(byte[] encoded, ContentDigest digest) : DelegatingImageContent(new PieceContent(encoded, 300))
{
    public override async ValueTask<ContentDigest> GetDigestAsync()
    {
        // Fails if called too early.
        await base.GetDigestAsync();
        return digest;
    }
}
