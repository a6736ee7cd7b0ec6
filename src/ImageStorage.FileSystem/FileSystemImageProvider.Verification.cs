using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        if (!Translated(() => _store.OpenForReading(cancellationToken)))
        {
            yield break;
        }

        // A file without a trailer is a damaged image if the index has its key, and a foreign file otherwise. The index
        // is ordered by time, so these keys are collected and looked up together at the end.
        var withoutTrailer = new Dictionary<string, string>(StringComparer.Ordinal);
        using var snapshot = Translated(() => _store.Index.OpenSnapshot(cancellationToken));
        using var files = WalkAll().Walk(includeForeign: true).GetEnumerator();
        while (Translated(files.MoveNext))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = files.Current;
            if (Translated(() => VerifyUnlessLink(file, snapshot, withoutTrailer, cancellationToken)) is { } item)
            {
                yield return item;
            }
        }

        foreach (var item in Translated(() => ClassifyWithoutTrailer(withoutTrailer, cancellationToken)))
        {
            yield return item;
        }
    }

    private VerificationItem? VerifyUnlessLink(WalkedFile file, IndexSnapshot snapshot, Dictionary<string, string> withoutTrailer, CancellationToken cancellationToken)
    {
        try
        {
            return Verify(file, snapshot, withoutTrailer, cancellationToken);
        }
        catch (LinkRefusedException)
        {
            return new VerificationItem { Status = VerificationStatus.Orphan, Kind = VerificationKind.Other, Name = file.Path, Detail = LinkRefused };
        }
    }

    private VerificationItem? Verify(WalkedFile file, IndexSnapshot snapshot, Dictionary<string, string> withoutTrailer, CancellationToken cancellationToken)
    {
        if (file.Key is not { } key)
        {
            return new VerificationItem { Status = VerificationStatus.Orphan, Kind = VerificationKind.Other, Name = file.Path, Detail = "the library writes no such name; move the file out of the store" };
        }

        using var open = _store.Volume.OpenRead(file.Path);
        if (open is null)
        {
            // Deleted since the folder was read.
            return null;
        }

        if (!HasTrailer(open))
        {
            withoutTrailer[key.Value] = file.Path;
            return null;
        }

        try
        {
            var footer = ImageFileFooter.Read(open, key);
            CheckPayload(key, footer, open, cancellationToken);
            return IsIndexed(snapshot, new IndexEntry(footer.Info.CreatedAt, key), cancellationToken) || ReadInfo(key, file.Path)?.CreatedAt != footer.Info.CreatedAt
                ? VerificationItem.OfMatching(key.Value, open.Length, footer.Info.Encoding)
                : new VerificationItem { Status = VerificationStatus.NotIndexed, Name = key.Value, Bytes = open.Length, Detail = "a listing by time does not show this image; update its metadata or tags to index it again" };
        }
        catch (ImageCorruptedException exception)
        {
            return new VerificationItem { Status = VerificationStatus.Corrupted, Name = key.Value, Bytes = open.Length, Detail = exception.Reason ?? exception.Message };
        }
        catch (StorageNotSupportedException exception)
        {
            // A damaged version number in the trailer looks like a newer format. The reverse, to take a sound image of a
            // newer format for damaged, would cost the image if damaged images are set aside.
            return new VerificationItem { Status = VerificationStatus.Newer, Name = key.Value, Bytes = open.Length, Detail = exception.Reason ?? exception.Message };
        }
    }

    // The snapshot does not contain images that were saved after the verification began.
    private bool IsIndexed(IndexSnapshot snapshot, IndexEntry entry, CancellationToken cancellationToken) =>
        (_store.Index.TryFind(snapshot, entry, out var isThere, cancellationToken) && isThere) || _store.Index.Contains(entry, cancellationToken);

    private List<VerificationItem> ClassifyWithoutTrailer(Dictionary<string, string> withoutTrailer, CancellationToken cancellationToken)
    {
        _store.ConfirmImages();
        var items = new List<VerificationItem>();
        if (withoutTrailer.Count == 0)
        {
            return items;
        }

        foreach (var entry in _store.Index.Enumerate(null, null, null, descending: true, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.CreatedAt != IndexEntry.Unknown && withoutTrailer.Remove(entry.Key.Value))
            {
                items.Add(new VerificationItem { Status = VerificationStatus.Corrupted, Name = entry.Key.Value, Detail = "the file has no trailer: it was truncated or overwritten" });
            }
        }

        items.AddRange(withoutTrailer.Select(stray => new VerificationItem { Status = VerificationStatus.Orphan, Kind = VerificationKind.Other, Name = stray.Value, Detail = "not written by the library; import the file, or move it out of the store" }));
        return items;
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
