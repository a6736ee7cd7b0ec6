using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

/// <summary>The code of docs/design/write-a-layer.md, beside the conformance suite of the layer.</summary>
internal sealed class WriteALayerSnippets
{
    [Test]
    public async Task Layers_of_an_application_take_part_in_every_write()
    {
        var isClosed = false;
        var purged = new List<ImageKey>();
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache().WithTransactions()
            .AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => new MaintenanceLayer(inner, () => isClosed)))
            .AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => new PurgeLayer(inner, purged.Add)));
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("a", SampleImages.Png());
        isClosed = true;

        Assert.That(() => images.SaveBytesAsync("a", SampleImages.Png()), Throws.InstanceOf<StorageNotSupportedException>());
        Assert.That(
            () => container.GetRequiredService<IImageTransactions>().ExecuteAsync([new DeleteStep("a")]),
            Throws.InstanceOf<TransactionFailedException>().With.InnerException.InstanceOf<StorageNotSupportedException>());
        Assert.That(purged, Is.EqualTo(new ImageKey[] { "a" }));
        Assert.That(images.ToString(), Is.EqualTo("ImageStorage(Events(Gate(MaintenanceLayer(PurgeLayer(Caching(Instrumentation(InMemory)))))))"));
    }

    [Test]
    public async Task Intercepting_layer_passes_calls_on()
    {
        var reports = new List<string>();
        await using var layer = new SlowCallLayer(new InMemoryImageProvider(), reports.Add);

        await layer.ListAsync(new ImageQuery());

        Assert.That(reports, Is.Empty);
    }
}
