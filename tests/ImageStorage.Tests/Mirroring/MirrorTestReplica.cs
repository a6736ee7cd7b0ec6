using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>
/// A replica of a mirror: a store that outlives its provider objects, fails on demand, and damages images on demand.
/// </summary>
internal sealed class MirrorTestReplica(string name, TimeProvider clock, bool isShared)
{
    private readonly HashSet<ImageKey> _damaged = [];
    private readonly HashSet<ImageKey> _withoutRecord = [];
    private readonly HashSet<ImageKey> _newer = [];

    public TestPart Medium { get; } = new(name, clock, isShared);

    public IImageProvider Store => Medium.Store;

    /// <summary>
    /// Opens the replica for one process. The process may lose the replica while other processes reach it.
    /// </summary>
    public IImageProvider Open(Func<bool>? isCutOff = null)
    {
        Func<ProviderCall, Exception?> fault = call => isCutOff?.Invoke() == true && !call.HasTakenEffect ? Medium.Failure() : null;
        return new FailingMedium(new FaultInjectingProvider(Medium.Open(), fault), this);
    }

    /// <summary>Damages the stored image: its bytes from the middle, or its record, too.</summary>
    public void Damage(ImageKey key, bool withRecord = false) => (withRecord ? _withoutRecord : _damaged).Add(key);

    /// <summary>Gives an image a record that a newer version of the library has written.</summary>
    public void MakeNewer(ImageKey key) => _newer.Add(key);

    public bool IsDamaged(ImageKey key) => _damaged.Contains(key) || _withoutRecord.Contains(key);

    private void Replaced(ImageKey key)
    {
        _damaged.Remove(key);
        _withoutRecord.Remove(key);
    }

    private ImageCorruptedException Corrupted(ImageKey key) => new($"Image '{key}' in {name} is damaged.") { Key = key, Provider = name };

    private ImageStorageException? FailureOf(ImageKey key) => _withoutRecord.Contains(key) ? Corrupted(key) : _newer.Contains(key) ? ProviderErrors.Newer(key, name) : null;

    private sealed class FailingMedium(IImageProvider inner, MirrorTestReplica replica) : DelegatingImageProvider(inner)
    {
        protected override bool PassesOn(Type ability) => base.PassesOn(ability) || ability == typeof(IVersionKeeper);

        public override async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
        {
            var page = await Inner.ListAsync(query, cancellationToken);
            return page with
            {
                Items = [.. page.Items.Where(info => replica.FailureOf(info.Key) is null)],
                Unlisted = [.. page.Items.Where(info => replica.FailureOf(info.Key) is not null).Select(info => UnlistedImage.Of(info.Key, replica.FailureOf(info.Key)!))],
            };
        }

        public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            if (request.Precondition is not null && replica._withoutRecord.Contains(request.Key))
            {
                throw replica.Corrupted(request.Key);
            }

            var before = await replica.Store.GetInfoAsync(request.Key, cancellationToken);
            try
            {
                return await Inner.PutAsync(request, cancellationToken);
            }
            finally
            {
                if (await replica.Store.GetInfoAsync(request.Key, CancellationToken.None) is var after && (!ReferenceEquals(after, before)))
                {
                    replica.Replaced(request.Key);
                }
            }
        }

        public override async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (options?.Precondition is not null && replica._withoutRecord.Contains(key))
            {
                throw replica.Corrupted(key);
            }

            try
            {
                return await Inner.DeleteAsync(key, options, cancellationToken);
            }
            finally
            {
                if (await replica.Store.GetInfoAsync(key, CancellationToken.None) is null)
                {
                    replica.Replaced(key);
                }
            }
        }

        public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
            replica._withoutRecord.Contains(key) ? Task.FromException<ImageInfo?>(replica.Corrupted(key)) : Inner.UpdateAsync(key, update, cancellationToken);

        public override async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
        {
            var info = await Inner.GetInfoAsync(key, cancellationToken);
            return replica.FailureOf(key) is { } failure ? throw failure : info;
        }

        public override async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
        {
            var image = await Inner.OpenReadAsync(key, options, cancellationToken);
            return image is null || !replica.IsDamaged(key) ? image
                : replica._withoutRecord.Contains(key) ? throw replica.Corrupted(key)
                : new StoredImage(image.Info, new DamagedStream(image.Content, image.Range.Length / 2, () => replica.Corrupted(key)), image.Range);
        }
    }
}
