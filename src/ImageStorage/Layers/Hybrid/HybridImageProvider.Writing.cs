using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider
{
    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        RejectReference(request);
        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        _schedule.StartIfDue();
        if (request.Content.Length is not null || _inlineLimit == 0)
        {
            return await (request.Content.Length <= _inlineLimit ? PutInlineAsync(request, cancellationToken) : PutExternalAsync(request, cancellationToken)).ConfigureAwait(false);
        }

        using var spooled = await SpooledContent.ReadAheadAsync(request.Content, (int)Math.Min(_inlineLimit, MaxReadAhead), cancellationToken).ConfigureAwait(false);
        request = request with { Content = spooled };
        return await (spooled.HasEnded ? PutInlineAsync(request, cancellationToken) : PutExternalAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            return await _catalog.DeleteAsync(key, options, cancellationToken).ConfigureAwait(false);
        }

        _schedule.StartIfDue();
        while (true)
        {
            var replaced = await FindReplacedAsync(key, cancellationToken).ConfigureAwait(false);
            var exact = replaced.Reference is not null && options?.Precondition is null;
            try
            {
                var deleted = await _catalog.DeleteAsync(key, exact ? new DeleteOptions { Precondition = new IfMatch(replaced.Record!.ETag) } : options, cancellationToken).ConfigureAwait(false);
                if (deleted && replaced.Reference is { } reference)
                {
                    await _content.TryDeleteAsync(reference, cancellationToken).ConfigureAwait(false);
                }

                return deleted;
            }
            catch (ImageConflictException) when (exact)
            {
                // Another version was written in between, with other content. Read again; each round means that another
                // writer has succeeded.
            }
        }
    }

    private void RejectReference(PutRequest request)
    {
        if (ContentReference.In(request.Encoding) is not null)
        {
            throw new StorageNotSupportedException($"Image '{request.Key}' belongs to a hybrid store that uses this hybrid store ({Name}) as its catalog. Use a plain provider as the catalog.") { Key = request.Key, Provider = Name };
        }
    }

    private async Task<ImageInfo> PutInlineAsync(PutRequest request, CancellationToken cancellationToken)
    {
        // If the image must not exist, no image is replaced.
        var replaced = request.Precondition is IfNoneMatch ? default : await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var info = await _catalog.PutAsync(request, cancellationToken).ConfigureAwait(false);
        if (replaced.Reference is { } reference)
        {
            await _content.TryDeleteAsync(reference, cancellationToken).ConfigureAwait(false);
        }

        return info;
    }

    private async Task<ImageInfo> PutExternalAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var id = ContentReference.NewId();
        var (storing, finding) = await StartAsync(id, request, cancellationToken).ConfigureAwait(false);
        var stored = await StoredAsync(storing, finding).ConfigureAwait(false);
        var storedAt = _timeProvider.GetTimestamp();
        var reference = new ContentReference(id, stored.Encoding?.StoredLength ?? stored.Length);
        var callback = CatalogCallback.Of(request);
        ReplacedVersion replaced;
        try
        {
            replaced = await finding.ConfigureAwait(false);
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            CheckNotLate(request.Key, stored, storedAt);
            request = RecordOf(request, digest, reference, callback);
        }
        catch
        {
            // The catalog was never called, so no record can refer to the content.
            await _content.TryDeleteAsync(reference, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        var record = await CommitAsync(request, reference, callback, cancellationToken).ConfigureAwait(false);
        if (replaced.Reference is { } old && old != reference)
        {
            await _content.TryDeleteAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return ContentReference.Strip(record);
    }

    /// <summary>
    /// Starts the upload and, concurrently, the read of the record that the save replaces. With a precondition, the
    /// read comes first, because it may spare the upload.
    /// </summary>
    private async Task<(Task<ImageInfo> Storing, Task<ReplacedVersion> Finding)> StartAsync(string id, PutRequest request, CancellationToken cancellationToken)
    {
        if (request.Precondition is null)
        {
            // The upload starts first: a local catalog answers before it returns the thread.
            var storing = _content.PutAsync(id, request, cancellationToken);
            return (storing, FindReplacedAsync(request.Key, cancellationToken));
        }

        var finding = FindReplacedAsync(request.Key, cancellationToken);
        CheckPrecondition(request.Key, request.Precondition, await finding.ConfigureAwait(false));
        return (_content.PutAsync(id, request, cancellationToken), finding);
    }

    /// <summary>Returns the request that stores the record of an image whose bytes are in the content store.</summary>
    private static PutRequest RecordOf(PutRequest request, ContentDigest digest, ContentReference reference, CatalogCallback? callback) => request with
    {
        Content = new ReferencedContent(digest),
        Encoding = reference.AddTo(request.Encoding),
        CommitsOnce = true,
        BeforeCommit = CatalogCallback.MethodOf(callback),
    };

    private static async Task<ImageInfo> StoredAsync(Task<ImageInfo> storing, Task<ReplacedVersion> finding)
    {
        try
        {
            return await storing.ConfigureAwait(false);
        }
        catch
        {
            // No other caller awaits the concurrent read, and the failure to report is that of the upload.
            await ((Task)finding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>
    /// Commits an image whose content is stored, by saving the record that refers to the content. The catalog commits once
    /// (<see cref="PutRequest.CommitsOnce"/>): a second commit could refer to content that another writer has deleted after
    /// it saw the first.
    /// </summary>
    private async Task<ImageInfo> CommitAsync(PutRequest request, ContentReference reference, CatalogCallback? callback, CancellationToken cancellationToken)
    {
        try
        {
            return await _catalog.PutAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch when (callback is { HasPassed: false })
        {
            // The catalog has not reached its commit, so no record refers to the content.
            await _content.TryDeleteAsync(reference, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageValidationException)
        {
            // The catalog rejected the record, unless the answer to a successful attempt was lost and this is the
            // answer to its repetition by the client: then the record is ours.
            var current = await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
            if (current.Record is { } record && current.Reference == reference)
            {
                return record;
            }

            if (!current.IsDamaged)
            {
                await _content.TryDeleteAsync(reference, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }

    // This check only spares the upload. The catalog's evaluation at the commit decides.
    private void CheckPrecondition(ImageKey key, Precondition? precondition, ReplacedVersion current)
    {
        if (!current.IsDamaged && precondition?.IsSatisfiedBy(current.Record?.ETag) == false)
        {
            throw ProviderErrors.Conflict(key, Name, current.Record?.ETag);
        }
    }

    /// <summary>
    /// Ensures that at least half of the grace period is left for the commit. Older content may be swept.
    /// </summary>
    private void CheckNotLate(ImageKey key, ImageInfo stored, long storedAt)
    {
        if (_timeProvider.GetElapsedTime(storedAt) > _grace / 2 || _timeProvider.GetUtcNow() - stored.CreatedAt > _grace / 2)
        {
            throw new StorageUnavailableException($"Image '{key}' was not saved in {Name}: more than half of HybridStorageOptions.OrphanGrace passed between storing the content and its record, so the content may have been swept. Save the image again.") { Key = key, Provider = Name };
        }
    }
}
