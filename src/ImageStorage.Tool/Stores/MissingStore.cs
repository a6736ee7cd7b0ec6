using System.Runtime.CompilerServices;
using ImageStorage.Providers;

namespace ImageStorage.Tool.Stores;

/// <summary>Takes the place of a part of a store that does not exist, so that the other parts can be verified.</summary>
internal sealed class MissingStore(string name, string reason) : DelegatingImageProvider(new InMemoryImageProvider()), IVerifiableProvider
{
    public override string Name => name;

    // A failover accepts no fallback that is not durable.
    public override ProviderCapabilities Capabilities => Inner.Capabilities with { Durable = true };

    public async IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.FromException(new StorageUnavailableException(reason) { Provider = name });
        yield break;
    }
}
