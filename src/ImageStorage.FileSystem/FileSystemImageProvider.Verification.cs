using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Needles;
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

        // A file without a trailer is a damaged image if the index knows its key, and a stray file if not. The index is in
        // the order of time, so those keys are collected and looked up together at the end.
        var withoutTrailer = new Dictionary<string, string>(StringComparer.Ordinal);
        using var snapshot = Translated(() => _store.Index.Look(cancellationToken));
        using var files = new ImageTreeWalker(_store.Volume, WalkBatch, _store.EmptyFolders.Add).Walk(withStrays: true).GetEnumerator();
        while (Translated(files.MoveNext))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = files.Current;
            if (Translated(() => VerifyUnlessLink(file, snapshot, withoutTrailer, cancellationToken)) is { } item)
            {
                yield return item;
            }
        }

        foreach (var item in Translated(() => JudgeWithoutTrailer(withoutTrailer, cancellationToken)))
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
            return new VerificationItem(VerificationStatus.Stray, file.Path, 0, "a symbolic link, which is not followed; move it out of the store");
        }
    }

    private VerificationItem? Verify(WalkedFile file, IndexSnapshot snapshot, Dictionary<string, string> withoutTrailer, CancellationToken cancellationToken)
    {
        if (file.Key is not { } key)
        {
            return new VerificationItem(VerificationStatus.Stray, file.Path, 0, "the library gives no such name; move it out of the store");
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
            var tail = NeedleTail.Read(open, key);
            CheckPayload(key, tail, open, cancellationToken);
            return IsIndexed(snapshot, new IndexEntry(tail.Info.CreatedAt, key), cancellationToken) || ReadInfo(key, file.Path)?.CreatedAt != tail.Info.CreatedAt
                ? VerificationItem.OfMatching(key.Value, open.Length, tail.Info.Encoding)
                : new VerificationItem(VerificationStatus.NotIndexed, key.Value, open.Length, "a listing by time does not show it; update its metadata or tags to mend that");
        }
        catch (ImageCorruptedException exception)
        {
            return new VerificationItem(VerificationStatus.Corrupted, key.Value, open.Length, exception.Reason ?? exception.Message);
        }
        catch (StorageNotSupportedException exception)
        {
            // Nobody here can tell whether it is sound, or damaged just where its version stands.
            return new VerificationItem(VerificationStatus.Corrupted, key.Value, open.Length, exception.Message);
        }
    }

    // What came after the verification began is not in its snapshot.
    private bool IsIndexed(IndexSnapshot snapshot, IndexEntry entry, CancellationToken cancellationToken) =>
        (_store.Index.TryFind(snapshot, entry, out var isThere, cancellationToken) && isThere) || _store.Index.Contains(entry, cancellationToken);

    private List<VerificationItem> JudgeWithoutTrailer(Dictionary<string, string> withoutTrailer, CancellationToken cancellationToken)
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
            if (withoutTrailer.Remove(entry.Key.Value))
            {
                items.Add(new VerificationItem(VerificationStatus.Corrupted, entry.Key.Value, 0, "the file has no trailer: it was cut short or overwritten"));
            }
        }

        items.AddRange(withoutTrailer.Select(stray => new VerificationItem(VerificationStatus.Stray, stray.Value, 0, "not written by the library; import it, or move it out of the store")));
        return items;
    }

    private static bool HasTrailer(VolumeFile file)
    {
        var length = file.Length;
        Span<byte> trailer = stackalloc byte[NeedleFormat.TrailerLength];
        return length >= trailer.Length && file.Read(trailer, length - trailer.Length) == trailer.Length
            && NeedleFormat.TryReadTrailer(trailer, length, out _, out _) != NeedleTrailerStatus.Missing;
    }

    /// <summary>Reads the whole payload: each block against its hash, and all of it against the SHA-256 of the record.</summary>
    private static void CheckPayload(ImageKey key, in NeedleTail tail, VolumeFile file, CancellationToken cancellationToken)
    {
        var length = tail.StoredLength;
        var sha = tail.Info is { Sha256: not null, Encoding: null } ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(NeedleFormat.BlockLength);
        try
        {
            for (var index = 0; (long)index << NeedleFormat.BlockShift < length; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = (long)index << NeedleFormat.BlockShift;
                var block = buffer.AsSpan(0, (int)Math.Min(NeedleFormat.BlockLength, length - start));
                if (file.Read(block, start) != block.Length || !NeedleFormat.IsSoundBlock(block, tail.Table.Span.Slice(index * NeedleFormat.HashLength, NeedleFormat.HashLength)))
                {
                    throw NeedleTail.Corrupted(key, $"the bytes {start} to {start + block.Length - 1} do not match their hash");
                }

                sha?.AppendData(block);
            }

            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            if (sha is not null && sha.TryGetCurrentHash(digest, out _) && new Sha256Digest(digest) != tail.Info.Sha256)
            {
                throw NeedleTail.Corrupted(key, "its bytes do not match the SHA-256 of its record");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            sha?.Dispose();
        }
    }

    private static T Translated<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "verifying", null);
        }
    }
}
