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
        var lost = new FaultInjectingProvider(new InMemoryImageProvider(clock), call => isDown && !IsOfApplication(call) ? Failure() : null);
        var other = new InMemoryImageProvider(clock);
        var provider = new MirrorProvider(
            isPrimaryDown ? lost : other, isPrimaryDown ? other : lost, new MirrorOptions { ReconcileInterval = null }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        await provider.ListAsync(new ImageQuery());
        isDown = true;
        return provider;
    }

    private static StorageUnavailableException Failure() => new("The replica is down.") { Provider = "InMemory" };

    // Only documents of applications still work.
    private static bool IsOfApplication(ProviderCall call) =>
        call.Operation is ProviderOperation.ListCollections
        || (call.Operation is ProviderOperation.GetDocument or ProviderOperation.PutDocument or ProviderOperation.DeleteDocument or ProviderOperation.ListDocuments
        && !call.Name!.StartsWith("mirror", StringComparison.Ordinal));
}
