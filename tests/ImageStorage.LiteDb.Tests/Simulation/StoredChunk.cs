using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>Alters stored chunks and records, like a failing medium.</summary>
internal static class StoredChunk
{
    public static async ValueTask DamageAsync(LiteDbImageProvider provider, ImageKey key, StoreDamage damage) =>
        await provider.Store.CommitAsync(
            session =>
            {
                if (damage == StoreDamage.Record)
                {
                    var document = ImageTable.Find(session, KeyBytes.Of(key))!;
                    var stored = document[StoreLayout.Record].AsBinary;
                    stored[^1] ^= 0x10;
                    document[StoreLayout.Record] = stored;
                    session.InTransaction(() => session.Upsert(StoreLayout.Images, document));
                    return true;
                }

                var record = ImageTable.RecordOf(ImageTable.Find(session, KeyBytes.Of(key))!);
                var place = damage == StoreDamage.Truncated ? record.ChunkCount - 1 : record.ChunkCount / 2;
                var chunk = session.Find(StoreLayout.Chunks, ChunkFormat.IdOf(record.Version, place))!;
                var bytes = chunk[StoreLayout.Data].AsBinary;
                if (damage == StoreDamage.Truncated)
                {
                    chunk[StoreLayout.Data] = bytes[..^1];
                }
                else
                {
                    bytes[ChunkFormat.HashLength + ((bytes.Length - ChunkFormat.HashLength) / 2)] ^= 0x10;
                }

                session.InTransaction(() => session.Upsert(StoreLayout.Chunks, chunk));
                return true;
            },
            CancellationToken.None);
}
