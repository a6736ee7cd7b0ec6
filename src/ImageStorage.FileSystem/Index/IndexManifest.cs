using System.Buffers.Binary;
using System.IO.Hashing;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The list of the current runs. It is replaced as a whole, so a merge is either complete or has no effect.
/// </summary>
/// <remarks>
/// <code>
/// magic        "ImgStIx1"
/// runs         56 bytes each: id (16), then as i64 blocks, records, stale markers, first and last time; little-endian
/// hash         XXH3 of all before it
/// </code>
/// </remarks>
internal sealed record IndexManifest(IReadOnlyList<IndexRun> Runs)
{
    private const int MagicLength = 8;
    private const int HashLength = 8;
    private const int RowLength = 56;
    private const int MaxLength = MagicLength + HashLength + (RowLength * 64 * 1024);

    private static ReadOnlySpan<byte> Magic => "ImgStIx1"u8;

    public long Records => Runs.Sum(run => run.Records);

    /// <summary>Gets a value that indicates whether a run has entries of the time <see cref="IndexEntry.Unknown"/>.</summary>
    public bool HasUnknown => Runs.Any(run => run.FirstTicks == IndexEntry.Unknown.UtcTicks);

    public long StaleMarkers => Runs.Sum(run => run.StaleMarkers);

    /// <summary>Returns <see langword="true"/> if two manifests name the same runs, or both are missing.</summary>
    public static bool AreSame(IndexManifest? one, IndexManifest? other) =>
        one is null || other is null ? one is null && other is null : one.Runs.SequenceEqual(other.Runs);

    /// <summary>Reads the manifest.</summary>
    /// <exception cref="IndexDamagedException">The manifest is missing or damaged.</exception>
    public static IndexManifest Read(IVolume volume, IndexFiles files) =>
        TryRead(volume, files) ?? throw new IndexDamagedException("its manifest is missing or cannot be read");

    /// <summary>Reads the manifest. Returns <see langword="null"/> if it is missing or damaged.</summary>
    public static IndexManifest? TryRead(IVolume volume, IndexFiles files)
    {
        using var file = volume.OpenRead(files.Manifest);
        if (file is null || file.Length is < MagicLength + HashLength or > MaxLength)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        return file.Read(bytes, 0) == bytes.Length ? Parse(bytes) : null;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[MagicLength + (Runs.Count * RowLength) + HashLength];
        Magic.CopyTo(bytes);
        for (var i = 0; i < Runs.Count; i++)
        {
            var row = bytes.AsSpan(MagicLength + (i * RowLength), RowLength);
            var run = Runs[i];
            run.Id.TryWriteBytes(row);
            BinaryPrimitives.WriteInt64LittleEndian(row[16..], run.Blocks);
            BinaryPrimitives.WriteInt64LittleEndian(row[24..], run.Records);
            BinaryPrimitives.WriteInt64LittleEndian(row[32..], run.StaleMarkers);
            BinaryPrimitives.WriteInt64LittleEndian(row[40..], run.FirstTicks);
            BinaryPrimitives.WriteInt64LittleEndian(row[48..], run.LastTicks);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - HashLength), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - HashLength)));
        return bytes;
    }

    private static IndexManifest? Parse(ReadOnlySpan<byte> bytes)
    {
        var rows = bytes[MagicLength..^HashLength];
        if (!bytes.StartsWith(Magic) || rows.Length % RowLength != 0
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[^HashLength..]) != XxHash3.HashToUInt64(bytes[..^HashLength]))
        {
            return null;
        }

        var runs = new IndexRun[rows.Length / RowLength];
        for (var i = 0; i < runs.Length; i++)
        {
            var row = rows.Slice(i * RowLength, RowLength);
            runs[i] = new IndexRun(
                new Guid(row[..16]),
                (int)BinaryPrimitives.ReadInt64LittleEndian(row[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(row[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(row[32..]),
                BinaryPrimitives.ReadInt64LittleEndian(row[40..]),
                BinaryPrimitives.ReadInt64LittleEndian(row[48..]));
        }

        return new IndexManifest(runs);
    }
}

/// <summary>A run, as described by the manifest.</summary>
/// <param name="Id">The id, which is the name of the file.</param>
/// <param name="Blocks">The number of blocks.</param>
/// <param name="Records">The number of records, including stale markers.</param>
/// <param name="StaleMarkers">The number of stale markers.</param>
/// <param name="FirstTicks">The time of the first record.</param>
/// <param name="LastTicks">The time of the last record.</param>
internal readonly record struct IndexRun(Guid Id, int Blocks, long Records, long StaleMarkers, long FirstTicks, long LastTicks)
{
    public long Length => (long)Blocks * RunFormat.BlockLength;
}
