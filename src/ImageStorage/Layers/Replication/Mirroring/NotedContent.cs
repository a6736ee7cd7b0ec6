using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Content that writes the note of its save when its last byte has been read: a provider has no effect before that, and has it soon after. So
/// a slow source keeps no note open, and one that fails leaves none.
/// </summary>
internal sealed class NotedContent(ImageContent inner, Func<ImageContent, CancellationToken, Task> note) : ImageContent
{
    private bool _isNoted;

    /// <summary>Why the note could not be written; the provider then saw its source fail.</summary>
    public StorageUnavailableException? Failure { get; private set; }

    public override long? Length => inner.Length;

    public override bool CanRewind => inner.CanRewind;

    public override ValueTask RewindAsync(CancellationToken cancellationToken = default) => inner.RewindAsync(cancellationToken);

    public override ValueTask<ContentDigest> GetDigestAsync() => inner.GetDigestAsync();

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var piece = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (piece.IsEmpty && !_isNoted)
        {
            try
            {
                await note(inner, cancellationToken).ConfigureAwait(false);
                _isNoted = true;
            }
            catch (StorageUnavailableException exception)
            {
                Failure = exception;
                throw new ImageSourceException($"The write was given up before it had an effect: {exception.Message}", exception);
            }
        }

        return piece;
    }
}
