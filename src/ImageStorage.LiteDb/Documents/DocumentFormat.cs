using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb.Documents;

/// <summary>The format of documents: XXH128 of the rest, seeded with the name; a random version; the bytes.</summary>
internal static class DocumentFormat
{
    private const int HashLength = 16;
    private const int HeaderLength = HashLength + sizeof(long);

    /// <summary>Encodes a document.</summary>
    public static (byte[] Value, DocumentETag ETag) Write(DocumentName name, ReadOnlySpan<byte> content)
    {
        var value = new byte[HeaderLength + content.Length];
        var version = Random.Shared.NextInt64();
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(HashLength), version);
        content.CopyTo(value.AsSpan(HeaderLength));
        XxHash128.Hash(value.AsSpan(HashLength), value, SeedOf(name));
        return (value, ETagOf(version));
    }

    /// <summary>Decodes a document.</summary>
    /// <exception cref="StorageCorruptedException">The value is damaged.</exception>
    public static StoredDocument Read(DocumentName name, BsonValue value)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        if (value.IsBinary && value.AsBinary is { Length: >= HeaderLength } bytes)
        {
            XxHash128.Hash(bytes.AsSpan(HashLength), hash, SeedOf(name));
            if (bytes.AsSpan().StartsWith(hash))
            {
                return new StoredDocument { Name = name, Content = bytes.AsMemory(HeaderLength), ETag = ETagOf(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(HashLength))) };
            }
        }

        throw new StorageCorruptedException($"The document '{name}' in {LiteDbImageProvider.ProviderName} is damaged. Restore the document from a copy, or delete the document.") { Provider = LiteDbImageProvider.ProviderName };
    }

    private static long SeedOf(DocumentName name) => unchecked((long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.Value.AsSpan())));

    private static DocumentETag ETagOf(long version) => new(version.ToString("x16", CultureInfo.InvariantCulture));
}
