using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

/// <content>
/// Commits several images atomically if the catalog can: content is stored first, under ids without a record, and the
/// commit is the catalog's alone.
/// </content>
public sealed partial class HybridImageProvider : IAtomicProvider
{
    /// <inheritdoc/>
    public async Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        RejectReference(request);
        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        _schedule.StartIfDue();
        if (request.Content.Length is not null || _inlineLimit == 0)
        {
            return await PrepareAsync(request, request.Content.Length <= _inlineLimit, cancellationToken).ConfigureAwait(false);
        }

        using var spooled = await SpooledContent.ReadAheadAsync(request.Content, (int)Math.Min(_inlineLimit, MaxReadAhead), cancellationToken).ConfigureAwait(false);
        return await PrepareAsync(request with { Content = spooled }, spooled.HasEnded, cancellationToken).ConfigureAwait(false);
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

        // Ids are never reused, so content that a record referred to before its replacement has no record afterwards.
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
            await _content.TryDeleteAsync(reference, cancellationToken).ConfigureAwait(false);
        }

        return [.. infos.Select(info => info is null ? null : ContentReference.Strip(info))];
    }

    private IAtomicProvider? AtomicCatalog => _catalog.GetAbility<IAtomicProvider>();

    private async Task<IReadOnlyList<ImageInfo?>> CommitRecordsAsync(IReadOnlyList<AtomicWrite> writes, List<Prepared> prepared, CancellationToken cancellationToken)
    {
        try
        {
            prepared.ForEach(image => image.BeginCommit());
            return await AtomicCatalog!.CommitAsync([.. writes.Select(write => write is AtomicPut { Image: Prepared image } ? new AtomicPut(image.Record) : write)], cancellationToken).ConfigureAwait(false);
        }
        catch when (prepared.Exists(image => !image.HasPassed))
        {
            // The catalog has not reached its commit.
            prepared.ForEach(image => image.EndCommit());
            throw;
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageValidationException or ImageNotFoundException)
        {
            // The catalog rejected the commit, so no record refers to the content.
            prepared.ForEach(image => image.MayBeReferenced = false);
            throw;
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            throw HybridErrors.FromCatalog(exception, null);
        }
    }

    private async Task<IPreparedImage> PrepareAsync(PutRequest request, bool isInline, CancellationToken cancellationToken)
    {
        var callback = CatalogCallback.Of(request);
        if (isInline)
        {
            var image = await PrepareRecordAsync(request with { BeforeCommit = CatalogCallback.MethodOf(callback) }, cancellationToken).ConfigureAwait(false);
            return new Prepared(_content, image, null, null, 0, callback);
        }

        var id = ContentReference.NewId();
        var stored = await _content.PutAsync(id, request, cancellationToken).ConfigureAwait(false);
        var storedAt = _timeProvider.GetTimestamp();
        var reference = new ContentReference(id, stored.Encoding?.StoredLength ?? stored.Length);
        try
        {
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            var record = await PrepareRecordAsync(RecordOf(request, digest, reference, callback), cancellationToken).ConfigureAwait(false);
            return new Prepared(_content, record, reference, stored, storedAt, callback);
        }
        catch
        {
            // The catalog was never asked to commit, so no record can refer to the content.
            await _content.TryDeleteAsync(reference, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IPreparedImage> PrepareRecordAsync(PutRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await AtomicCatalog!.PrepareAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            throw HybridErrors.FromCatalog(exception, request.Key);
        }
    }

    private sealed class Prepared(ContentPart content, IPreparedImage record, ContentReference? reference, ImageInfo? stored, long storedAt, CatalogCallback? callback) : IPreparedImage
    {
        private bool _wasReferenced;

        public ImageKey Key => record.Key;

        public IPreparedImage Record => record;

        /// <summary>Gets the content in the content store; <see langword="null"/> for a small image.</summary>
        public ImageInfo? Stored => stored;

        public long StoredAt => storedAt;

        /// <summary>
        /// Gets or sets a value that indicates whether a record may refer to the content. The sweep then decides.
        /// </summary>
        public bool MayBeReferenced { get; set; }

        /// <summary>
        /// Gets a value that indicates whether the current commit has passed the callback; true without a callback.
        /// </summary>
        public bool HasPassed => callback is not { HasPassed: false };

        public void BeginCommit()
        {
            callback?.HasPassed = false;
            (_wasReferenced, MayBeReferenced) = (MayBeReferenced, true);
        }

        /// <summary>Ends a commit that the catalog has not reached.</summary>
        public void EndCommit() => MayBeReferenced = _wasReferenced;

        public async ValueTask DisposeAsync()
        {
            await record.DisposeAsync().ConfigureAwait(false);
            if (!MayBeReferenced && reference is { } bytes)
            {
                await content.TryDeleteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
