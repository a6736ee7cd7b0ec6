using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Engine;

/// <content>Replaces the database by a copy of what is needed of it.</content>
internal sealed partial class LiteStore
{
    public Task<long> CompactAsync(CancellationToken cancellationToken) => RunAsync(StoreWorkKind.Read, session => session is null ? 0 : Compact(session, cancellationToken), cancellationToken);

    private long Compact(LiteSession session, CancellationToken cancellationToken)
    {
        // Commits that wait for their flush must be settled while their log is still there.
        Settle();
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

        // From here on the log is empty, durably, so that it can never be applied to the other database.
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
