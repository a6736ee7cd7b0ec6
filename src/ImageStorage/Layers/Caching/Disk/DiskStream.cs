using System.Buffers;
using ImageStorage.Providers;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// A seekable stream over an image on disk, or over a range of it. Each block is checked before any byte of the block
/// is returned. If a block is damaged or cannot be read, the stream continues with the provider's bytes of the same
/// version.
/// </summary>
internal sealed class DiskStream : ImageBlockStream
{
    // Up to this length the image is read when the stream is opened, where file calls may block.
    private const int SingleReadLength = 2 * BlockHashTable.BlockLength;

    private readonly DiskFile _file;
    private readonly Func<ByteRange, CancellationToken, Task<Stream>> _reopen;
    private Stream? _rest;
    private long _restPosition;

    private DiskStream(DiskFile file, ResolvedRange range, Func<ByteRange, CancellationToken, Task<Stream>> reopen, byte[] buffer, int loaded)
        : base(range, file.Length, BlockHashTable.BlockLength, buffer, loaded) => (_file, _reopen) = (file, reopen);

    /// <param name="file">The file, held by the caller; released when the stream is disposed.</param>
    /// <param name="range">The range to read.</param>
    /// <param name="reopen">Opens a range of this version at the provider.</param>
    public static DiskStream Open(DiskFile file, ResolvedRange range, Func<ByteRange, CancellationToken, Task<Stream>> reopen)
    {
        var isSingleRead = file.Length <= SingleReadLength;
        var buffer = ArrayPool<byte>.Shared.Rent(isSingleRead ? (int)file.Length : BlockHashTable.BlockLength);

        // If this read fails, later reads find the damage again and continue at the provider.
        return new DiskStream(file, range, reopen, buffer, isSingleRead && file.TryReadAll(buffer.AsSpan(0, (int)file.Length)) ? (int)file.Length : 0);
    }

    // No continuation needs the blocked thread, and only a damaged entry makes the thread wait for the provider.
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
            // File calls block, and the caller's thread must not block.
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

    // After the first damage the file is not read again.
    private bool TryRead(long start, Span<byte> block) => _rest is null && _file.TryReadBlock(start, block);

    private void Advance(int read, int wanted)
    {
        _restPosition += read;
        if (read < wanted)
        {
            throw new ImageCorruptedException($"Image '{_file.Info.Key}' ended before its {_file.Length} bytes. Verify the store.") { Key = _file.Info.Key };
        }
    }

    /// <summary>Returns a stream of the provider's bytes from a position on.</summary>
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
