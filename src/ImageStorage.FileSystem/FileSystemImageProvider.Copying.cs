using System.Buffers;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

/// <content>
/// A copy is a save whose payload the kernel copies from file to file. The staged bytes are read back and compared with
/// the block hashes of the source, so a damaged source, or a damaged copy, is never committed.
/// </content>
public sealed partial class FileSystemImageProvider : ICopyProvider
{
    /// <inheritdoc/>
    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                throw ProviderErrors.Conflict(request.Source, Name, null);
            }

            _store.OpenForWriting(cancellationToken);
            return await CopyAsync(request, ImagePaths.Of(request.Target), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "copying", request.Source);
        }
    }

    private async Task<ImageInfo> CopyAsync(CopyRequest request, string path, CancellationToken cancellationToken)
    {
        using var source = _store.Volume.OpenRead(ImagePaths.Of(request.Source));
        var footer = source is null ? default(ImageFileFooter?) : ImageFileFooter.Read(source, request.Source);
        Check(request.Source, new IfMatch(request.SourceETag), footer?.Info);
        if (request.Precondition is not null)
        {
            // Only spares the copy. The check under the lock decides.
            Check(request.Target, request.Precondition, ReadInfo(_store.Medium, request.Target, path));
        }

        var found = footer!.Value;
        using var staged = _store.Staging.Create(ReservedLength(found.StoredLength));
        CopyPayload(source!, request.Source, found, staged, cancellationToken);
        staged.StartFlush(_store.Durability);
        Verify(staged, request.Source, found, cancellationToken);
        var existing = ReadReplaced(request.Target, path);
        var info = request.ToInfo(found.Info, existing, NowAfter(existing));
        MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
        ImageFileWriter.WriteFooter(staged, found.Table.Span, info);
        using var entry = existing?.CreatedAt == info.CreatedAt && _store.Index.IsComplete ? null : _store.Index.Add(info.CreatedAt, request.Target);
        ImageInfo Commit()
        {
            this.Commit(info, entry, staged, path, request.Precondition, cancellationToken);
            return info;
        }

        return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
    }

    private static void CopyPayload(VolumeFile source, ImageKey key, in ImageFileFooter footer, StagedFile target, CancellationToken cancellationToken)
    {
        if (!target.AppendFrom(source, footer.StoredLength, cancellationToken))
        {
            throw ImageFileFooter.Corrupted(key, "its file became shorter while it was read");
        }
    }

    private static void Verify(StagedFile copy, ImageKey source, in ImageFileFooter footer, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockHashTable.BlockLength);
        try
        {
            for (long start = 0; start < footer.StoredLength; start += BlockHashTable.BlockLength)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var block = buffer.AsSpan(0, (int)Math.Min(BlockHashTable.BlockLength, footer.StoredLength - start));
                if (copy.Read(block, start) != block.Length)
                {
                    throw ImageFileFooter.Corrupted(source, "its file became shorter while it was read");
                }

                ImageFileStream.CheckBlock(source, footer.Table.Span, start, block);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
