namespace ImageStorage.LiteDb.Files;

/// <summary>An open file of a store, held exclusively. Tests implement a file that fails and forgets.</summary>
internal abstract class StoreFile : IDisposable
{
    /// <summary>Gets the length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// Gets a value that indicates whether the path under which the file was opened still leads to the file.
    /// </summary>
    public abstract bool IsInPlace { get; }

    /// <summary>Reads at an offset.</summary>
    /// <returns>The number of bytes, less than the length of the buffer only at the end of the file.</returns>
    public abstract int Read(Span<byte> buffer, long offset);

    /// <summary>Writes at an offset.</summary>
    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Truncates or extends the file.</summary>
    public abstract void SetLength(long length);

    /// <summary>Makes all writes durable, or throws.</summary>
    public abstract void Flush();

    /// <summary>
    /// Makes the written bytes and a length that has grown durable, or throws. Cheaper than <see cref="Flush"/> when
    /// the file has not grown, because the file's metadata is not written.
    /// </summary>
    public abstract void FlushBytes();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
