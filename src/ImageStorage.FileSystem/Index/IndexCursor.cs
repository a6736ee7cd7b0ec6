namespace ImageStorage.FileSystem.Index;

/// <summary>Goes through the records of one log or run, in the order of the index or against it.</summary>
internal abstract class IndexCursor : IDisposable
{
    public abstract long Ticks { get; }

    public abstract ReadOnlySpan<byte> Key { get; }

    public abstract bool IsStaleMarker { get; }

    /// <summary>False while only a bound of the first time is known: <see cref="Ticks"/>, which no record comes before.</summary>
    public virtual bool IsOpen => true;

    /// <summary>Moves to the first record behind a position, in a direction; false when there is none.</summary>
    public abstract bool Seek(in IndexPosition position, bool descending);

    /// <summary>Moves to the next record in the direction of the last <see cref="Seek"/>.</summary>
    public abstract bool MoveNext();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
