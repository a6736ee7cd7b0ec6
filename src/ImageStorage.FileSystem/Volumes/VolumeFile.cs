namespace ImageStorage.FileSystem.Volumes;

/// <summary>An open file: read and written at offsets, flushed with the outcome checked.</summary>
internal abstract class VolumeFile : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Reads up to the length of the buffer; fewer bytes only at the end of the file.</summary>
    public abstract int Read(Span<byte> buffer, long offset);

    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Lets those who open the file see what was written, where writes are held back in the process.</summary>
    public virtual void Publish()
    {
    }

    /// <summary>Lets the system begin to write the first bytes to the medium, so that <see cref="Flush"/> has less to wait for. A hint: nothing is durable by it.</summary>
    public virtual void StartFlush(long length)
    {
    }

    /// <summary>Makes the bytes durable, or throws. A flush that failed is never tried again: the system may have dropped the bytes.</summary>
    public abstract void Flush();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
