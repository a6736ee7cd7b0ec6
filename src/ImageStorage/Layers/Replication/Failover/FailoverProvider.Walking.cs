using System.Runtime.CompilerServices;
using ImageStorage.Parts;
using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IImageWalk, IVerifiableProvider
{
    /// <summary>Walks once over the primary, merged with the hints at the start of the walk.</summary>
    public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new WalkOptions();
        var images = await TranslatedAsync(() => OpenWalkAsync(options, cancellationToken), cancellationToken).ConfigureAwait(false);
        await using (images.ConfigureAwait(false))
        {
            Func<Task<bool>> next = () => images.MoveNextAsync().AsTask();
            while (await TranslatedAsync(next, cancellationToken).ConfigureAwait(false))
            {
                yield return images.Current;
            }
        }
    }

    /// <summary>
    /// Verifies every provider of the chain, not only the versions that a read would return. The payloads of hints are
    /// images of a fallback, under keys of their own.
    /// </summary>
    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        options ??= new VerificationOptions();
        var parts = ((IPartsSource)this).MembersOf(new StorePart { Role = ProviderRole.Primary, Name = Name, Provider = this });
        await foreach (var item in PartsVerification.VerifyAsync(parts, options, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }

        if (!options.Documents || options.Prefix is not null)
        {
            yield break;
        }

        foreach (var fallback in _chain.Fallbacks)
        {
            foreach (var name in await fallback.Hints.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await FindDefectAsync(fallback, name, cancellationToken).ConfigureAwait(false) is { } defect)
                {
                    yield return defect;
                }
            }
        }
    }

    /// <summary>Returns a finding about a hint that cannot be read, or whose payload is gone; otherwise null.</summary>
    private static async Task<VerificationItem?> FindDefectAsync(FallbackPart fallback, DocumentName name, CancellationToken cancellationToken)
    {
        try
        {
            while (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { Kind: HintKind.Save } hint
                && await fallback.Payloads.GetInfoAsync(hint, cancellationToken).ConfigureAwait(false) is null)
            {
                // A hint that is replayed or replaced meanwhile is read again.
                if (await fallback.Hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } again && again.Id == hint.Id)
                {
                    var lost = FailoverErrors.Lost(hint, fallback.Name);
                    return new VerificationItem { Status = VerificationStatus.Missing, Kind = VerificationKind.Document, Name = name.Value, Part = fallback.Name, Detail = lost.Reason ?? lost.Message };
                }
            }

            return null;
        }
        catch (StorageCorruptedException failure) when (failure is not ImageCorruptedException)
        {
            return VerificationItem.OfFailure(name.Value, failure) with { Kind = VerificationKind.Document, Part = fallback.Name };
        }
        catch (ImageStorageException failure) when (failure is ImageCorruptedException or StorageNotSupportedException)
        {
            // The payload is reported as an image of the fallback.
            return null;
        }
    }

    private async Task<IAsyncEnumerator<WalkedImage>> OpenWalkAsync(WalkOptions options, CancellationToken cancellationToken)
    {
        var images = await _chain.AreEmptyAsync(cancellationToken).ConfigureAwait(false)
            ? _primary.WalkAsync(options, cancellationToken)
            : await _components.Merge.WalkAsync(options, cancellationToken).ConfigureAwait(false);
        return images.GetAsyncEnumerator(cancellationToken);
    }

    private async Task<T> TranslatedAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return RecordSuccess(await call().ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await DescribeNotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }
}
