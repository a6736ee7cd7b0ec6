namespace ImageStorage.Caching.Entries;

/// <summary>What the front of an entry says, checked.</summary>
/// <param name="Info">The version.</param>
/// <param name="PayloadLength">How many bytes it has.</param>
/// <param name="Table">The hashes of its blocks.</param>
/// <param name="StoredAt">When it was read from the provider.</param>
/// <param name="ValidatedAt">The last time at which the provider was known to have it.</param>
internal sealed record EntryFront(ImageInfo Info, long PayloadLength, byte[] Table, DateTimeOffset StoredAt, DateTimeOffset ValidatedAt)
{
    /// <summary>The hash that a block must have.</summary>
    public ReadOnlySpan<byte> HashOf(int block) => Table.AsSpan(block * EntryFormat.HashLength, EntryFormat.HashLength);
}
