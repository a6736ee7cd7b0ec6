using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// Merges the images of the primary with the hints of the fallbacks, by the order of the query. An image with a hint is
/// taken from its last hint only. Its position is that of its creation on the primary, if the primary has it, so that a
/// replay between two pages does not move it. A page reads every hint; <see cref="FailoverOptions.MaxBacklog"/> limits
/// their number.
/// </summary>
internal sealed class MergedListing(IImageProvider primary, FallbackChain chain, ILogger logger)
{
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken)
    {
        var hinted = await LoadAsync(cancellationToken).ConfigureAwait(false);
        var position = ListPosition.From(query);
        var saved = hinted.Saved.Where(image => position?.IsBefore(image) != false).ToList();
        saved.Sort((one, other) => PageImages.Compare(query.Order, one, other));
        var page = new PageBuilder(query);
        var next = 0;
        var ofPrimary = query;
        while (true)
        {
            var part = await primary.ListAsync(ofPrimary, cancellationToken).ConfigureAwait(false);
            foreach (var image in PageImages.InOrder(part, query.Order).Where(image => image.Key is not { } key || !hinted.Keys.Contains(key)))
            {
                while (next < saved.Count && PageImages.Compare(query.Order, saved[next], image) < 0)
                {
                    if (!page.Add(saved[next++]))
                    {
                        return page.ToPage();
                    }
                }

                if (!page.Add(image))
                {
                    return page.ToPage();
                }
            }

            if (part.ContinuationToken is null)
            {
                break;
            }

            ofPrimary = ofPrimary with { ContinuationToken = part.ContinuationToken };
        }

        while (next < saved.Count && page.Add(saved[next]))
        {
            next++;
        }

        return page.ToPage();
    }

    /// <summary>Reads the hints, and returns a walk over the primary that is merged with them.</summary>
    public async Task<IAsyncEnumerable<WalkedImage>> WalkAsync(WalkOptions options, CancellationToken cancellationToken)
    {
        var hinted = await LoadAsync(cancellationToken).ConfigureAwait(false);
        var saved = hinted.Saved
            .Where(image => (options.After is not { } after || after < image.Key) && (options.Prefix is not { } prefix || image.Key!.Value.Value.StartsWith(prefix, StringComparison.Ordinal)))
            .OrderBy(image => image.Key!.Value.Value, StringComparer.Ordinal)
            .Select(image => options.Records ? image : image with { Info = null });
        return MergeAsync(primary.WalkAsync(options, cancellationToken), hinted.Keys, [.. saved]);
    }

    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken)
    {
        var hinted = await LoadAsync(cancellationToken).ConfigureAwait(false);
        var usage = await primary.GetUsageAsync(cancellationToken).ConfigureAwait(false);
        var (count, bytes, stored, unlisted) = hinted.Change;
        return usage with
        {
            Count = Math.Max(0, usage.Count + count),
            Bytes = Math.Max(0, usage.Bytes + bytes),
            StoredBytes = Math.Max(0, usage.StoredBytes + stored),
            Unlisted = Math.Max(0, usage.Unlisted + unlisted),
        };
    }

    private static async IAsyncEnumerable<WalkedImage> MergeAsync(IAsyncEnumerable<WalkedImage> ofPrimary, HashSet<ImageKey> hinted, List<WalkedImage> saved)
    {
        var next = 0;
        await foreach (var image in ofPrimary.ConfigureAwait(false))
        {
            // An image without a known key comes where the primary finds it.
            while (image.Key is { } key && next < saved.Count && saved[next].Key < key)
            {
                yield return saved[next++];
            }

            if (image.Key is not { } known || !hinted.Contains(known))
            {
                yield return image;
            }
        }

        while (next < saved.Count)
        {
            yield return saved[next++];
        }
    }

    /// <summary>
    /// Reads the last hint of each image, from the last fallback on. The hints of one image have the same name on all
    /// fallbacks, so earlier ones need not be read.
    /// </summary>
    private async Task<HintedImages> LoadAsync(CancellationToken cancellationToken)
    {
        var hinted = new HintedImages([], [], []);
        var known = new HashSet<DocumentName>();
        foreach (var fallback in chain.Fallbacks.Reverse())
        {
            if (await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            foreach (var name in await fallback.Hints.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!known.Contains(name) && await AddAsync(hinted, fallback, name, cancellationToken).ConfigureAwait(false))
                {
                    known.Add(name);
                }
            }
        }

        return hinted;
    }

    /// <summary>Adds the state of a hint; returns false if the hint was removed in the meantime.</summary>
    private async Task<bool> AddAsync(HintedImages hinted, FallbackPart fallback, DocumentName name, CancellationToken cancellationToken)
    {
        // A hint that is replayed or replaced meanwhile is read again. An unreadable hint fails the listing, because it
        // may hide any image; an unreadable payload is that of one image.
        while (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
        {
            var saved = hint.Kind == HintKind.Save ? await FindSavedAsync(fallback, hint, cancellationToken).ConfigureAwait(false) : null;
            if (saved is null && hint.Kind == HintKind.Save)
            {
                if (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is not { } again || again.Id != hint.Id)
                {
                    continue;
                }

                saved = Unlisted(hint, FailoverErrors.Lost(hint, fallback.Name));
            }

            Add(hinted, hint, saved, await FindHiddenAsync(hint.Key, cancellationToken).ConfigureAwait(false));
            return true;
        }

        return false;
    }

    private static void Add(HintedImages hinted, ImageHint hint, WalkedImage? saved, WalkedImage? hidden)
    {
        hinted.Keys.Add(hint.Key);
        if (hidden is not null)
        {
            hinted.Hidden.Add(hidden);
        }

        var createdAt = hint.CreatedAt ?? hidden?.Info?.CreatedAt;
        if (saved?.Info is { } info)
        {
            hinted.Saved.Add(WalkedImage.Of(info with { CreatedAt = createdAt ?? info.CreatedAt }));
        }
        else if (saved?.Unlisted is { } unlisted)
        {
            hinted.Saved.Add(WalkedImage.Of(unlisted with { CreatedAt = createdAt ?? hint.Time }));
        }
    }

    /// <summary>Returns the image of a payload; null if the fallback has no payload.</summary>
    private async Task<WalkedImage?> FindSavedAsync(FallbackPart fallback, ImageHint hint, CancellationToken cancellationToken)
    {
        try
        {
            return await fallback.Payloads.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) is { } info ? WalkedImage.Of(info) : null;
        }
        catch (ImageStorageException failure) when (IsOfOneImage(failure, hint.Key))
        {
            return Unlisted(hint, failure);
        }
    }

    /// <summary>Returns the image on the primary that a hint hides; null if there is none.</summary>
    private async Task<WalkedImage?> FindHiddenAsync(ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await primary.GetInfoAsync(key, cancellationToken).ConfigureAwait(false) is { } info ? WalkedImage.Of(info) : null;
        }
        catch (ImageStorageException failure) when (IsOfOneImage(failure, key))
        {
            // The hint hides a damaged version on the primary, and that of a newer version of the library.
            return WalkedImage.Of(UnlistedImage.Of(key, failure));
        }
    }

    private static bool IsOfOneImage(ImageStorageException failure, ImageKey key) =>
        failure is ImageCorruptedException || (failure is StorageNotSupportedException && failure.Key == key);

    private WalkedImage Unlisted(ImageHint hint, ImageStorageException failure)
    {
        Log.UnlistedOnFallback(logger);
        return WalkedImage.Of(UnlistedImage.Of(hint.Key, failure));
    }
}
