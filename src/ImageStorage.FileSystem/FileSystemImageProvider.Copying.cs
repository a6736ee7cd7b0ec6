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
/// the block hashes of the source, so a damaged source, or a damaged copy, is never committed. An update replaces its
/// source, so its payload is read, verified and written like that of a save.
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
        if (!staged.AppendFrom(source!, found.StoredLength, cancellationToken))
        {
            throw ImageFileFooter.Shortened(request.Source);
        }

        staged.StartFlush(_store.Durability);
        VerifyCopy(source!, request.Source, found, staged, cancellationToken);
        return await CommitCopyAsync(request, found, staged, path, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImageInfo> CommitCopyAsync(CopyRequest request, ImageFileFooter source, StagedFile staged, string path, CancellationToken cancellationToken)
    {
        try
        {
            var existing = ReadReplaced(request.Target, path);
            var info = request.ToInfo(source.Info, existing, NowAfter(existing));
            MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
            ImageFileWriter.WriteFooter(staged, source.Table.Span, info);
            using var entry = existing?.CreatedAt == info.CreatedAt && _store.Index.IsComplete ? null : _store.Index.Add(info.CreatedAt, request.Target);
            ImageInfo Commit()
            {
                this.Commit(info, entry, staged, path, request.Precondition, cancellationToken);
                return info;
            }

            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "saving", request.Target);
        }
    }

    /// <summary>Copies a payload through memory, and writes only blocks that match their hash.</summary>
    private static void CopyVerified(VolumeFile source, ImageKey key, ImageFileFooter footer, StagedFile target, CancellationToken cancellationToken) =>
        VisitBlocks(
            footer,
            (start, block) =>
            {
                ImageFileStream.ReadBlock(source, key, footer.Table.Span, start, block);
                target.Append(block);
            },
            cancellationToken);

    /// <summary>Reads a copy back and compares it with the block hashes of its source.</summary>
    private static void VerifyCopy(VolumeFile source, ImageKey key, ImageFileFooter footer, StagedFile copy, CancellationToken cancellationToken) =>
        VisitBlocks(
            footer,
            (start, block) =>
            {
                if (copy.Read(block, start) == block.Length && BlockHashTable.IsSound(footer.Table.Span, start, block))
                {
                    return;
                }

                // Throws if the source is damaged, and the copy is right.
                ImageFileStream.ReadBlock(source, key, footer.Table.Span, start, block);
                throw new VolumeFailureException("the copied bytes differ from those of the image, which are sound", "Nothing was stored. Check the disk, the memory and the log of the operating system.", isTransient: true);
            },
            cancellationToken);

    private static void VisitBlocks(in ImageFileFooter footer, Action<long, Span<byte>> visit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockHashTable.BlockLength);
        try
        {
            for (long start = 0; start < footer.StoredLength; start += BlockHashTable.BlockLength)
            {
                cancellationToken.ThrowIfCancellationRequested();
                visit(start, buffer.AsSpan(0, (int)Math.Min(BlockHashTable.BlockLength, footer.StoredLength - start)));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
