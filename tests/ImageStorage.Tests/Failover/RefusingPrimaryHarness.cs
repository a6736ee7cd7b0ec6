using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>
/// A store whose primary answers reads and evaluates preconditions, but refuses new images: these go to the fallback, and every listing merges both providers. It
/// accepts writes that only the primary can evaluate, such as a create-only save of an image without a hint, and writes of images that it has. By contract
/// they would otherwise be unavailable, and there would be nothing to check.
/// </summary>
public sealed class RefusingPrimaryHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => ValueTask.FromResult<IImageProvider>(new FailoverProvider(
        new Refusing(new InMemoryImageProvider(clock)),
        [new InMemoryImageProvider(clock)],
        new FailoverOptions { ReconcileInterval = null },
        new ImpatientClock(clock),
        new StorageEventQueue([], NullLogger.Instance),
        NullLogger.Instance));

    private sealed class Refusing(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
            request.Precondition is null && await Inner.GetInfoAsync(request.Key, cancellationToken) is null
                ? throw new StorageUnavailableException("The primary refuses new images.") { Provider = Name }
                : await Inner.PutAsync(request, cancellationToken);
    }

    /// <summary>A clock that moves so far at each read that every write asks the primary again.</summary>
    private sealed class ImpatientClock(TimeProvider inner) : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * TimeSpan.TicksPerMinute;
    }
}
