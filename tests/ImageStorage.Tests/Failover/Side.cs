using ImageStorage.Documents;
using ImageStorage.Errors;
using ImageStorage.InMemory;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>One side of a failover: a store that outlives the provider objects over it, and that fails at will.</summary>
internal sealed class Side(string name, TimeProvider clock, bool isShared = false)
{
    private readonly InMemoryImageProvider _store = new(clock);

    /// <summary>Asked at both moments of every call, of documents, too.</summary>
    public Func<ProviderCall, Exception?> Fault { get; set; } = _ => null;

    public IImageProvider Store => _store;

    public string Name => name;

    /// <summary>From now on every call fails before it has an effect.</summary>
    public void GoDown() => Fault = call => call.HasTakenEffect ? null : Failure();

    public void ComeBack() => Fault = _ => null;

    public StorageUnavailableException Failure() => new($"{name} is down.") { Provider = name };

    public IImageProvider Open() => new View(new FaultInjectingProvider(_store, call => Fault(call)), this, isShared);

    /// <summary>What one process has opened; closing it leaves the store.</summary>
    private sealed class View(IImageProvider inner, Side side, bool isShared) : DelegatingImageProvider(inner)
    {
        public override string Name => side.Name;

        public override ProviderCapabilities Capabilities => Inner.Capabilities with { MultiProcess = isShared };

        public override IDocumentStore Documents { get; } = new FaultyDocuments(side._store.Documents, call => side.Fault(call));
    }
}
