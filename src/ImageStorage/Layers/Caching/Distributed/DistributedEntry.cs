using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Memory;
using ImageStorage.Providers;

namespace ImageStorage.Caching.Distributed;

/// <summary>An image from the distributed cache whose hashes were checked.</summary>
/// <param name="Header">The header.</param>
/// <param name="Payload">The bytes of the image.</param>
/// <param name="Length">The number of bytes of header and payload.</param>
internal sealed record DistributedEntry(EntryHeader Header, ReadOnlyMemory<byte> Payload, int Length)
{
    /// <summary>
    /// Reads and checks an entry. Returns null if the bytes are damaged, or belong to another store or image.
    /// </summary>
    public static DistributedEntry? TryRead(byte[] bytes, UInt128 store, ImageKey key)
    {
        if (EntryFormat.TryReadHeaderLength(bytes, bytes.Length) is not { } length || EntryFormat.TryRead(bytes.AsSpan(0, length), store, key) is not { } header)
        {
            return null;
        }

        using var hashes = new BlockHashTable();
        hashes.Append(bytes.AsSpan(length));
        return hashes.Complete().SequenceEqual(header.Table) ? new DistributedEntry(header, bytes.AsMemory(length), bytes.Length) : null;
    }

    /// <summary>Returns the entry of an image in memory: the header and the payload.</summary>
    public static byte[] Write(UInt128 store, CachedImage image, DateTimeOffset storedAt, DateTimeOffset validatedAt)
    {
        var header = EntryFormat.CreateHeader(store, image.Info, image.Length, storedAt, validatedAt);
        var bytes = new byte[header.Length + image.Length];
        header.CopyTo(bytes, 0);
        using var hashes = new BlockHashTable();
        var offset = header.Length;
        foreach (var segment in image.Segments)
        {
            segment.Span.CopyTo(bytes.AsSpan(offset));
            hashes.Append(segment.Span);
            offset += segment.Length;
        }

        hashes.Complete().CopyTo(EntryFormat.TableOf(bytes.AsSpan(0, header.Length), image.Length));
        EntryFormat.Seal(bytes.AsSpan(0, header.Length));
        return bytes;
    }

    /// <summary>Copies the payload into reserved memory.</summary>
    public void CopyTo(CachedImage image)
    {
        var left = Payload.Span;
        foreach (var segment in image.Segments)
        {
            left[..segment.Length].CopyTo(segment.Span);
            left = left[segment.Length..];
        }
    }
}
