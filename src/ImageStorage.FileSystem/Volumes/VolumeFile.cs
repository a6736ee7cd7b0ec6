namespace ImageStorage.FileSystem.Volumes;

/// <summary>An open file that is read and written at offsets, with checked flushes.</summary>
internal abstract class VolumeFile : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Reads up to the length of the buffer. Returns fewer bytes only at the end of the file.</summary>
    public abstract int Read(Span<byte> buffer, long offset);

    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

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
