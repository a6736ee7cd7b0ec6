using System.Buffers;
using ImageStorage.Caching.Entries;
using ImageStorage.Providers;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The bytes of an image on disk, or a range of them, as a seekable stream of its own: read block by block, each checked before any byte of it is handed out. When a block is damaged,
/// or cannot be read, the stream goes on with the provider's bytes of the same version.
/// </summary>
internal sealed class DiskStream : ImageBlockStream
{
    // Up to so many bytes are read when the stream is opened, where file calls may block.
    private const int WholeLength = 2 * EntryFormat.BlockLength;

    private readonly DiskFile _file;
    private readonly Func<ByteRange, CancellationToken, Task<Stream>> _reopen;
    private Stream? _rest;
    private long _restPosition;

    private DiskStream(DiskFile file, ResolvedRange range, Func<ByteRange, CancellationToken, Task<Stream>> reopen, byte[] buffer, int loaded)
        : base(range, file.Length, EntryFormat.BlockLength, buffer, loaded) => (_file, _reopen) = (file, reopen);

    /// <param name="file">The file, held; let go of when the stream is disposed.</param>
    /// <param name="range">The part to read.</param>
    /// <param name="reopen">Opens a part of this version at the provider.</param>
    public static DiskStream Open(DiskFile file, ResolvedRange range, Func<ByteRange, CancellationToken, Task<Stream>> reopen)
    {
        var isWhole = file.Length <= WholeLength;
        var buffer = ArrayPool<byte>.Shared.Rent(isWhole ? (int)file.Length : EntryFormat.BlockLength);

        // What cannot be read now is found out by the reads, which can go elsewhere.
        return new DiskStream(file, range, reopen, buffer, isWhole && file.TryReadWhole(buffer.AsSpan(0, (int)file.Length)) ? (int)file.Length : 0);
    }

    // Nothing in it comes back to the thread that waits, and only a damaged entry makes it wait for the provider.
    protected override void Load(long start, Span<byte> block)
    {
        if (!TryRead(start, block))
        {
            var rest = OpenRestAsync(start, CancellationToken.None).GetAwaiter().GetResult();
            Advance(rest.ReadAtLeast(block, block.Length, throwOnEndOfStream: false), block.Length);
        }
    }

    protected override async ValueTask LoadAsync(long start, Memory<byte> block, bool mayBlock, CancellationToken cancellationToken)
    {
        if (!mayBlock)
        {
            // File calls block, and the thread that asks must not.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        if (!TryRead(start, block.Span))
        {
            var rest = await OpenRestAsync(start, cancellationToken).ConfigureAwait(false);
            Advance(await rest.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false), block.Length);
        }
    }

    protected override void CloseSource()
    {
        _rest?.Dispose();
        _file.Release();
    }

    // After the first damage the file is not asked again.
    private bool TryRead(long start, Span<byte> block) => _rest is null && _file.TryReadBlock((int)(start >> EntryFormat.BlockShift), block);

    private void Advance(int read, int wanted)
    {
        _restPosition += read;
        if (read < wanted)
        {
            throw new ImageCorruptedException($"Image '{_file.Info.Key}' ended before its {_file.Length} bytes. Verify the store.") { Key = _file.Info.Key };
        }
    }

    /// <summary>The provider's bytes from a place on.</summary>
    private async Task<Stream> OpenRestAsync(long start, CancellationToken cancellationToken)
    {
        if (_rest is { } rest && _restPosition == start)
        {
            return rest;
        }

        if (_rest is { } elsewhere)
        {
            await elsewhere.DisposeAsync().ConfigureAwait(false);
        }

        _rest = await _reopen(new ByteRange(start, LastBlockEnd - start), cancellationToken).ConfigureAwait(false);
        _restPosition = start;
        return _rest;
    }
}
