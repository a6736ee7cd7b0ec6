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
    public IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return PartsVerification.VerifyAsync(((IPartsSource)this).MembersOf(new StorePart { Role = ProviderRole.Primary, Name = Name, Provider = this }), options, cancellationToken);
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
