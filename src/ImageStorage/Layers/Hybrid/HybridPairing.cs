using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Ensures that the content store belongs to the catalog before the content store is first used. A verified pair is not
/// verified again.
/// </summary>
/// <remarks>
/// The identity is written to the catalog, then to the content store, then marked as paired in the catalog. Each step
/// is a compare-and-swap that can be repeated, so a crash or another process at any point does no harm.
/// </remarks>
internal sealed class HybridPairing(IImageProvider catalog, IImageProvider content)
{
    public static readonly DocumentName CatalogName = DocumentCollections.Hybrid + "/catalog";
    public static readonly DocumentName ContentName = DocumentCollections.Hybrid + "/content";

    private volatile bool _isPaired;
    private volatile string? _store;

    /// <summary>Verifies the parts and gives a new store its identity.</summary>
    public async ValueTask EnsureForWritingAsync(CancellationToken cancellationToken)
    {
        while (!_isPaired)
        {
            try
            {
                _isPaired = await StepAsync(create: true, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageConflictException)
            {
                // Another process did this step. The next read shows what remains to be done.
            }
        }
    }

    /// <summary>Verifies the parts.</summary>
    /// <returns><see langword="false"/> if nothing was ever written, so nothing can be read.</returns>
    public async ValueTask<bool> EnsureForReadingAsync(CancellationToken cancellationToken)
    {
        if (!_isPaired)
        {
            _isPaired = await StepAsync(create: false, cancellationToken).ConfigureAwait(false);
        }

        return _isPaired;
    }

    /// <summary>
    /// Reads the identity of the content store again, before missing content is reported as lost: an unmounted disk has
    /// no content either.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The content store is absent, or another store is in its
    /// location.</exception>
    public async Task ConfirmContentAsync(CancellationToken cancellationToken)
    {
        if (HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(ContentName, cancellationToken)).ConfigureAwait(false))?.Store != _store)
        {
            throw Absent("content store", content);
        }
    }

    /// <summary>Reads the identity of the catalog again, before content without a record is deleted.</summary>
    /// <exception cref="StorageUnavailableException">The catalog is absent, or another store is in its
    /// location.</exception>
    public async Task ConfirmCatalogAsync(CancellationToken cancellationToken)
    {
        if (HybridIdentity.Read(await InCatalogAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.Store != _store)
        {
            throw Absent("catalog", catalog);
        }
    }

    private async Task<bool> StepAsync(bool create, CancellationToken cancellationToken)
    {
        var catalogDocument = await InCatalogAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false);
        var catalogIdentity = HybridIdentity.Read(catalogDocument);
        if (_store is not null && catalogIdentity?.Store != _store)
        {
            throw Absent("catalog", catalog);
        }

        if (catalogIdentity is null)
        {
            await RefuseExchangedPartsAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!create && catalogIdentity is not { IsPaired: true })
        {
            return false;
        }

        var contentIdentity = HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(ContentName, cancellationToken)).ConfigureAwait(false));
        if (contentIdentity is not null && contentIdentity.Store != catalogIdentity?.Store)
        {
            // The identity reaches the catalog before the content store. If the catalog has changed since it was read,
            // another caller is pairing the parts at this moment.
            if ((await InCatalogAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.ETag != catalogDocument?.ETag)
            {
                return await StepAsync(create, cancellationToken).ConfigureAwait(false);
            }

            throw Refused($"the content store ({content.Name}) belongs to another hybrid store than the catalog ({catalog.Name})", "Check both settings. Use both parts as before, or start a new store with two empty parts");
        }

        if (catalogIdentity is null)
        {
            var identity = HybridIdentity.New();
            await InCatalogAsync(documents => documents.PutAsync(CatalogName, identity.ToBytes(), DocumentETag.None, cancellationToken)).ConfigureAwait(false);
            return false;
        }

        if (catalogIdentity.IsPaired)
        {
            _store = catalogIdentity.Store;
            return contentIdentity is not null
                ? true
                : throw Refused($"the content store ({content.Name}) does not belong to the catalog ({catalog.Name}): it is empty, or has lost its document '{ContentName}'", "Check its setting, and that its disk is mounted");
        }

        await PairAsync(catalogIdentity, catalogDocument!.ETag, contentIdentity, cancellationToken).ConfigureAwait(false);
        _store = catalogIdentity.Store;
        return true;
    }

    /// <summary>
    /// Refuses parts in each other's place: images would seem to be missing, and new images would be written into the
    /// content store.
    /// </summary>
    private async Task RefuseExchangedPartsAsync(CancellationToken cancellationToken)
    {
        if (HybridIdentity.Read(await InCatalogAsync(documents => documents.GetAsync(ContentName, cancellationToken)).ConfigureAwait(false)) is { } asContent
            && HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.Store == asContent.Store)
        {
            throw Refused($"the catalog ({catalog.Name}) and the content store ({content.Name}) are exchanged", "Configure each part in its original role");
        }
    }

    private async Task PairAsync(HybridIdentity identity, DocumentETag etag, HybridIdentity? contentIdentity, CancellationToken cancellationToken)
    {
        // The content store shows the catalog's document, so both are the same store.
        if (HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.Store == identity.Store)
        {
            await InCatalogAsync(documents => documents.DeleteAsync(CatalogName, etag, cancellationToken)).ConfigureAwait(false);
            throw Refused("the catalog and the content store are the same store", "Give each a folder, database or container of its own");
        }

        if (contentIdentity is null)
        {
            await InContentAsync(documents => documents.PutAsync(ContentName, identity.ToBytes(), DocumentETag.None, cancellationToken)).ConfigureAwait(false);
        }

        await InCatalogAsync(documents => documents.PutAsync(CatalogName, (identity with { IsPaired = true }).ToBytes(), etag, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>
    /// Reports a part that this process has used and that is absent. The parts are compared again before the next use.
    /// </summary>
    private StorageUnavailableException Absent(string part, IImageProvider provider)
    {
        _isPaired = false;
        var what = $"the {part} ({provider.Name}) that this process has used is absent, or another store is in its location";
        return new($"The hybrid store cannot be used: {what}. Check that its disk is mounted. If the store was replaced on purpose, restart the process.") { Provider = HybridImageProvider.ProviderName, Reason = what };
    }

    private static StorageUnavailableException Refused(string what, string remedy) =>
        new($"The hybrid store cannot be used: {what}. {remedy}.", isTransient: false) { Provider = HybridImageProvider.ProviderName, Reason = what };

    private async Task<T> InCatalogAsync<T>(Func<IDocumentStore, Task<T>> call)
    {
        try
        {
            return await call(catalog.Documents).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception) && exception is not ImageConflictException)
        {
            throw HybridErrors.FromCatalog(exception, null);
        }
    }

    private async Task<T> InContentAsync<T>(Func<IDocumentStore, Task<T>> call)
    {
        try
        {
            return await call(content.Documents).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception) && exception is not ImageConflictException)
        {
            throw HybridErrors.FromContent(exception, null);
        }
    }
}
