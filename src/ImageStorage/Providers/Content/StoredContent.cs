using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>
/// A stored image as the content of another write, with the stored bytes and the digest of the record.
/// </summary>
/// <param name="image">The image, owned by this object.</param>
internal sealed class StoredContent(StoredImage image) : ImageContent, IAsyncDisposable
{
    /// <summary>
    /// The key in <see cref="Exception.Data"/> of damage of the image that is read, not of the provider that is written.
    /// </summary>
    public const string SourceDamage = "ImageStorage.SourceDamage";

    private const int PieceLength = 128 * 1024;

    private byte[]? _piece = ArrayPool<byte>.Shared.Rent(PieceLength);

    /// <summary>Gets or sets the digest; the default is that of the record.</summary>
    public ContentDigest Digest { get; set; } = image.Info.Digest;

    public override long? Length => image.Range.Length;

    public override bool CanRewind => _piece is not null && image.Content.CanSeek;

    public override ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        if (!CanRewind)
        {
            return base.RewindAsync(cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            image.Content.Position = 0;
            return default;
        }
        catch (IOException exception)
        {
            // Such as the stream of a mirror that has continued from the other replica.
            throw new ImageSourceException($"The stored image '{image.Info.Key}' cannot be read from its first byte again to copy it: {exception.Message}", exception) { Key = image.Info.Key };
        }
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var piece = _piece ?? throw new ObjectDisposedException(nameof(StoredContent));
        try
        {
            var count = await image.Content.ReadAtLeastAsync(piece.AsMemory(0, PieceLength), PieceLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return piece.AsMemory(0, count);
        }
        catch (ImageCorruptedException exception)
        {
            exception.Data[SourceDamage] = true;
            throw;
        }
        catch (ImageStorageException exception)
        {
            // An outage of the provider that is read must not be mistaken for an outage of the provider that is
            // written.
            throw new ImageSourceException($"Reading the stored image '{image.Info.Key}' to copy it failed: {exception.Message}", exception) { Key = image.Info.Key };
        }
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => new(Digest);

    public async ValueTask DisposeAsync()
    {
        if (_piece is { } piece)
        {
            _piece = null;
            ArrayPool<byte>.Shared.Return(piece);
            await image.DisposeAsync().ConfigureAwait(false);
        }
    }
}
