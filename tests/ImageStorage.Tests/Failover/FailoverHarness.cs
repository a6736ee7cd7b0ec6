using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

public sealed class FailoverHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => ValueTask.FromResult<IImageProvider>(new FailoverProvider(
        new InMemoryImageProvider(clock), [new InMemoryImageProvider(clock)], new FailoverOptions { ReconcileInterval = null }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance));
}
