using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>Reads chunks of one version of an image on demand. Releases the pin of the version when disposed.</summary>
/// <param name="store">The store, in which the version is already pinned.</param>
/// <param name="record">The version.</param>
/// <param name="generation">The generation of the store in which the version was pinned.</param>
internal sealed class ChunkSource(LiteStore store, StoredRecord record, int generation) : IDisposable
{
    private bool _disposed;

    /// <summary>Reads some chunks.</summary>
    public async Task<byte[][]> ReadAsync(int first, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(session => Read(session, first, count), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (LiteDbErrors.NeedsTranslation(exception))
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
            // The opened version may have been taken back because it could not be made durable.
            throw new StorageUnavailableException($"{LiteDbImageProvider.ProviderName}: reading of image '{record.Info.Key}' failed because the database was reopened meanwhile. Open the image again.", exception) { Key = record.Info.Key, Provider = LiteDbImageProvider.ProviderName };
        }
    }
}
