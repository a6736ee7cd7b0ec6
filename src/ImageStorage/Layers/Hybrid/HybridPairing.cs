using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Makes sure, before the content store is first used, that it is the one that belongs to the catalog. What has been found
/// in order is not looked at again.
/// </summary>
/// <remarks>
/// The identity goes into the catalog, then into the content store, then the catalog notes that both have it. Each step is
/// a compare-and-swap and can be repeated, so a crash or another process at any point does no harm.
/// </remarks>
internal sealed class HybridPairing(IImageProvider catalog, IImageProvider content)
{
    public static readonly DocumentName CatalogName = "hybrid/catalog";
    public static readonly DocumentName ContentName = "hybrid/content";

    private volatile bool _isPaired;
    private volatile string? _store;

    /// <summary>Checks the halves, and gives a new store its identity.</summary>
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
                // Another process did this step; the next look shows what is left to do.
            }
        }
    }

    /// <summary>Checks the halves; answers false when nothing was ever written, so that there is nothing to read either.</summary>
    public async ValueTask<bool> EnsureForReadingAsync(CancellationToken cancellationToken)
    {
        if (!_isPaired)
        {
            _isPaired = await StepAsync(create: false, cancellationToken).ConfigureAwait(false);
        }

        return _isPaired;
    }

    /// <summary>
    /// Reads the identity of the content store again, before bytes that are missing there are reported as lost: a disk that is not mounted has no bytes either.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The content store is away, or another one is at its place.</exception>
    public async Task ConfirmContentAsync(CancellationToken cancellationToken)
    {
        if (HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(ContentName, cancellationToken)).ConfigureAwait(false))?.Store != _store)
        {
            throw Away("content store", content);
        }
    }

    /// <summary>Reads the identity of the catalog again, before bytes that no record names are deleted.</summary>
    /// <exception cref="StorageUnavailableException">The catalog is away, or another one is at its place.</exception>
    public async Task ConfirmCatalogAsync(CancellationToken cancellationToken)
    {
        if (HybridIdentity.Read(await InCatalogAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.Store != _store)
        {
            throw Away("catalog", catalog);
        }
    }

    private async Task<bool> StepAsync(bool create, CancellationToken cancellationToken)
    {
        var catalogDocument = await InCatalogAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false);
        var catalogSays = HybridIdentity.Read(catalogDocument);
        if (_store is not null && catalogSays?.Store != _store)
        {
            throw Away("catalog", catalog);
        }

        if (!create && catalogSays is not { IsPaired: true })
        {
            return false;
        }

        var contentSays = HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(ContentName, cancellationToken)).ConfigureAwait(false));
        if (contentSays is not null && contentSays.Store != catalogSays?.Store)
        {
            // The identity reaches the catalog before the content store. If the catalog has changed since it was read, another caller is pairing the two at this moment.
            if ((await InCatalogAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.ETag != catalogDocument?.ETag)
            {
                return await StepAsync(create, cancellationToken).ConfigureAwait(false);
            }

            throw Refused($"the content store ({content.Name}) belongs to another hybrid store than the catalog ({catalog.Name})", "Check both settings; use them together as they were, or give a new store two empty halves");
        }

        if (catalogSays is null)
        {
            var identity = new HybridIdentity(Guid.NewGuid().ToString("N"), IsPaired: false);
            await InCatalogAsync(documents => documents.PutAsync(CatalogName, identity.ToBytes(), DocumentETag.None, cancellationToken)).ConfigureAwait(false);
            return false;
        }

        if (catalogSays.IsPaired)
        {
            _store = catalogSays.Store;
            return contentSays is not null
                ? true
                : throw Refused($"the content store ({content.Name}) is not the one that the catalog ({catalog.Name}) was used with: it is empty, or lost its document '{ContentName}'", "Check its setting, and that its disk is mounted");
        }

        await PairAsync(catalogSays, catalogDocument!.ETag, contentSays, cancellationToken).ConfigureAwait(false);
        _store = catalogSays.Store;
        return true;
    }

    private async Task PairAsync(HybridIdentity identity, DocumentETag etag, HybridIdentity? contentSays, CancellationToken cancellationToken)
    {
        // The content store shows what was written into the catalog: it is the same store.
        if (HybridIdentity.Read(await InContentAsync(documents => documents.GetAsync(CatalogName, cancellationToken)).ConfigureAwait(false))?.Store == identity.Store)
        {
            await InCatalogAsync(documents => documents.DeleteAsync(CatalogName, etag, cancellationToken)).ConfigureAwait(false);
            throw Refused("its catalog and its content store are one and the same store", "Give each a folder, database or container of its own");
        }

        if (contentSays is null)
        {
            await InContentAsync(documents => documents.PutAsync(ContentName, identity.ToBytes(), DocumentETag.None, cancellationToken)).ConfigureAwait(false);
        }

        await InCatalogAsync(documents => documents.PutAsync(CatalogName, (identity with { IsPaired = true }).ToBytes(), etag, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>A part that this process has used is not there any more. The parts are compared again before the next use.</summary>
    private StorageUnavailableException Away(string part, IImageProvider provider)
    {
        _isPaired = false;
        var what = $"the {part} ({provider.Name}) that this process has used is away, or another store is at its place";
        return new($"The hybrid store cannot be used: {what}. Check that its disk is mounted and bring it back, or restart the process after the store was replaced on purpose.") { Provider = HybridImageProvider.ProviderName, Reason = what };
    }

    private static StorageUnavailableException Refused(string what, string remedy) =>
        new($"The hybrid store cannot be used: {what}. {remedy}.", isTransient: false) { Provider = HybridImageProvider.ProviderName, Reason = what };

    private async Task<T> InCatalogAsync<T>(Func<IDocumentStore, Task<T>> call)
    {
        try
        {
            return await call(catalog.Documents).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsOfHalf(exception) && exception is not ImageConflictException)
        {
            throw HybridErrors.OfCatalog(exception, null);
        }
    }

    private async Task<T> InContentAsync<T>(Func<IDocumentStore, Task<T>> call)
    {
        try
        {
            return await call(content.Documents).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsOfHalf(exception) && exception is not ImageConflictException)
        {
            throw HybridErrors.OfContent(exception, null);
        }
    }
}
