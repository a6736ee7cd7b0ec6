using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new VerificationOptions();
        await PoolThread.Switch();
        if (!Translated(() => _store.OpenForReading(cancellationToken)))
        {
            yield break;
        }

        if (options.Images)
        {
            foreach (var item in VerifyImages(options, cancellationToken))
            {
                yield return item;
            }
        }

        if (options.Prefix is not null)
        {
            yield break;
        }

        if (options.Images)
        {
            await foreach (var item in this.VerifyRetainedAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        if (options.Documents)
        {
            await foreach (var item in Documents.VerifyDocumentsAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        await PoolThread.Switch();
        foreach (var item in FindStrays(cancellationToken))
        {
            yield return item;
        }
    }

    private IEnumerable<VerificationItem> VerifyImages(VerificationOptions options, CancellationToken cancellationToken)
    {
        using var snapshot = Translated(() => _store.Index.OpenSnapshot(cancellationToken));
        using var files = WalkAll().Walk(options.After?.Value, options.Prefix).GetEnumerator();
        var indexed = new Lazy<KeyFilter>(() => KeysInIndex(cancellationToken));
        Func<bool> next = files.MoveNext;
        while (Translated(next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (files.Current is { Key: { } key, Path: var path } && Translated(() => VerifyUnlessLink(key, path, snapshot, indexed, cancellationToken)) is { } item)
            {
                yield return item;
            }
        }

        // Images that disappeared in the middle would only make the verification shorter.
        Translated(() =>
        {
            _store.ConfirmImages();
            return true;
        });
    }

    /// <summary>Returns the files and folders with names that no image has.</summary>
    private IEnumerable<VerificationItem> FindStrays(CancellationToken cancellationToken)
    {
        using var files = WalkAll().Walk(includeForeign: true).GetEnumerator();
        Func<bool> next = files.MoveNext;
        while (Translated(next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (files.Current is { Key: null, Path: var path })
            {
                yield return new VerificationItem { Status = VerificationStatus.Stray, Kind = VerificationKind.Other, Name = path, Detail = "the library writes no such name; move the file out of the store" };
            }
        }
    }

    private VerificationItem? VerifyUnlessLink(ImageKey key, string path, IndexSnapshot snapshot, Lazy<KeyFilter> indexed, CancellationToken cancellationToken)
    {
        try
        {
            return Verify(key, path, snapshot, indexed, cancellationToken);
        }
        catch (LinkRefusedException)
        {
            return new VerificationItem { Status = VerificationStatus.Stray, Name = key.Value, Detail = $"'{path}' is {LinkRefused}" };
        }
    }

    private VerificationItem? Verify(ImageKey key, string path, IndexSnapshot snapshot, Lazy<KeyFilter> indexed, CancellationToken cancellationToken)
    {
        using var open = _store.Volume.OpenRead(path);
        if (open is null)
        {
            // Deleted since the folder was read.
            return null;
        }

        if (!HasTrailer(open))
        {
            // A damaged image if the index has its key, and a foreign file otherwise.
            return indexed.Value.MayContain(key)
                ? new VerificationItem { Status = VerificationStatus.Corrupted, Name = key.Value, Bytes = open.Length, Detail = "the file has no trailer: it was truncated or overwritten" }
                : new VerificationItem { Status = VerificationStatus.Stray, Name = key.Value, Bytes = open.Length, Detail = $"'{path}' was not written by the library; import the file, or move it out of the store" };
        }

        try
        {
            var footer = ImageFileFooter.Read(open, key);
            CheckPayload(key, footer, open, cancellationToken);
            return IsIndexed(snapshot, new IndexEntry(footer.Info.CreatedAt, key), cancellationToken) || ReadInfo(key, path)?.CreatedAt != footer.Info.CreatedAt
                ? VerificationItem.OfMatching(key.Value, open.Length, footer.Info.Encoding)
                : new VerificationItem { Status = VerificationStatus.NotIndexed, Name = key.Value, Bytes = open.Length, Detail = "a listing by time does not show this image; update its metadata or tags to index it again" };
        }
        catch (ImageStorageException exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            // A damaged version number in the trailer looks like a newer format. The reverse, to take a sound image of a
            // newer format for damaged, would cost the image if damaged images are set aside.
            return VerificationItem.OfFailure(key.Value, exception, open.Length);
        }
    }

    // The snapshot does not contain images that were saved after the verification began.
    private bool IsIndexed(IndexSnapshot snapshot, IndexEntry entry, CancellationToken cancellationToken) =>
        (_store.Index.TryFind(snapshot, entry, out var isThere, cancellationToken) && isThere) || _store.Index.Contains(entry, cancellationToken);

    private KeyFilter KeysInIndex(CancellationToken cancellationToken)
    {
        var keys = new KeyFilter();
        foreach (var entry in _store.Index.Enumerate(null, null, null, descending: true, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.CreatedAt != IndexEntry.Unknown)
            {
                keys.Add(entry.Key);
            }
        }

        return keys;
    }

    private static bool HasTrailer(VolumeFile file)
    {
        var length = file.Length;
        Span<byte> trailer = stackalloc byte[ImageFileFormat.TrailerLength];
        return length >= trailer.Length && file.Read(trailer, length - trailer.Length) == trailer.Length
            && ImageFileFormat.TryReadTrailer(trailer, length, out _, out _) != TrailerStatus.Missing;
    }

    /// <summary>
    /// Verifies the complete payload: each block against its hash, and the whole against the SHA-256 of the record.
    /// </summary>
    private static void CheckPayload(ImageKey key, in ImageFileFooter footer, VolumeFile file, CancellationToken cancellationToken)
    {
        var length = footer.StoredLength;
        var sha = footer.Info is { Sha256: not null, Encoding: null } ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BlockHashTable.BlockLength);
        try
        {
            for (var start = 0L; start < length; start += BlockHashTable.BlockLength)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var block = buffer.AsSpan(0, (int)Math.Min(BlockHashTable.BlockLength, length - start));
                if (file.Read(block, start) != block.Length || !BlockHashTable.IsSound(footer.Table.Span, start, block))
                {
                    throw ImageFileFooter.Corrupted(key, $"the bytes {start} to {start + block.Length - 1} do not match their hash");
                }

                sha?.AppendData(block);
            }

            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            if (sha is not null && sha.TryGetCurrentHash(digest, out _) && new Sha256Digest(digest) != footer.Info.Sha256)
            {
                throw ImageFileFooter.Corrupted(key, "its bytes do not match the SHA-256 of its record");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            sha?.Dispose();
        }
    }

    private static T Translated<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "verifying the store", null);
        }
    }
}
