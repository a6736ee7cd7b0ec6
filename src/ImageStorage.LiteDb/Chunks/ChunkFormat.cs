using System.IO.Hashing;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>
/// The format of chunks. The id of a chunk is the version of the content and the index of the chunk. The value is 16
/// bytes of XXH128, seeded with the id so that a sound chunk at a wrong position fails the check, followed by the
/// bytes.
/// </summary>
internal static class ChunkFormat
{
    public const int HashLength = 16;
    private const int IndexBits = 20;

    /// <summary>Returns the id of a chunk. The ids of a version are consecutive.</summary>
    public static long IdOf(long version, int index) => (version << IndexBits) | (uint)index;

    /// <summary>Returns the version that a chunk belongs to.</summary>
    public static long VersionOf(long id) => id >> IndexBits;

    /// <summary>Writes the hash before the bytes.</summary>
    public static void Seal(Span<byte> chunk, long id) => XxHash128.Hash(chunk[HashLength..], chunk, id);

    /// <summary>Returns whether a chunk matches its hash and its id.</summary>
    public static bool IsSound(ReadOnlySpan<byte> chunk, long id)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(chunk[Math.Min(HashLength, chunk.Length)..], hash, id);
        return chunk.Length > HashLength && chunk.StartsWith(hash);
    }
}
