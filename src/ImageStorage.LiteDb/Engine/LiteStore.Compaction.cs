using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Engine;

/// <content>Compaction: replaces the database by a copy without unused space.</content>
internal sealed partial class LiteStore
{
    /// <summary>Compacts the database.</summary>
    /// <returns>The number of bytes by which the file became smaller; 0 without a store.</returns>
    public Task<long> CompactAsync(CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Read, session => session is null ? 0 : Compact(session, cancellationToken), cancellationToken);

    private long Compact(LiteSession session, CancellationToken cancellationToken)
    {
        // Unflushed commits must be acknowledged while their log still exists.
        FlushHeld();
        session = _session ?? throw (LastFailure is StoreGoneException ? new StoreGoneException() : new IOException("The database could not be flushed.", LastFailure));
        Sweep(session, Pins, cancellationToken);
        session.Checkpoint();
        var before = _files.LengthOf(FileSuffixes.Data);
        try
        {
            CopyInto(session, cancellationToken);
        }
        catch
        {
            _opener.DeleteNew();
            throw;
        }

        // The log is now empty and durable, so it can never be applied to the new database.
        _session = null;
        session.Dispose();
        session.Log.Dispose();
        _opener.PutNewInPlace();
        return before - _files.LengthOf(FileSuffixes.Data);
    }

    private void CopyInto(LiteSession source, CancellationToken cancellationToken)
    {
        var target = _opener.CreateNew();
        try
        {
            new StoreCopier(source, target, Pins, _checkpointBytes).Copy(cancellationToken);
            target.Checkpoint();
        }
        finally
        {
            target.Dispose();
            target.Log.Dispose();
        }
    }
}
