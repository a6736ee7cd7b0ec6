using System.Diagnostics.CodeAnalysis;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Providers;

/// <summary>What one process has opened of a store in memory that outlives it: the disposal ends this, as a provider has to, and leaves the store to other processes.</summary>
internal class OpenedStore : DelegatingImageProvider
{
    private const string NotOwned = "A process that ends does not dispose the store, which the next process uses.";
    private readonly Lifetime _lifetime;

    /// <param name="store">The store.</param>
    /// <param name="fault">Makes calls fail, of documents, too; null for none.</param>
    public OpenedStore(IImageProvider store, Func<ProviderCall, Exception?>? fault = null)
        : this(store, new Lifetime(fault ?? (_ => null)))
    {
    }

    private OpenedStore(IImageProvider store, Lifetime lifetime)
        : base(new FaultInjectingProvider(store, lifetime.FaultOf)) =>
        (_lifetime, Documents) = (lifetime, new FaultyDocuments(store.Documents, lifetime.FaultOf));

    public override IDocumentStore Documents { get; }

    public override TAbility? GetAbility<TAbility>()
        where TAbility : class =>
        base.GetAbility<TAbility>() switch
        {
            IVersionKeeper keeper when typeof(TAbility) == typeof(IVersionKeeper) => new Keeper(keeper, _lifetime) as TAbility,
            IAtomicProvider atomic when typeof(TAbility) == typeof(IAtomicProvider) => new Atomic(atomic, _lifetime) as TAbility,
            var ability => ability,
        };

    [SuppressMessage("Usage", "CA2215", Justification = NotOwned)]
    public override ValueTask DisposeAsync()
    {
        _lifetime.HasEnded = true;
        GC.SuppressFinalize(this);
        return default;
    }

    [SuppressMessage("Usage", "CA2215", Justification = NotOwned)]
    protected override void Dispose(bool disposing) => _lifetime.HasEnded = true;

    private sealed class Lifetime(Func<ProviderCall, Exception?> fault)
    {
        private volatile bool _hasEnded;

        public bool HasEnded
        {
            get => _hasEnded;
            set => _hasEnded = value;
        }

        /// <summary>Makes a call of an ability, unless this was disposed.</summary>
        public T Run<T>(Func<T> call)
        {
            ObjectDisposedException.ThrowIf(HasEnded, typeof(OpenedStore));
            return call();
        }

        public Exception? FaultOf(ProviderCall call) => HasEnded && !call.HasTakenEffect ? new ObjectDisposedException(nameof(OpenedStore)) : fault(call);
    }

    private sealed class Keeper(IVersionKeeper inner, Lifetime lifetime) : IVersionKeeper
    {
        public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default) => lifetime.Run(() => inner.RetainAsync(id, key, version, cancellationToken));

        public Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default) => lifetime.Run(() => inner.RestoreAsync(id, key, replaces, cancellationToken));

        public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default) => lifetime.Run(() => inner.DropAsync(id, cancellationToken));

        public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default) => lifetime.Run(() => inner.ListRetainedAsync(after, limit, cancellationToken));
    }

    private sealed class Atomic(IAtomicProvider inner, Lifetime lifetime) : IAtomicProvider
    {
        public Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default) => lifetime.Run(() => inner.PrepareAsync(request, cancellationToken));

        public Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default) => lifetime.Run(() => inner.CommitAsync(writes, cancellationToken));
    }
}
