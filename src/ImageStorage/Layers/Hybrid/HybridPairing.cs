using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Ensures that the content store belongs to the catalog before the content store is first used. A verified pair is not
/// verified again.
/// </summary>
/// <remarks>
/// The document is written to the catalog, then to the content store, then completed in the catalog. Each step
/// is a compare-and-swap that can be repeated, so a crash or another process at any point does no harm.
/// </remarks>
internal sealed class HybridPairing(IImageProvider catalog, IImageProvider content)
{
    private volatile bool _isPaired;
    private volatile string? _group;

    /// <summary>Verifies the parts and pairs the parts of a new store.</summary>
    public async ValueTask EnsureForWritingAsync(CancellationToken cancellationToken)
    {
        while (!_isPaired)
        {
            try
            {
                // A step that another call has overtaken must not undo what that call has verified.
                if (await StepAsync(create: true, cancellationToken).ConfigureAwait(false))
                {
                    _isPaired = true;
                }
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
            if (!await StepAsync(create: false, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            _isPaired = true;
        }

        return true;
    }

    /// <summary>
    /// Reads the document of the content store again, before missing content is reported as lost: an unmounted disk has
    /// no content either.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The content store is absent, or another store is in its
    /// location.</exception>
    public async Task ConfirmContentAsync(CancellationToken cancellationToken)
    {
        if ((await ReadContentAsync(PairingDocument.OfContent, cancellationToken).ConfigureAwait(false))?.Group != _group)
        {
            throw Absent("content store", content);
        }
    }

    /// <summary>Reads the document of the catalog again, before content without a record is deleted.</summary>
    /// <exception cref="StorageUnavailableException">The catalog is absent, or another store is in its
    /// location.</exception>
    public async Task ConfirmCatalogAsync(CancellationToken cancellationToken)
    {
        if ((await ReadCatalogAsync(PairingDocument.OfCatalog, cancellationToken).ConfigureAwait(false))?.Group != _group)
        {
            throw Absent("catalog", catalog);
        }
    }

    private async Task<bool> StepAsync(bool create, CancellationToken cancellationToken)
    {
        // Before the read: another call of this process may pair the parts during the read.
        var known = _group;
        var ofCatalog = await ReadCatalogAsync(PairingDocument.OfCatalog, cancellationToken).ConfigureAwait(false);
        if (known is not null && ofCatalog?.Group != known)
        {
            throw Absent("catalog", catalog);
        }

        if (ofCatalog is null)
        {
            await RefuseExchangedPartsAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!create && ofCatalog is not { IsPending: false })
        {
            return false;
        }

        var ofContent = await ReadContentAsync(PairingDocument.OfContent, cancellationToken).ConfigureAwait(false);
        if (ofContent is not null && ofContent.Group != ofCatalog?.Group)
        {
            // The catalog has its document before the content store. If the catalog has changed since it was read,
            // another caller is pairing the parts at this moment.
            if ((await ReadCatalogAsync(PairingDocument.OfCatalog, cancellationToken).ConfigureAwait(false))?.Version != ofCatalog?.Version)
            {
                return await StepAsync(create, cancellationToken).ConfigureAwait(false);
            }

            throw Refused($"the content store ({content.Name}) belongs to another hybrid store than the catalog ({catalog.Name}). Check both settings. Use both parts as before, or start a new store with two empty parts.");
        }

        if (ofCatalog is null)
        {
            await TryWriteAsync(PairingDocument.New(ProviderRole.Catalog) with { IsPending = true }, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (ofCatalog.IsPending)
        {
            return await TryPairAsync(ofCatalog, ofContent, cancellationToken).ConfigureAwait(false);
        }

        if (ofContent is null)
        {
            throw Refused($"the content store ({content.Name}) does not belong to the catalog ({catalog.Name}): it is empty, or has lost its document '{PairingDocument.OfContent}'. Check its setting, and that its disk is mounted.");
        }

        _group = ofCatalog.Group;
        return true;
    }

    /// <summary>
    /// Refuses parts in each other's place: images would seem to be missing, and new images would be written into the
    /// content store.
    /// </summary>
    private async Task RefuseExchangedPartsAsync(CancellationToken cancellationToken)
    {
        if (await ReadCatalogAsync(PairingDocument.OfContent, cancellationToken).ConfigureAwait(false) is { } asContent
            && (await ReadContentAsync(PairingDocument.OfCatalog, cancellationToken).ConfigureAwait(false))?.Group == asContent.Group)
        {
            throw Refused(PairingErrors.Exchanged($"the catalog ({catalog.Name})", $"the content store ({content.Name})"));
        }
    }

    private async Task<bool> TryPairAsync(PairingDocument ofCatalog, PairingDocument? ofContent, CancellationToken cancellationToken)
    {
        // The content store shows the catalog's document, so both are the same store.
        if ((await ReadContentAsync(PairingDocument.OfCatalog, cancellationToken).ConfigureAwait(false))?.Group == ofCatalog.Group)
        {
            await InCatalogAsync(catalog.Documents.DeleteAsync(PairingDocument.OfCatalog, ofCatalog.Version, cancellationToken)).ConfigureAwait(false);
            throw Refused(PairingErrors.SameStore($"the catalog ({catalog.Name})", $"the content store ({content.Name})", PairingDocument.OfCatalog));
        }

        if (ofContent is null)
        {
            var claim = ofCatalog with { Role = ProviderRole.Content, IsPending = false, Version = DocumentETag.None };
            if (!await InContentAsync(claim.TryWriteAsync(content.Documents, PairingDocument.OfContent, cancellationToken)).ConfigureAwait(false))
            {
                return false;
            }
        }

        // Another caller may have done this step: then the next read shows it.
        await TryWriteAsync(ofCatalog with { IsPending = false }, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private Task<PairingDocument?> ReadCatalogAsync(DocumentName name, CancellationToken cancellationToken) =>
        InCatalogAsync(PairingDocument.ReadAsync(catalog.Documents, name, catalog.Name, cancellationToken));

    private Task<PairingDocument?> ReadContentAsync(DocumentName name, CancellationToken cancellationToken) =>
        InContentAsync(PairingDocument.ReadAsync(content.Documents, name, content.Name, cancellationToken));

    private Task<bool> TryWriteAsync(PairingDocument document, CancellationToken cancellationToken) =>
        InCatalogAsync(document.TryWriteAsync(catalog.Documents, PairingDocument.OfCatalog, cancellationToken));

    /// <summary>
    /// Reports a part that this process has used and that is absent. The parts are compared again before the next use.
    /// </summary>
    private StorageUnavailableException Absent(string part, IImageProvider provider)
    {
        _isPaired = false;
        var what = $"the {part} ({provider.Name}) that this process has used is absent, or another store is in its location";
        return new($"The hybrid store cannot be used: {what}. Check that its disk is mounted. If the store was replaced on purpose, restart the process.") { Provider = HybridImageProvider.ProviderName, Reason = what };
    }

    private static StorageUnavailableException Refused(string reason) =>
        new($"The hybrid store cannot be used: {reason}", isTransient: false) { Provider = HybridImageProvider.ProviderName, Reason = reason };

    private static Task<T> InCatalogAsync<T>(Task<T> call) => TranslateAsync(call, HybridErrors.FromCatalog);

    private static Task<T> InContentAsync<T>(Task<T> call) => TranslateAsync(call, HybridErrors.FromContent);

    private static async Task<T> TranslateAsync<T>(Task<T> call, Func<ImageStorageException, ImageKey?, ImageStorageException> translate)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception) && exception is not ImageConflictException)
        {
            throw translate(exception, null);
        }
    }
}
