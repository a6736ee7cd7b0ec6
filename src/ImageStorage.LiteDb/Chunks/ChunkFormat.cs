using System.IO.Hashing;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>
/// How bytes of images stand in chunk documents. The number of a chunk is the version of the content it belongs to and its
/// place in it; its value is 16 bytes of XXH128, seeded with that number so that a sound chunk in a wrong place does not
/// pass, and the bytes.
/// </summary>
internal static class ChunkFormat
{
    public const int HashLength = 16;
    private const int PlaceBits = 20;

    /// <summary>The number of the first chunk of a version; those behind it follow.</summary>
    public static long IdOf(long version, int place) => (version << PlaceBits) | (uint)place;

    public static long VersionOf(long id) => id >> PlaceBits;

    /// <summary>Fills in the hash in front of the bytes.</summary>
    public static void Seal(Span<byte> chunk, long id) => XxHash128.Hash(chunk[HashLength..], chunk, id);

    public static bool IsSound(ReadOnlySpan<byte> chunk, long id)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(chunk[Math.Min(HashLength, chunk.Length)..], hash, id);
        return chunk.Length > HashLength && chunk.StartsWith(hash);
    }
}
