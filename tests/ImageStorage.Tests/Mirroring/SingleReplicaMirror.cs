using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Mirroring;

/// <summary>A mirrored store that has lost one replica.</summary>
internal static class SingleReplicaMirror
{
    public static async ValueTask<IImageProvider> OpenAsync(TimeProvider clock, bool isPrimaryDown)
    {
        var isDown = false;
        var lost = new FaultInjectingProvider(new InMemoryImageProvider(clock), call => isDown && !IsProbe(call) ? Failure() : null);
        var other = new InMemoryImageProvider(clock);
        var provider = new MirrorProvider(
            isPrimaryDown ? lost : other, isPrimaryDown ? other : lost, new MirrorOptions { ReconcileInterval = null }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        await provider.ListAsync(new ImageQuery());
        isDown = true;
        return provider;
    }

    private static StorageUnavailableException Failure() => new("The replica is down.") { Provider = "InMemory" };

    // The suite looks for documents that a probe has left. They are those of the primary.
    private static bool IsProbe(ProviderCall call) => call is { Operation: ProviderOperation.ListDocuments, Name: "probes/" };
}
