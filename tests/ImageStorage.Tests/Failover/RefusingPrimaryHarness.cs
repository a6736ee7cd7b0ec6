using ImageStorage.Errors;
using ImageStorage.Events;
using ImageStorage.Failover;
using ImageStorage.InMemory;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>
/// A store whose primary answers reads and judges preconditions, but takes no write that could be handed off: so each of those is, and every listing merges both
/// sides. What only the primary can judge (a create-only save of an image that nobody has handed off) it takes; else that would be
/// unavailable by contract, and there would be nothing to check.
/// </summary>
public sealed class RefusingPrimaryHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => ValueTask.FromResult<IImageProvider>(new FailoverProvider(
        new Refusing(new InMemoryImageProvider(clock)), new InMemoryImageProvider(clock), new FailoverOptions { ReconcileInterval = null }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance));

    private sealed class Refusing(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
            request.Precondition is null ? throw Failure() : Inner.PutAsync(request, cancellationToken);

        public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
            options?.Precondition is null ? throw Failure() : Inner.DeleteAsync(key, options, cancellationToken);

        private StorageUnavailableException Failure() => new("It takes no writes.") { Provider = Name };
    }
}
