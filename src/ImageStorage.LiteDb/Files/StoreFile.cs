namespace ImageStorage.LiteDb.Files;

/// <summary>An open file of a store, held exclusively. Tests put one behind it that fails and forgets at will.</summary>
internal abstract class StoreFile : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Gets whether the path under which the file was opened still leads to it.</summary>
    public abstract bool IsInPlace { get; }

    /// <summary>Reads at an offset; fewer bytes only at the end of the file.</summary>
    public abstract int Read(Span<byte> buffer, long offset);

    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

    public abstract void SetLength(long length);

    /// <summary>Makes all that was written durable, or throws.</summary>
    public abstract void Flush();

    /// <summary>
    /// Makes the bytes that were written durable, and a length that has grown, or throws. Where nothing grew this is a good deal cheaper than
    /// <see cref="Flush"/>, as the file's own record is left alone.
    /// </summary>
    public abstract void FlushBytes();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
