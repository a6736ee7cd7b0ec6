using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Providers;

namespace ImageStorage.Tests.Failover;

/// <summary>One provider of a chain: a store that outlives the provider objects over it, and that fails at will.</summary>
internal sealed class TestPart
{
    private readonly IImageProvider _store;
    private readonly bool _isShared;

    /// <summary>A store, as one machine reaches it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="isShared">May several processes open it?</param>
    /// <param name="most">The maximum length of an image, in bytes.</param>
    public TestPart(string name, TimeProvider clock, bool isShared = false, long? most = null)
    {
        var store = new InMemoryImageProvider(clock);
        (Name, _isShared, _store) = (name, isShared, most is { } limit ? new LimitedProvider(store, limit) : store);
    }

    /// <summary>The same store, as another machine reaches it.</summary>
    public TestPart(TestPart other) => (Name, _isShared, _store) = (other.Name, other._isShared, other._store);

    /// <summary>Asked at both moments of every call, of documents, too.</summary>
    public Func<ProviderCall, Exception?> Fault { get; set; } = _ => null;

    public IImageProvider Store => _store;

    public string Name { get; }

    /// <summary>From now on every call fails before it has an effect.</summary>
    public void GoDown() => Fault = call => call.HasTakenEffect ? null : Failure();

    public void ComeBack() => Fault = _ => null;

    public StorageUnavailableException Failure() => new($"{Name} is down.") { Provider = Name };

    public IImageProvider Open() => new View(this);

    /// <summary>Returns the number of its hints.</summary>
    public async Task<int> CountHintsAsync() => (await _store.Documents.ListAsync("failover/h-")).Count;

    /// <summary>The keys of all images that it has, those of the failover included.</summary>
    public async Task<List<string>> KeysAsync() => [.. (await _store.ListAsync(new ImageStorage.ImageQuery { Limit = 1000 })).Items.Select(info => info.Key.Value)];

    /// <summary>What one process has opened; closing it leaves the store.</summary>
    private sealed class View(TestPart part) : OpenedStore(part._store, call => part.Fault(call))
    {
        public override string Name => part.Name;

        public override ProviderCapabilities Capabilities => Inner.Capabilities with { MultiProcess = part._isShared };
    }
}
