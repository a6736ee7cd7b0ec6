using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>
/// The payload of an image file, or a range of it, as a stream. Each block is verified before a byte of it is returned.
/// A small file is read and verified completely when it is opened.
/// </summary>
internal sealed class ImageFileStream : ImageBlockStream
{
    /// <summary>The maximum length of a file that is read with one call, including the footer.</summary>
    public const int WholeLength = 256 * 1024;

    private readonly ImageKey _key;
    private readonly ReadOnlyMemory<byte> _table;
    private readonly VolumeFile? _file;

    /// <param name="key">The key, for messages.</param>
    /// <param name="footer">The footer of the file.</param>
    /// <param name="range">The bytes to return.</param>
    /// <param name="file">The open file, owned by the stream; <see langword="null"/> if the buffer has the complete
    /// payload.</param>
    /// <param name="buffer">A pooled buffer, owned by the stream: the verified payload, or space for a block.</param>
    public ImageFileStream(ImageKey key, in ImageFileFooter footer, ResolvedRange range, VolumeFile? file, byte[] buffer)
        : base(range, footer.StoredLength, BlockHashTable.BlockLength, buffer, file is null ? (int)footer.StoredLength : 0)
    {
        (_key, _table, _file) = (key, footer.Table, file);
    }

    /// <summary>Verifies every block of a complete payload in memory.</summary>
    public static void CheckWhole(ImageKey key, in ImageFileFooter footer, ReadOnlySpan<byte> payload)
    {
        for (var start = 0; start < payload.Length; start += BlockHashTable.BlockLength)
        {
            CheckBlock(key, footer.Table.Span, start, payload[start..Math.Min(payload.Length, start + BlockHashTable.BlockLength)]);
        }
    }

    private static void CheckBlock(ImageKey key, ReadOnlySpan<byte> table, long start, ReadOnlySpan<byte> block)
    {
        if (!BlockHashTable.IsSound(table, start, block))
        {
            throw ImageFileFooter.Corrupted(key, $"the bytes {start} to {start + block.Length - 1} do not match their hash");
        }
    }

    /// <summary>Reads one block of a payload and verifies it.</summary>
    public static void ReadBlock(VolumeFile file, ImageKey key, ReadOnlySpan<byte> table, long start, Span<byte> block)
    {
        if (file.Read(block, start) != block.Length)
        {
            throw ImageFileFooter.Shortened(key);
        }

        CheckBlock(key, table, start, block);
    }

    protected override void Load(long start, Span<byte> block)
    {
        try
        {
            ReadBlock(_file!, _key, _table.Span, start, block);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "reading", _key);
        }
    }

    protected override async ValueTask LoadAsync(long start, Memory<byte> block, bool mayBlock, CancellationToken cancellationToken)
    {
        if (!mayBlock)
        {
            await PoolThread.Switch();
            cancellationToken.ThrowIfCancellationRequested();
        }

        Load(start, block.Span);
    }

    protected override void CloseSource() => _file?.Dispose();
}
