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
        var saved = hinted.Saved.Where(info => position is not { } after || after.IsBefore(info.CreatedAt, info.Key)).ToList();
        saved.Sort((one, other) => ListPosition.Compare(query.Order, one, other));
        var page = new PageBuilder(query);
        var next = 0;
        var ofPrimary = query;
        while (true)
        {
            var part = await primary.ListAsync(ofPrimary, cancellationToken).ConfigureAwait(false);
            foreach (var info in part.Items.Where(info => !hinted.Keys.Contains(info.Key)))
            {
                while (next < saved.Count && ListPosition.Compare(query.Order, saved[next], info) < 0)
                {
                    if (!page.Add(saved[next++]))
                    {
                        return page.ToPage();
                    }
                }

                if (!page.Add(info))
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

    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken)
    {
        var hinted = await LoadAsync(cancellationToken).ConfigureAwait(false);
        var usage = await primary.GetUsageAsync(cancellationToken).ConfigureAwait(false);
        return usage with
        {
            Count = Math.Max(0, usage.Count + hinted.Saved.Count - hinted.Hidden.Count),
            Bytes = Math.Max(0, usage.Bytes + hinted.Saved.Sum(info => info.Length) - hinted.Hidden.Sum(info => info.Length)),
        };
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
        // may hide any image.
        while (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
        {
            if (await AddAsync(hinted, fallback, hint, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            if (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } again && again.Id == hint.Id)
            {
                throw FailoverErrors.Lost(hint, fallback.Name);
            }
        }

        return false;
    }

    private async Task<bool> AddAsync(HintedImages hinted, FallbackPart fallback, ImageHint hint, CancellationToken cancellationToken)
    {
        ImageInfo? saved = null;
        try
        {
            saved = hint.Kind == HintKind.Save ? await fallback.Payloads.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) : null;
            if (hint.Kind == HintKind.Save && saved is null)
            {
                return false;
            }
        }
        catch (StorageNotSupportedException newer) when (newer.Key == hint.Key)
        {
            // As in every listing, an image of a newer version of the library does not fail the page.
            Log.NewerOmitted(logger);
        }

        ImageInfo? hidden = null;
        try
        {
            hidden = await primary.GetInfoAsync(hint.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is ImageCorruptedException || (exception is StorageNotSupportedException && exception.Key == hint.Key))
        {
            // The payload hides a damaged version on the primary, and that of a newer version of the library.
        }

        hinted.Keys.Add(hint.Key);
        if (hidden is not null)
        {
            hinted.Hidden.Add(hidden);
        }

        if (saved is not null)
        {
            hinted.Saved.Add(saved with { CreatedAt = hint.CreatedAt ?? hidden?.CreatedAt ?? saved.CreatedAt });
        }

        return true;
    }
}
