namespace ImageStorage.FileSystem.Index;

/// <summary>Iterates over the records of one log or run, forward or backward.</summary>
internal abstract class IndexCursor : IDisposable
{
    public abstract long Ticks { get; }

    public abstract ReadOnlySpan<byte> Key { get; }

    public abstract bool IsStaleMarker { get; }

    /// <summary>
    /// Gets a value that indicates whether the file is open. Before that, <see cref="Ticks"/> is only a bound: no
    /// record precedes it.
    /// </summary>
    public virtual bool IsOpen => true;

    /// <summary>
    /// Moves to the first record after a position, in a direction. Returns <see langword="false"/> if there is none.
    /// </summary>
    public abstract bool Seek(in IndexPosition position, bool descending);

    /// <summary>
    /// Moves to the next record in the direction of the last <see cref="Seek"/>. Returns <see langword="false"/> at the
    /// end.
    /// </summary>
    public abstract bool MoveNext();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
