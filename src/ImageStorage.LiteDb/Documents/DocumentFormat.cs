using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb.Documents;

/// <summary>How a document stands in the database: XXH128 of what follows, seeded with its name; a random version; its bytes.</summary>
internal static class DocumentFormat
{
    private const int HashLength = 16;
    private const int HeaderLength = HashLength + sizeof(long);

    public static (byte[] Value, DocumentETag ETag) Write(DocumentName name, ReadOnlySpan<byte> content)
    {
        var value = new byte[HeaderLength + content.Length];
        var version = Random.Shared.NextInt64();
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(HashLength), version);
        content.CopyTo(value.AsSpan(HeaderLength));
        XxHash128.Hash(value.AsSpan(HashLength), value, SeedOf(name));
        return (value, ETagOf(version));
    }

    public static StoredDocument Read(DocumentName name, BsonValue value)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        if (value.IsBinary && value.AsBinary is { Length: >= HeaderLength } bytes)
        {
            XxHash128.Hash(bytes.AsSpan(HashLength), hash, SeedOf(name));
            if (bytes.AsSpan().StartsWith(hash))
            {
                return new StoredDocument(name, bytes.AsMemory(HeaderLength), ETagOf(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(HashLength))));
            }
        }

        throw new StorageCorruptedException($"The document '{name}' in {LiteDbImageProvider.ProviderName} is damaged. Restore it from a copy, or delete it.") { Provider = LiteDbImageProvider.ProviderName };
    }

    private static long SeedOf(DocumentName name) => unchecked((long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.Value.AsSpan())));

    private static DocumentETag ETagOf(long version) => new(version.ToString("x16", CultureInfo.InvariantCulture));
}
