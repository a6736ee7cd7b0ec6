using System.IO.Hashing;
using System.Security.Cryptography;
using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Content in pieces of a chosen length. A piece is overwritten when the next piece is read, so that a provider that still uses the
/// piece stores wrong bytes and fails its test.
/// </summary>
internal sealed class PieceContent(byte[] bytes, int pieceLength) : ImageContent
{
    private byte[] _piece = [];
    private int _position;
    private bool _ended;

    /// <summary>Gets a value indicating whether the length is known before the bytes are read.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>Gets a value indicating whether the digest contains a SHA-256.</summary>
    public bool HasSha256 { get; init; } = true;

    /// <summary>Gets the exception that the source throws instead of its end.</summary>
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
