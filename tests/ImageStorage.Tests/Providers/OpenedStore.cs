using System.Diagnostics.CodeAnalysis;
using ImageStorage.Providers;
using ImageStorage.Testing;

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
        : base(new FaultInjectingProvider(store, lifetime.FaultOf)) => _lifetime = lifetime;

    protected override bool PassesOn(Type ability) => true;

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

        public Exception? FaultOf(ProviderCall call) => HasEnded && !call.HasTakenEffect ? new ObjectDisposedException(nameof(OpenedStore)) : fault(call);
    }
}
