using System.Collections.Concurrent;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

public sealed class PurgeLayerTests : LayerConformance<MemoryHarness>
{
    private readonly ConcurrentDictionary<ImageKey, bool> _purged = [];

    protected override void AddLayer(ImageStorageBuilder builder) =>
        builder.AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => new PurgeLayer(inner, key => _purged[key] = true)));

    protected override Task VerifyAsync(LayerWrite write)
    {
        // Removed, so that the next write of the image must purge it again.
        var isPurged = _purged.TryRemove(write.Key, out _);
        Assert.That(isPurged || write.Effect == WriteEffect.None, Is.True, $"{write.Path}: {write.Key} was not purged.");
        return Task.CompletedTask;
    }
}
