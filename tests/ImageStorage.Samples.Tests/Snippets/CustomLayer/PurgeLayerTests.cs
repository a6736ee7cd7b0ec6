using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

public sealed class PurgeLayerTests : LayerConformance<MemoryHarness>
{
    private readonly HashSet<ImageKey> _purged = [];

    protected override void AddLayer(ImageStorageBuilder builder) =>
        builder.AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => new PurgeLayer(inner, key => _purged.Add(key))));

    protected override Task VerifyAsync(LayerWrite write)
    {
        Assert.That(_purged.Contains(write.Key), Is.True, $"{write.Path}: {write.Key} was not purged.");
        return Task.CompletedTask;
    }
}
