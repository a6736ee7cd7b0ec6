using System.IO.Hashing;
using System.Security.Cryptography;
using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Content in pieces of a chosen length, as a provider receives it. A piece is overwritten as soon as the next piece is
/// requested, so the tests detect a provider that continues to use the piece.
/// </summary>
internal sealed class PieceContent(byte[] bytes, int pieceLength) : ImageContent
{
    private byte[] _piece = [];
    private int _position;
    private bool _ended;

    /// <summary>Gets or sets a value that indicates whether the length is known in advance.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>Gets or sets a value that indicates whether the digest contains a SHA-256.</summary>
    public bool HasSha256 { get; init; } = true;

    /// <summary>Gets or sets the exception that the source throws instead of ending; null for none.</summary>
    public Exception? Failure { get; init; }

    public override long? Length => TellsLength ? bytes.Length : null;

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        _piece.AsSpan().Fill(0xDD);
        cancellationToken.ThrowIfCancellationRequested();
        _piece = bytes.AsSpan(_position, Math.Min(pieceLength, bytes.Length - _position)).ToArray();
        _position += _piece.Length;
        if (_piece.Length > 0)
        {
            return new(_piece);
        }

        _ended = true;
        return Failure is null ? default : ValueTask.FromException<ReadOnlyMemory<byte>>(Failure);
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => _ended
        ? new(DigestOf(bytes, HasSha256))
        : throw new InvalidOperationException("The digest was requested before all bytes had been read.");

    public static ContentDigest DigestOf(byte[] bytes, bool withSha256 = true) =>
        new(bytes.Length, XxHash128.HashToUInt128(bytes), withSha256 ? new Sha256Digest(SHA256.HashData(bytes)) : null);
}
