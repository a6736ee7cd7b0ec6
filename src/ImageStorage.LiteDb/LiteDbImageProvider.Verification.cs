using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb;

public sealed partial class LiteDbImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new VerificationOptions();
        if (options.Images)
        {
            await foreach (var item in VerifyImagesAsync(options, cancellationToken).ConfigureAwait(false))
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
            await foreach (var item in VerifyDocumentsAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }

        await foreach (var item in VerifyChunksAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    private async IAsyncEnumerable<VerificationItem> VerifyImagesAsync(VerificationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = KeyBytes.Of(options.Prefix ?? string.Empty);
        byte[] to = [.. prefix, .. AfterAllKeys];
        var from = options.After is { } after ? After(KeyBytes.Of(after)) : prefix.Length == 0 ? [0] : prefix;
        from = from.AsSpan().SequenceCompareTo(prefix) < 0 ? prefix : from;
        while (await VerifyReadAsync(session => session?.Range(StoreLayout.Images, from, to, 1).FirstOrDefault(), cancellationToken).ConfigureAwait(false) is { } document)
        {
            var id = document[StoreLayout.Id].AsBinary;
            from = After(id);
            if (await VerifyImageAsync(id, cancellationToken).ConfigureAwait(false) is { } item)
            {
                yield return item;
            }
        }
    }

    private async Task<VerificationItem?> VerifyImageAsync(byte[] id, CancellationToken cancellationToken)
    {
        var name = KeyBytes.NameOf(id);
        var bytes = 0L;
        StoredRecord? record = null;
        try
        {
            // Pinned by the work that reads the record, so that no overwrite removes the chunks meanwhile.
            var isIndexed = false;
            record = await VerifyReadAsync(session => PinRecord(session, id, out isIndexed), cancellationToken).ConfigureAwait(false);
            if (record is null)
            {
                return null;
            }

            using var sha = record.Info is { Sha256: not null, Encoding: null } ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            var step = ChunkStream.ChunksAtOnce(record.ChunkBytes);
            for (var first = 0; first < record.ChunkCount; first += step)
            {
                var (start, count) = (first, Math.Min(step, record.ChunkCount - first));
                foreach (var chunk in await VerifyReadAsync(session => ChunkReader.Read(session!, record, start, count), cancellationToken).ConfigureAwait(false))
                {
                    sha?.AppendData(chunk.AsSpan(ChunkFormat.HashLength));
                    bytes += chunk.Length - ChunkFormat.HashLength;
                }
            }

            if (sha is not null && new Sha256Digest(sha.GetCurrentHash()) != record.Info.Sha256)
            {
                return new VerificationItem { Status = VerificationStatus.Corrupted, Name = name, Bytes = bytes, Detail = "its bytes do not match the SHA-256 of its record" };
            }

            return isIndexed
                ? VerificationItem.OfMatching(name, bytes, record.Info.Encoding)
                : new VerificationItem { Status = VerificationStatus.NotIndexed, Name = name, Bytes = bytes, Detail = "a listing by time, type or tag does not show the image; save the image again" };
        }
        catch (ImageStorageException exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            return VerificationItem.OfFailure(name, exception, bytes);
        }
        finally
        {
            if (record is not null)
            {
                _store.Pins.Unpin(record.Version);
            }
        }
    }

    private StoredRecord? PinRecord(LiteSession? session, byte[] id, out bool isIndexed)
    {
        isIndexed = false;
        if (FindRecord(session, id) is not { } record)
        {
            return null;
        }

        isIndexed = IsIndexed(session!, record, id);
        _store.Pins.Pin(record.Version);
        return record;
    }

    private static bool IsIndexed(LiteSession session, StoredRecord record, byte[] id)
    {
        var created = KeyBytes.OfCreated(record.Info.CreatedAt, id);
        return session.CreatedRange(created, created, 1, descending: false).Count > 0
            && FilterEntries.Of(record.Info, id).All(entry => session.FilterRange(entry.AsBinary, entry.AsBinary, 1, descending: false).Count > 0);
    }

    /// <summary>Reports versions with chunks that belong to no image and to no retained version, and are not in the trash.</summary>
    private async IAsyncEnumerable<VerificationItem> VerifyChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0L;
        while (true)
        {
            var (version, isOrphan) = await VerifyReadAsync(session => FindVersion(session, next), cancellationToken).ConfigureAwait(false);
            if (version is not { } found)
            {
                yield break;
            }

            if (isOrphan)
            {
                yield return new VerificationItem { Status = VerificationStatus.Orphan, Kind = VerificationKind.Other, Name = $"chunks/{found}", Detail = "chunks of no image; CompactAsync removes them" };
            }

            next = found + 1;
        }
    }

    /// <summary>Finds the next version with chunks.</summary>
    private static (long? Version, bool IsOrphan) FindVersion(LiteSession? session, long from)
    {
        var chunk = session?.Range(StoreLayout.Chunks, ChunkFormat.IdOf(from, 0), long.MaxValue, 1).FirstOrDefault();
        if (chunk is null)
        {
            return (null, false);
        }

        var version = ChunkFormat.VersionOf(chunk[StoreLayout.Id].AsInt64);
        return (version, IsOrphan(session!, version, chunk));
    }

    /// <summary>
    /// Returns whether a version belongs to no image, by the key in its first chunk, and is neither retained nor in the
    /// trash.
    /// </summary>
    private static bool IsOrphan(LiteSession session, long version, BsonDocument firstChunk)
    {
        var owner = firstChunk[StoreLayout.Key] is { IsBinary: true } key ? ImageTable.Find(session, key.AsBinary) : null;
        return owner?[StoreLayout.Version] != version && session.Find(StoreLayout.Trash, version) is null && !RetainedTable.Uses(session, version);
    }

    private async IAsyncEnumerable<VerificationItem> VerifyDocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] from = [0];
        while (await VerifyReadAsync(session => session?.Ids(StoreLayout.Documents, from, AfterAllKeys, 1).FirstOrDefault(), cancellationToken).ConfigureAwait(false) is { } id)
        {
            from = After(id.AsBinary);
            var text = Encoding.ASCII.GetString(id.AsBinary);
            if (NameOf(text) is not { } name)
            {
                yield return new VerificationItem { Status = VerificationStatus.Corrupted, Kind = VerificationKind.Document, Name = text, Detail = "no document can have this name; remove the entry" };
            }
            else if (await Documents.VerifyDocumentAsync(name, cancellationToken).ConfigureAwait(false) is { } item)
            {
                yield return item;
            }
        }
    }

    private static DocumentName? NameOf(string name)
    {
        try
        {
            return new DocumentName(name);
        }
        catch (ImageValidationException)
        {
            return null;
        }
    }

    private Task<T> VerifyReadAsync<T>(Func<LiteSession?, T> read, CancellationToken cancellationToken) => TranslateAsync("verifying", null, _store.ReadAsync(read, cancellationToken));
}
