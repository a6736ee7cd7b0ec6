using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>One side of a mirror: a store that outlives the provider objects over it, that fails at will, and whose medium can damage images.</summary>
internal sealed class MirrorSideOfTests(string name, TimeProvider clock, bool isShared)
{
    private readonly HashSet<ImageKey> _damaged = [];
    private readonly HashSet<ImageKey> _withoutRecord = [];

    public Side Side { get; } = new(name, clock, isShared);

    public IImageProvider Store => Side.Store;

    /// <summary>Opens it for one process, which may be cut off from it while others are not.</summary>
    public IImageProvider Open(Func<bool>? isCutOff = null)
    {
        Func<ProviderCall, Exception?> fault = call => isCutOff?.Invoke() == true && !call.HasTakenEffect ? Side.Failure() : null;
        return new FailingMedium(new FaultInjectingProvider(Side.Open(), fault), this, fault);
    }

    /// <summary>Damages what is stored now: its bytes from the middle on, or its record, too.</summary>
    public void Damage(ImageKey key, bool withRecord = false) => (withRecord ? _withoutRecord : _damaged).Add(key);

    public bool IsDamaged(ImageKey key) => _damaged.Contains(key) || _withoutRecord.Contains(key);

    private void Replaced(ImageKey key)
    {
        _damaged.Remove(key);
        _withoutRecord.Remove(key);
    }

    private ImageCorruptedException Corrupted(ImageKey key) => new($"Image '{key}' in {name} is damaged.") { Key = key, Provider = name };

    private sealed class FailingMedium(IImageProvider inner, MirrorSideOfTests side, Func<ProviderCall, Exception?> fault) : DelegatingImageProvider(inner)
    {
        public override IDocumentStore Documents { get; } = new FaultyDocuments(inner.Documents, fault);

        public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            if (request.Precondition is not null && side._withoutRecord.Contains(request.Key))
            {
                throw side.Corrupted(request.Key);
            }

            var before = await side.Store.GetInfoAsync(request.Key, cancellationToken);
            try
            {
                return await Inner.PutAsync(request, cancellationToken);
            }
            finally
            {
                if (await side.Store.GetInfoAsync(request.Key, CancellationToken.None) is var after && (!ReferenceEquals(after, before)))
                {
                    side.Replaced(request.Key);
                }
            }
        }

        public override async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (options?.Precondition is not null && side._withoutRecord.Contains(key))
            {
                throw side.Corrupted(key);
            }

            try
            {
                return await Inner.DeleteAsync(key, options, cancellationToken);
            }
            finally
            {
                if (await side.Store.GetInfoAsync(key, CancellationToken.None) is null)
                {
                    side.Replaced(key);
                }
            }
        }

        public override Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) =>
            side._withoutRecord.Contains(key) ? Task.FromException<ImageInfo?>(side.Corrupted(key)) : Inner.UpdateAsync(key, update, cancellationToken);

        public override async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
        {
            var info = await Inner.GetInfoAsync(key, cancellationToken);
            return side._withoutRecord.Contains(key) ? throw side.Corrupted(key) : info;
        }

        public override async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
        {
            var image = await Inner.OpenReadAsync(key, options, cancellationToken);
            return image is null || !side.IsDamaged(key) ? image
                : side._withoutRecord.Contains(key) ? throw side.Corrupted(key)
                : new StoredImage(image.Info, new DamagedStream(image.Content, image.Range.Length / 2, () => side.Corrupted(key)), image.Range);
        }
    }
}
