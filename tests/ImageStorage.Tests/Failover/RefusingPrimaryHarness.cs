using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>
/// A store whose primary answers reads and judges preconditions, but takes no image that it does not hold: those are handed off, and every listing merges both
/// sides. What only the primary can judge (a create-only save of an image that nobody has handed off), and whatever concerns an image that it holds, it
/// takes; else that would be unavailable by contract, and there would be nothing to check.
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
                ? throw new StorageUnavailableException("It takes no new images.") { Provider = Name }
                : await Inner.PutAsync(request, cancellationToken);
    }

    /// <summary>Lets so much time pass between two looks at it that each write asks the primary anew.</summary>
    private sealed class ImpatientClock(TimeProvider inner) : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * TimeSpan.TicksPerMinute;
    }
}
