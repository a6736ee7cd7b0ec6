using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// The fallbacks in their order. For one image, a hint on a later fallback supersedes the hints on earlier fallbacks
/// and the state of the primary, so every search begins with the last fallback.
/// </summary>
internal sealed class FallbackChain(IImageProvider primary, string primaryName, FallbackPart[] fallbacks, ChainPairing pairing) : IDisposable
{
    // A document that never exists. Reading it shows whether a provider answers.
    private static readonly DocumentName Nothing = $"{HintStore.Prefix}none";

    public FallbackPart[] Fallbacks { get; } = fallbacks;

    /// <summary>Gets all names, the primary's first.</summary>
    public string[] Names { get; } = [primaryName, .. fallbacks.Select(fallback => fallback.Name)];

    /// <summary>Verifies the providers that can be verified now.</summary>
    /// <returns>The reason why a provider could not be verified, or null.</returns>
    /// <exception cref="StorageNotSupportedException">The providers do not belong together.</exception>
    public Task<StorageUnavailableException?> EnsureVerifiedAsync(CancellationToken cancellationToken) => pairing.EnsureAllAsync(cancellationToken);

    /// <summary>Verifies again that the providers belong together, before hints are replayed.</summary>
    /// <exception cref="StorageNotSupportedException">The providers do not belong together.</exception>
    public Task RecheckAsync(CancellationToken cancellationToken) => pairing.RecheckAsync(cancellationToken);

    public ProviderFailures NewFailures() => new(Names);

    /// <summary>
    /// Returns where the newest state of an image is. While all fallbacks are known to be empty, this reads only the
    /// clock.
    /// </summary>
    public ValueTask<ImageLocation> LocateAsync(ImageKey key, CancellationToken cancellationToken) => AreKnownEmpty() ? default : new(LocateFreshAsync(key, cancellationToken));

    /// <summary>Returns whether no fallback has a hint.</summary>
    /// <exception cref="StorageUnavailableException">A fallback is unavailable, and not known to be empty.</exception>
    public ValueTask<bool> AreEmptyAsync(CancellationToken cancellationToken) => AreKnownEmpty() ? new(true) : new(CheckAllEmptyAsync(cancellationToken));

    /// <summary>
    /// Returns where the newest state of an image is, without relying on a lease. An unavailable fallback that is known
    /// to be empty counts as a fallback without a hint, and is added to the failures.
    /// </summary>
    public async Task<ImageLocation> LocateAgainAsync(ImageKey key, ProviderFailures failures, CancellationToken cancellationToken)
    {
        for (var i = Fallbacks.Length - 1; i >= 0; i--)
        {
            var location = await ReadHintAsync(Fallbacks[i], key, cancellationToken).ConfigureAwait(false);
            if (location.Failure is { } failure && Fallbacks[i].View.IsKnownToBeEmpty)
            {
                failures.Add(Fallbacks[i].Position, failure);
            }
            else if (!location.IsPrimary)
            {
                return location;
            }
        }

        return default;
    }

    /// <summary>
    /// Returns whether a later fallback has a hint of the image. Called after the commit of a hint and before its
    /// acknowledgement: a concurrent write on a later fallback supersedes this hint, which must not count again after
    /// the later hint is replayed.
    /// </summary>
    public async ValueTask<bool> IsSupersededAsync(FallbackPart fallback, ImageKey key, CancellationToken cancellationToken)
    {
        for (var i = Fallbacks.Length - 1; i >= fallback.Position; i--)
        {
            var later = Fallbacks[i];
            if (!later.IsShared && later.View.IsEmptyWithinLease())
            {
                continue;
            }

            var location = await ReadHintAsync(later, key, cancellationToken).ConfigureAwait(false);
            if (location.Failure is { } failure)
            {
                if (!later.View.IsKnownToBeEmpty)
                {
                    throw failure;
                }
            }
            else if (!location.IsPrimary)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Probes all providers that have not failed yet, in parallel, so that a message names every unavailable provider.
    /// </summary>
    public Task ProbeOthersAsync(ProviderFailures failures, CancellationToken cancellationToken) =>
        Task.WhenAll(Fallbacks.Select(fallback => (fallback.Position, fallback.Provider)).Prepend((Position: 0, Provider: primary)).Where(other => failures[other.Position] is null)
            .Select(other => ProbeAsync(other.Position, other.Provider, failures, cancellationToken)));

    public void Dispose() => Array.ForEach(Fallbacks, fallback => fallback.Dispose());

    private async Task<ImageLocation> ReadHintAsync(FallbackPart fallback, ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            // Apart from the read, so that a damaged record of the chain is not taken for a damaged hint.
            await pairing.EnsureAsync(fallback.Position, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            return new ImageLocation(fallback, Failure: failure);
        }

        try
        {
            return await fallback.Hints.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } hint ? new ImageLocation(fallback, hint) : default;
        }
        catch (StorageUnavailableException failure)
        {
            return new ImageLocation(fallback, Failure: failure);
        }
        catch (StorageCorruptedException unreadable)
        {
            return new ImageLocation(fallback, Unreadable: unreadable);
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
            // The provider answers; this call does not ask for more.
        }
    }

    /// <summary>Returns whether all fallbacks are empty, within their leases and without asking them.</summary>
    public bool AreKnownEmpty()
    {
        foreach (var fallback in Fallbacks)
        {
            if (!fallback.View.IsEmptyWithinLease())
            {
                return false;
            }
        }

        return true;
    }

    private async Task<ImageLocation> LocateFreshAsync(ImageKey key, CancellationToken cancellationToken)
    {
        for (var i = Fallbacks.Length - 1; i >= 0; i--)
        {
            var fallback = Fallbacks[i];
            try
            {
                if (await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }
            }
            catch (StorageUnavailableException failure)
            {
                return new ImageLocation(fallback, Failure: failure);
            }

            if (await ReadHintAsync(fallback, key, cancellationToken).ConfigureAwait(false) is { IsPrimary: false } location)
            {
                return location;
            }
        }

        return default;
    }

    private async Task<bool> CheckAllEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (var fallback in Fallbacks)
        {
            if (!await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }
}
