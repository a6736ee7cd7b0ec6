using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>The chunks of one version of an image, read on demand; pins the version until it is disposed.</summary>
/// <param name="store">The store, in which the version is pinned already.</param>
/// <param name="record">The version.</param>
/// <param name="generation">The generation of the store in which it was pinned.</param>
internal sealed class ChunkSource(LiteStore store, StoredRecord record, int generation) : IDisposable
{
    private bool _disposed;

    public async Task<byte[][]> ReadAsync(int first, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(session => Read(session, first, count), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (LiteDbErrors.IsForeign(exception))
        {
            throw LiteDbErrors.Translate(exception, "reading", record.Info.Key);
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            store.Pins.Unpin(record.Version);
        }
    }

    private byte[][] Read(LiteSession? session, int first, int count)
    {
        try
        {
            return ChunkReader.Read(session!, record, first, count);
        }
        catch (ImageCorruptedException exception) when (store.Generation != generation)
        {
            // The version that was opened may have been one that could not be made durable, and was taken back.
            throw new StorageUnavailableException($"{LiteDbImageProvider.ProviderName}: reading of image '{record.Info.Key}' failed, the database had to be opened again meanwhile. Open the image again.", exception) { Key = record.Info.Key, Provider = LiteDbImageProvider.ProviderName };
        }
    }
}
