using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

/// <content>
/// Several images at once, where the catalog can: bytes for the content store are stored there first, under names that nobody knows, and the commit is the
/// catalog's alone.
/// </content>
public sealed partial class HybridImageProvider : IAtomicProvider
{
    /// <inheritdoc/>
    public async Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        RefuseReference(request);
        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        _schedule.StartIfDue();
        if (request.Content.Length is not null || _inlineLimit == 0)
        {
            return await PrepareAsync(request, request.Content.Length <= _inlineLimit, cancellationToken).ConfigureAwait(false);
        }

        using var spooled = await SpooledContent.ReadAheadAsync(request.Content, (int)Math.Min(_inlineLimit, MostSpooled), cancellationToken).ConfigureAwait(false);
        return await PrepareAsync(request with { Content = spooled }, spooled.Ended, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        cancellationToken.ThrowIfCancellationRequested();
        var prepared = writes.OfType<AtomicPut>().Select(put => put.Image as Prepared ?? throw new ArgumentException("An image was prepared by another provider.", nameof(writes))).ToList();
        foreach (var image in prepared.Where(image => image.Stored is not null))
        {
            CheckNotLate(image.Key, image.Stored!, image.StoredAt);
        }

        // Names of bytes are never given twice, so what a record named before it is replaced is named by nobody afterwards.
        var old = new List<ContentReference>();
        foreach (var key in prepared.Select(image => image.Key).Concat(writes.OfType<AtomicDelete>().Select(delete => delete.Key)))
        {
            if ((await FindReplacedAsync(key, cancellationToken).ConfigureAwait(false)).Reference is { } reference)
            {
                old.Add(reference);
            }
        }

        var infos = await CommitRecordsAsync(writes, prepared, cancellationToken).ConfigureAwait(false);
        foreach (var reference in old)
        {
            await _content.DropAsync(reference, cancellationToken).ConfigureAwait(false);
        }

        return [.. infos.Select(info => info is null ? null : ContentReference.Strip(info))];
    }

    private IAtomicProvider? AtomicCatalog => _catalog.GetAbility<IAtomicProvider>();

    private async Task<IReadOnlyList<ImageInfo?>> CommitRecordsAsync(IReadOnlyList<AtomicWrite> writes, List<Prepared> prepared, CancellationToken cancellationToken)
    {
        try
        {
            prepared.ForEach(image => image.MayBeNamed = true);
            return await AtomicCatalog!.CommitAsync([.. writes.Select(write => write is AtomicPut { Image: Prepared image } ? new AtomicPut(image.Record) : write)], cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageValidationException or ImageNotFoundException)
        {
            // Refused, so no record names the bytes.
            prepared.ForEach(image => image.MayBeNamed = false);
            throw;
        }
        catch (ImageStorageException exception) when (HybridErrors.IsOfHalf(exception))
        {
            throw HybridErrors.OfCatalog(exception, null);
        }
    }

    private async Task<IPreparedImage> PrepareAsync(PutRequest request, bool isInline, CancellationToken cancellationToken)
    {
        if (isInline)
        {
            return new Prepared(_content, await PrepareRecordAsync(request, cancellationToken).ConfigureAwait(false), null, null, 0);
        }

        var id = ContentReference.NewId();
        var stored = await _content.PutAsync(id, request, cancellationToken).ConfigureAwait(false);
        var storedAt = _timeProvider.GetTimestamp();
        var reference = new ContentReference(id, request.Encoding?.StoredLength ?? stored.Length);
        try
        {
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            var record = await PrepareRecordAsync(request with { Content = new ReferencedContent(digest), Encoding = reference.AddTo(request.Encoding, digest.Length) }, cancellationToken).ConfigureAwait(false);
            return new Prepared(_content, record, reference, stored, storedAt);
        }
        catch
        {
            // The catalog was never asked to commit, so no record can name these bytes.
            await _content.DropAsync(reference, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IPreparedImage> PrepareRecordAsync(PutRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await AtomicCatalog!.PrepareAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsOfHalf(exception))
        {
            throw HybridErrors.OfCatalog(exception, request.Key);
        }
    }

    private sealed class Prepared(ContentHalf content, IPreparedImage record, ContentReference? reference, ImageInfo? stored, long storedAt) : IPreparedImage
    {
        public ImageKey Key => record.Key;

        public IPreparedImage Record => record;

        /// <summary>The bytes in the content store, if they are there.</summary>
        public ImageInfo? Stored => stored;

        public long StoredAt => storedAt;

        /// <summary>May a record name the bytes? Then the sweep decides.</summary>
        public bool MayBeNamed { get; set; }

        public async ValueTask DisposeAsync()
        {
            await record.DisposeAsync().ConfigureAwait(false);
            if (!MayBeNamed && reference is { } bytes)
            {
                await content.DropAsync(bytes, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
