using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider
{
    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        RefuseReference(request);
        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        _schedule.StartIfDue();
        if (request.Content.Length is not null || _inlineLimit == 0)
        {
            return await (request.Content.Length <= _inlineLimit ? PutInlineAsync(request, cancellationToken) : PutExternalAsync(request, cancellationToken)).ConfigureAwait(false);
        }

        using var spooled = await SpooledContent.ReadAheadAsync(request.Content, (int)Math.Min(_inlineLimit, MostSpooled), cancellationToken).ConfigureAwait(false);
        request = request with { Content = spooled };
        return await (spooled.Ended ? PutInlineAsync(request, cancellationToken) : PutExternalAsync(request, cancellationToken)).ConfigureAwait(false);
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
                    await _content.DropAsync(reference, cancellationToken).ConfigureAwait(false);
                }

                return deleted;
            }
            catch (ImageConflictException) when (exact)
            {
                // Another version came in between, with other bytes: look again. Each round means that somebody got on.
            }
        }
    }

    private void RefuseReference(PutRequest request)
    {
        if (ContentReference.In(request.Encoding) is not null)
        {
            throw new StorageNotSupportedException($"Image '{request.Key}' comes from another hybrid store, whose catalog this one ({Name}) cannot be. Use a provider that is not hybrid as the catalog.") { Key = request.Key, Provider = Name };
        }
    }

    private async Task<ImageInfo> PutInlineAsync(PutRequest request, CancellationToken cancellationToken)
    {
        // Where there must be none, none is replaced.
        var replaced = request.Precondition is IfNoneMatch ? default : await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var info = await _catalog.PutAsync(request, cancellationToken).ConfigureAwait(false);
        if (replaced.Reference is { } reference)
        {
            await _content.DropAsync(reference, cancellationToken).ConfigureAwait(false);
        }

        return info;
    }

    private async Task<ImageInfo> PutExternalAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var id = ContentReference.NewId();
        var (storing, finding) = await StartAsync(id, request, cancellationToken).ConfigureAwait(false);
        var stored = await StoredAsync(storing, finding).ConfigureAwait(false);
        var storedAt = _timeProvider.GetTimestamp();
        var reference = new ContentReference(id, request.Encoding?.StoredLength ?? stored.Length);
        ReplacedVersion replaced;
        try
        {
            replaced = await finding.ConfigureAwait(false);
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            CheckNotLate(request.Key, stored, storedAt);
            request = request with { Content = new ReferencedContent(digest), Encoding = reference.AddTo(request.Encoding, digest.Length) };
        }
        catch
        {
            // The catalog was never asked, so no record can name these bytes.
            await _content.DropAsync(reference, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        var record = await CommitAsync(request, reference, cancellationToken).ConfigureAwait(false);
        if (replaced.Reference is { } old && old != reference)
        {
            await _content.DropAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return ContentReference.Strip(record);
    }

    /// <summary>Starts the upload, and the look at what it replaces beside it, unless that decides whether there is to be an upload.</summary>
    private async Task<(Task<ImageInfo> Storing, Task<ReplacedVersion> Finding)> StartAsync(string id, PutRequest request, CancellationToken cancellationToken)
    {
        if (request.Precondition is null)
        {
            // The upload first: a catalog on this machine has answered before it gives the thread back.
            var storing = _content.PutAsync(id, request, cancellationToken);
            return (storing, FindReplacedAsync(request.Key, cancellationToken));
        }

        var finding = FindReplacedAsync(request.Key, cancellationToken);
        CheckBeforehand(request, await finding.ConfigureAwait(false));
        return (_content.PutAsync(id, request, cancellationToken), finding);
    }

    private static async Task<ImageInfo> StoredAsync(Task<ImageInfo> storing, Task<ReplacedVersion> finding)
    {
        try
        {
            return await storing.ConfigureAwait(false);
        }
        catch
        {
            // Nobody else waits for the look beside it, and the failure to report is this one.
            await ((Task)finding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>
    /// The commit of an image whose bytes are in the content store: the catalog's put of the record that names them. It is
    /// asked once. A second attempt could name bytes that somebody has replaced, and deleted, who saw the first one win.
    /// </summary>
    private async Task<ImageInfo> CommitAsync(PutRequest request, ContentReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await _catalog.PutAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageValidationException)
        {
            // Refused, unless the answer of an attempt that had won was lost on its way and what came back is that of its
            // repetition by the client: then the record is ours.
            var current = await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
            if (current.Record is { } record && current.Reference == reference)
            {
                return record;
            }

            if (!current.IsDamaged)
            {
                await _content.DropAsync(reference, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }

    // Only to spare the upload; what counts is the catalog's own judgement at the commit.
    private void CheckBeforehand(PutRequest request, ReplacedVersion current)
    {
        if (!current.IsDamaged && request.Precondition?.IsSatisfiedBy(current.Record?.ETag) == false)
        {
            throw ImageConflictException.For(request.Key, Name, current.Record?.ETag);
        }
    }

    /// <summary>Bytes that are older than the grace may be swept; half of it must be left for the commit.</summary>
    private void CheckNotLate(ImageKey key, ImageInfo stored, long storedAt)
    {
        if (_timeProvider.GetElapsedTime(storedAt) > _grace / 2 || _timeProvider.GetUtcNow() - stored.CreatedAt > _grace / 2)
        {
            throw new StorageUnavailableException($"Image '{key}' was not saved in {Name}: the process or its clock stood still between the storing of the bytes and of the record, so that the bytes may have been swept. Save it again.") { Key = key, Provider = Name };
        }
    }
}
