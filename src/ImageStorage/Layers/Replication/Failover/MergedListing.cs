using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// One listing of what the primary holds and what waits on the fallbacks, by the order of the query. An image with a note is taken
/// from its last note only. Its place is that of its creation on the primary, where it has one, so that it keeps its place when it is settled between
/// two pages. Costs a read of every note, so it is bounded by <see cref="FailoverOptions.MaxBacklog"/>.
/// </summary>
internal sealed class MergedListing(IImageProvider primary, HandoffChain chain)
{
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken)
    {
        var waiting = await LoadAsync(cancellationToken).ConfigureAwait(false);
        var position = ListPosition.From(query);
        var saved = waiting.Saved.Where(info => position is not { } after || after.IsBefore(info.CreatedAt, info.Key)).ToList();
        saved.Sort((one, other) => ListPosition.Compare(query.Order, one, other));
        var page = new PageBuilder(query);
        var next = 0;
        var ofPrimary = query;
        while (true)
        {
            var part = await primary.ListAsync(ofPrimary, cancellationToken).ConfigureAwait(false);
            foreach (var info in part.Items.Where(info => !waiting.Keys.Contains(info.Key)))
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
        var waiting = await LoadAsync(cancellationToken).ConfigureAwait(false);
        var usage = await primary.GetUsageAsync(cancellationToken).ConfigureAwait(false);
        return usage with
        {
            Count = Math.Max(0, usage.Count + waiting.Saved.Count - waiting.Hidden.Count),
            Bytes = Math.Max(0, usage.Bytes + waiting.Saved.Sum(info => info.Length) - waiting.Hidden.Sum(info => info.Length)),
        };
    }

    /// <summary>The last note of each image, from the end of the chain on. The notes of one image have the same name everywhere, so that an earlier one need not be read.</summary>
    private async Task<WaitingImages> LoadAsync(CancellationToken cancellationToken)
    {
        var waiting = new WaitingImages([], [], []);
        var known = new HashSet<DocumentName>();
        foreach (var side in chain.Sides.Reverse())
        {
            if (await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            foreach (var name in await side.Hints.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!known.Contains(name) && await AddAsync(waiting, side, name, cancellationToken).ConfigureAwait(false))
                {
                    known.Add(name);
                }
            }
        }

        return waiting;
    }

    /// <summary>Takes what a note stands for; false when it was removed beside this.</summary>
    private async Task<bool> AddAsync(WaitingImages waiting, HandoffSide side, DocumentName name, CancellationToken cancellationToken)
    {
        // One that is settled or replaced beside this is looked at again; an unreadable one makes the listing fail, as it may hide any image.
        while (await side.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
        {
            if (await AddAsync(waiting, side, hint, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            if (await side.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } again && again.Id == hint.Id)
            {
                throw FailoverErrors.Lost(hint, side.Name);
            }
        }

        return false;
    }

    private async Task<bool> AddAsync(WaitingImages waiting, HandoffSide side, HandoffHint hint, CancellationToken cancellationToken)
    {
        var saved = hint.Kind == HandoffKind.Save ? await side.Images.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) : null;
        if (hint.Kind == HandoffKind.Save && saved is null)
        {
            return false;
        }

        ImageInfo? hidden = null;
        try
        {
            hidden = await primary.GetInfoAsync(hint.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageCorruptedException)
        {
            // A damaged version on the primary has nothing to say, and what waits here replaces it.
        }

        waiting.Keys.Add(hint.Key);
        if (hidden is not null)
        {
            waiting.Hidden.Add(hidden);
        }

        if (saved is not null)
        {
            waiting.Saved.Add(saved with { CreatedAt = hint.CreatedAt ?? hidden?.CreatedAt ?? saved.CreatedAt });
        }

        return true;
    }
}
