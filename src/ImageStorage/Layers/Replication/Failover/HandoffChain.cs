using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// The fallbacks in their order, and the one rule that orders them: for one image, a note on a later fallback supersedes those on earlier ones and
/// what the primary holds. So whoever asks for an image begins at the end.
/// </summary>
internal sealed class HandoffChain(IImageProvider primary, string primaryName, HandoffSide[] sides, ChainPairing pairing) : IDisposable
{
    // A document that is never there: to ask for it is to find out whether a provider answers.
    private static readonly DocumentName Nothing = $"{HintStore.Prefix}none";

    public HandoffSide[] Sides { get; } = sides;

    /// <summary>All names, the primary's first.</summary>
    public string[] Names { get; } = [primaryName, .. sides.Select(side => side.Name)];

    /// <summary>Makes sure that the providers belong together, as far as that can be found out now.</summary>
    /// <returns>Why it cannot be found out of one of them, or null.</returns>
    /// <exception cref="StorageNotSupportedException">They do not.</exception>
    public Task<StorageUnavailableException?> EnsurePairedAsync(CancellationToken cancellationToken) => pairing.EnsureAllAsync(cancellationToken);

    /// <summary>Makes sure that the providers still belong together, before what waits is brought to the primary.</summary>
    /// <exception cref="StorageNotSupportedException">They do not.</exception>
    public Task RecheckAsync(CancellationToken cancellationToken) => pairing.RecheckAsync(cancellationToken);

    public ProviderFailures NewFailures() => new(Names);

    /// <summary>Where the newest state of an image is. While nothing waits anywhere, this costs a look at the clock.</summary>
    public ValueTask<HandoffPlace> FindAsync(ImageKey key, CancellationToken cancellationToken) => IsKnownQuiet() ? default : new(LookAsync(key, cancellationToken));

    /// <summary>Does nothing wait anywhere?</summary>
    /// <exception cref="StorageUnavailableException">A fallback of which nothing is known cannot be asked.</exception>
    public ValueTask<bool> IsQuietAsync(CancellationToken cancellationToken) => IsKnownQuiet() ? new(true) : new(LookAllAsync(cancellationToken));

    /// <summary>
    /// Where the newest state of an image is, whatever was known. A fallback that does not answer, and on which nothing waited when it was last seen, is taken for
    /// one that has no note; it is among the failures then.
    /// </summary>
    public async Task<HandoffPlace> FindAnewAsync(ImageKey key, ProviderFailures failures, CancellationToken cancellationToken)
    {
        for (var i = Sides.Length - 1; i >= 0; i--)
        {
            var place = await AskAsync(Sides[i], key, cancellationToken).ConfigureAwait(false);
            if (place.Failure is { } failure && Sides[i].View.IsAssumedEmpty)
            {
                failures.Add(Sides[i].Position, failure);
            }
            else if (!place.IsPrimary)
            {
                return place;
            }
        }

        return default;
    }

    /// <summary>
    /// Has a later fallback a note of the image? Asked behind the commit of a note and before its acknowledgement: a write of somebody else that went further
    /// down the chain meanwhile has superseded it, and once that is settled this one must not come to light again.
    /// </summary>
    public async ValueTask<bool> IsSupersededAsync(HandoffSide side, ImageKey key, CancellationToken cancellationToken)
    {
        for (var i = Sides.Length - 1; i >= side.Position; i--)
        {
            var later = Sides[i];
            if (!later.IsShared && later.View.IsKnownEmpty())
            {
                continue;
            }

            var place = await AskAsync(later, key, cancellationToken).ConfigureAwait(false);
            if (place.Failure is { } failure)
            {
                if (!later.View.IsAssumedEmpty)
                {
                    throw failure;
                }
            }
            else if (!place.IsPrimary)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Asks all that have not failed yet, at the same time, so that a message names every provider that is down.</summary>
    public Task AskOthersAsync(ProviderFailures failures, CancellationToken cancellationToken) =>
        Task.WhenAll(Sides.Select(side => (side.Position, side.Provider)).Prepend((Position: 0, Provider: primary)).Where(other => failures[other.Position] is null)
            .Select(other => ProbeAsync(other.Position, other.Provider, failures, cancellationToken)));

    public void Dispose() => Array.ForEach(Sides, side => side.Dispose());

    private async Task<HandoffPlace> AskAsync(HandoffSide side, ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            // By itself, so that a damaged record of the chain is not taken for a damaged note.
            await pairing.EnsureAsync(side.Position, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            return new HandoffPlace(side, Failure: failure);
        }

        try
        {
            return await side.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } hint ? new HandoffPlace(side, hint) : default;
        }
        catch (StorageUnavailableException failure)
        {
            return new HandoffPlace(side, Failure: failure);
        }
        catch (StorageCorruptedException unreadable)
        {
            return new HandoffPlace(side, Unreadable: unreadable);
        }
    }

    private static async Task ProbeAsync(int position, IImageProvider provider, ProviderFailures failures, CancellationToken cancellationToken)
    {
        try
        {
            await provider.Documents.GetAsync(Nothing, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            failures.Add(position, failure);
        }
        catch (ImageStorageException)
        {
            // It answers, and what it says is not what is asked here.
        }
    }

    /// <summary>Is it known, without asking, that nothing waits anywhere?</summary>
    public bool IsKnownQuiet()
    {
        foreach (var side in Sides)
        {
            if (!side.View.IsKnownEmpty())
            {
                return false;
            }
        }

        return true;
    }

    private async Task<HandoffPlace> LookAsync(ImageKey key, CancellationToken cancellationToken)
    {
        for (var i = Sides.Length - 1; i >= 0; i--)
        {
            var side = Sides[i];
            try
            {
                if (await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }
            }
            catch (StorageUnavailableException failure)
            {
                return new HandoffPlace(side, Failure: failure);
            }

            if (await AskAsync(side, key, cancellationToken).ConfigureAwait(false) is { IsPrimary: false } place)
            {
                return place;
            }
        }

        return default;
    }

    private async Task<bool> LookAllAsync(CancellationToken cancellationToken)
    {
        foreach (var side in Sides)
        {
            if (!await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }
}
