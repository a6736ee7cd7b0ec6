using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>A chain of three whose primary takes small images only: most of what the suite saves has its record there and its bytes on a fallback.</summary>
public sealed class ChainHarness : ProviderHarness
{
    private const int MostBytes = 2000;

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => ValueTask.FromResult<IImageProvider>(new FailoverProvider(
        new LimitedProvider(new InMemoryImageProvider(clock), MostBytes),
        [new LimitedProvider(new InMemoryImageProvider(clock), MostBytes * 100), new InMemoryImageProvider(clock)],
        new FailoverOptions { ReconcileInterval = null, Oversized = OversizedImages.NextProvider },
        clock,
        new StorageEventQueue([], NullLogger.Instance),
        NullLogger.Instance));
}
