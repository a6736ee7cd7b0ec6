using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Content that writes the hint of its save after its last byte was read. A provider has no effect before, and commits
/// soon after. A slow source therefore keeps no hint open, and a failing source leaves none.
/// </summary>
internal sealed class HintedContent(ImageContent inner, Func<ImageContent, CancellationToken, Task> writeHint) : ImageContent
{
    private bool _isHinted;

    /// <summary>Gets the reason why the hint could not be written; the provider then saw its source fail.</summary>
    public StorageUnavailableException? Failure { get; private set; }

    public override long? Length => inner.Length;

    public override bool CanRewind => inner.CanRewind;

    public override ValueTask RewindAsync(CancellationToken cancellationToken = default) => inner.RewindAsync(cancellationToken);

    public override ValueTask<ContentDigest> GetDigestAsync() => inner.GetDigestAsync();

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var piece = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (piece.IsEmpty && !_isHinted)
        {
            try
            {
                await writeHint(inner, cancellationToken).ConfigureAwait(false);
                _isHinted = true;
            }
            catch (StorageUnavailableException exception)
            {
                Failure = exception;
                throw new ImageSourceException($"The write was abandoned before it had an effect: {exception.Message}", exception);
            }
        }

        return piece;
    }
}
