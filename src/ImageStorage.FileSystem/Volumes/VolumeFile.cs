using System.Buffers;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>An open file that is read and written at offsets, with checked flushes.</summary>
internal abstract class VolumeFile : IDisposable
{
    private const int MaxBuffer = 128 << 10;

    public abstract long Length { get; }

    /// <summary>Reads up to the length of the buffer. Returns fewer bytes only at the end of the file.</summary>
    public abstract int Read(Span<byte> buffer, long offset);

    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>
    /// Copies bytes of another file to the same offset of this file, inside the kernel if the kernel can. The process does
    /// not see the bytes, so the caller verifies the copy. Returns fewer bytes than the length only at the end of the other
    /// file.
    /// </summary>
    /// <param name="source">The file to read.</param>
    /// <param name="offset">The position of the first byte in both files.</param>
    /// <param name="length">The maximum number of bytes.</param>
    public virtual int CopyFrom(VolumeFile source, long offset, int length) => WriteFrom(source, offset, length);

    /// <summary>Does the same as <see cref="CopyFrom"/> by reading and writing.</summary>
    /// <inheritdoc cref="CopyFrom"/>
    public int WriteFrom(VolumeFile source, long offset, int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(length, MaxBuffer));
        try
        {
            var total = 0;
            while (total < length && source.Read(buffer.AsSpan(0, Math.Min(MaxBuffer, length - total)), offset + total) is var read and > 0)
            {
                Write(buffer.AsSpan(0, read), offset + total);
                total += read;
            }

            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes written bytes visible to readers of the file, if writes are buffered in the process.</summary>
    public virtual void Publish()
    {
    }

    /// <summary>
    /// Starts writing the first bytes to the medium, so that <see cref="Flush"/> takes less time. Does not make
    /// anything durable.
    /// </summary>
    public virtual void StartFlush(long length)
    {
    }

    /// <summary>
    /// Makes the bytes durable, or throws. A failed flush is never repeated, because the operating system may have
    /// dropped the bytes.
    /// </summary>
    public abstract void Flush();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
