using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>Reads chunks and checks their ids, lengths and hashes.</summary>
internal static class ChunkReader
{
    /// <summary>Reads some chunks of an image, each with its hash before the bytes.</summary>
    /// <exception cref="ImageCorruptedException">A chunk is missing or altered.</exception>
    public static byte[][] Read(LiteSession session, StoredRecord record, int first, int count)
    {
        var from = ChunkFormat.IdOf(record.Version, first);
        var documents = session.Range(StoreLayout.Chunks, from, from + count - 1, count);
        if (documents.Count == 0 && count > 0 && session.Range(StoreLayout.Chunks, ChunkFormat.IdOf(record.Version, 0), ChunkFormat.IdOf(record.Version, record.ChunkCount - 1), 1).Count == 0)
        {
            throw Corrupted(record.Info.Key, "all its bytes are missing", isContentMissing: true);
        }

        var chunks = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var length = (int)Math.Min(record.ChunkBytes, record.StoredLength - ((long)(first + i) * record.ChunkBytes));
            chunks[i] = i < documents.Count && documents[i][StoreLayout.Id] == from + i && documents[i][StoreLayout.Data] is { IsBinary: true } data
                && data.AsBinary is var chunk && chunk.Length == ChunkFormat.HashLength + length && ChunkFormat.IsSound(chunk, from + i)
                ? chunk
                : throw Corrupted(record, first + i);
        }

        return chunks;
    }

    /// <summary>Returns the failure of a damaged image.</summary>
    public static ImageCorruptedException Corrupted(ImageKey key, string reason, bool isContentMissing = false) =>
        new($"Image '{key}' in {LiteDbImageProvider.ProviderName} is damaged: {reason}. Restore the image from a copy, or delete the image.") { Key = key, Provider = LiteDbImageProvider.ProviderName, Reason = reason, IsContentMissing = isContentMissing };

    private static ImageCorruptedException Corrupted(StoredRecord record, int index)
    {
        var start = (long)index * record.ChunkBytes;
        return Corrupted(record.Info.Key, $"the bytes from {start} to {Math.Min(start + record.ChunkBytes, record.StoredLength) - 1} are missing or do not match their hash");
    }
}
