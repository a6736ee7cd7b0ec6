using ImageStorage.Providers;

namespace ImageStorage.Caching.Memory;

/// <summary>
/// A seekable stream over a cached image, or over a range of it. Bytes are copied only into the buffers of the reader.
/// </summary>
/// <param name="image">The image, held by the caller; released when the stream is disposed.</param>
/// <param name="range">The range to read.</param>
internal sealed class CachedImageStream(CachedImage image, ResolvedRange range) : ImageReadStream(range)
{
    protected override int ReadCore(Span<byte> buffer)
    {
        Hold();
        try
        {
            var copied = 0;
            while (copied < buffer.Length && Next(buffer.Length - copied) is { IsEmpty: false } piece)
            {
                piece.Span.CopyTo(buffer[copied..]);
                copied += piece.Length;
                Position += piece.Length;
            }

            return copied;
        }
        finally
        {
            image.Release();
        }
    }

    protected override ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(ReadCore(buffer.Span));

    protected override void CopyToCore(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize);
        Hold();
        try
        {
            while (Next(int.MaxValue) is { IsEmpty: false } piece)
            {
                destination.Write(piece.Span);
                Position += piece.Length;
            }
        }
        finally
        {
            image.Release();
        }
    }

    protected override async Task CopyToCoreAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        Hold();
        try
        {
            while (Next(int.MaxValue) is { IsEmpty: false } piece)
            {
                await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                Position += piece.Length;
            }
        }
        finally
        {
            image.Release();
        }
    }

    protected override void Release() => image.Release();

    /// <summary>
    /// Holds the image for one call. A stream that is disposed in the middle of a copy, for example when a request
    /// ends, must not return the memory to another image, whose bytes the copy would then send.
    /// </summary>
    private void Hold() => ObjectDisposedException.ThrowIf(IsDisposed || !image.TryHold(), this);

    /// <summary>Returns the contiguous bytes from the position on, up to <paramref name="max"/>.</summary>
    private ReadOnlyMemory<byte> Next(int max)
    {
        var left = Range.Length - Position;
        if (left <= 0)
        {
            return default;
        }

        var offset = Range.Offset + Position;
        foreach (var segment in image.Segments)
        {
            if (offset < segment.Length)
            {
                return segment[(int)offset..][..(int)Math.Min(Math.Min(left, max), segment.Length - offset)];
            }

            offset -= segment.Length;
        }

        return default;
    }
}
