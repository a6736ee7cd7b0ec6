using System.Runtime.CompilerServices;
using ImageStorage.Parts;
using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IImageWalk, IVerifiableProvider
{
    /// <summary>
    /// Walks once over the replica that leads. If the primary becomes unavailable, the walk continues on the mirror after
    /// the last image. An image that the replica cannot list is read from the other replica, as by a listing.
    /// </summary>
    public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var walk = new Walk(this, options ?? new WalkOptions(), cancellationToken);
        await using (walk.ConfigureAwait(false))
        {
            while (await walk.MoveNextAsync().ConfigureAwait(false))
            {
                var image = walk.Current;
                if (image.Unlisted is not { } unlisted)
                {
                    yield return image;
                }
                else if (await ReadUnlistedAsync(image, unlisted, ImageOrder.KeyAscending, cancellationToken).ConfigureAwait(false) is { } read)
                {
                    yield return read;
                }
            }
        }
    }

    /// <summary>Verifies both replicas: damage on one replica is a finding, although reads return the sound copy.</summary>
    public IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return PartsVerification.VerifyAsync(((IPartsSource)this).MembersOf(new StorePart { Role = ProviderRole.Primary, Name = Name, Provider = this }), options, cancellationToken);
    }

    /// <summary>A walk over one replica, and over the mirror after the primary has failed.</summary>
    private sealed class Walk(MirrorProvider owner, WalkOptions options, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private ImageKey? _last = options.After;
        private MirrorReplica? _replica;
        private IAsyncEnumerator<WalkedImage>? _images;

        public WalkedImage Current => _images!.Current;

        public async ValueTask<bool> MoveNextAsync()
        {
            _replica ??= await owner._components.LeaderSelector.GetLeaderAsync(null, cancellationToken).ConfigureAwait(false);
            try
            {
                return await MoveNextAsync(_replica).ConfigureAwait(false);
            }
            catch (StorageUnavailableException failure)
            {
                var mirror = owner._components.Mirror;
                if (_replica == mirror)
                {
                    throw MirrorErrors.Outdated(null, owner._components.Primary.Name, mirror.Name, failure);
                }

                await DisposeAsync().ConfigureAwait(false);
                _replica = mirror;
                return await owner.ReadFromMirrorAsync(null, failure, () => MoveNextAsync(mirror), cancellationToken).ConfigureAwait(false);
            }
        }

        public ValueTask DisposeAsync()
        {
            var images = _images;
            _images = null;
            return images?.DisposeAsync() ?? ValueTask.CompletedTask;
        }

        private async Task<bool> MoveNextAsync(MirrorReplica replica)
        {
            _images ??= replica.Provider.WalkAsync(options with { After = _last }, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var hasNext = owner.RecordSuccess(replica, await _images.MoveNextAsync().ConfigureAwait(false));
            _last = hasNext ? Current.Key ?? _last : _last;
            return hasNext;
        }
    }
}
