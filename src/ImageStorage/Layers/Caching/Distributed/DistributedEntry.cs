using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Distributed;

/// <summary>An image from the distributed cache, checked.</summary>
/// <param name="Front">What is known of it.</param>
/// <param name="Payload">Its bytes.</param>
internal sealed record DistributedEntry(EntryFront Front, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The same in one piece with its front, checked.</summary>
    public static DistributedEntry? TryRead(byte[] bytes, UInt128 store, ImageKey key)
    {
        if (EntryFormat.TryReadFrontLength(bytes, bytes.Length) is not { } length || EntryFormat.TryRead(bytes.AsSpan(0, length), store, key) is not { } front)
        {
            return null;
        }

        var table = new byte[front.Table.Length];
        var hasher = new BlockHasher();
        hasher.Append(bytes.AsSpan(length), table);
        hasher.Complete(table);
        return table.AsSpan().SequenceEqual(front.Table) ? new DistributedEntry(front, bytes.AsMemory(length)) : null;
    }

    /// <summary>The bytes of an image in memory, with their front.</summary>
    public static byte[] Write(UInt128 store, CachedImage image, DateTimeOffset storedAt, DateTimeOffset validatedAt)
    {
        var front = EntryFormat.CreateFront(store, image.Info, image.Length, storedAt, validatedAt);
        var bytes = new byte[front.Length + image.Length];
        front.CopyTo(bytes, 0);
        var table = EntryFormat.TableOf(bytes.AsSpan(0, front.Length), image.Length);
        var hasher = new BlockHasher();
        var offset = front.Length;
        foreach (var segment in image.Segments)
        {
            segment.Span.CopyTo(bytes.AsSpan(offset));
            hasher.Append(segment.Span, table);
            offset += segment.Length;
        }

        hasher.Complete(table);
        EntryFormat.Seal(bytes.AsSpan(0, front.Length));
        return bytes;
    }

    /// <summary>Copies the bytes into memory that was reserved for them.</summary>
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
