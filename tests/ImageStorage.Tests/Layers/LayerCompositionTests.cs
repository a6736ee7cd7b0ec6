using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Moq;

namespace ImageStorage.Tests.Layers;

public class LayerCompositionTests
{
    private static readonly IServiceProvider Services = Mock.Of<IServiceProvider>();

    // The order is that of the kinds, whatever the order of the calls.
    [Test]
    public void Layers_stand_in_the_one_right_order([Range(1, 10)] int seed)
    {
        Layer[] layers =
        [
            new(LayerKind.Caching, (_, inner) => new CachingProvider(inner)), new(LayerKind.Encoding, (_, inner) => new EncodingProvider(inner)),
            new(LayerKind.Failover, (_, inner) => new FailoverProvider(inner)), new(LayerKind.Resilience, (_, inner) => new ResilienceProvider(inner)),
            new(LayerKind.Instrumentation, (_, inner) => new MeasuringProvider(inner)),
        ];
        new Random(seed).Shuffle(layers);

        using var stack = LayerComposition.Wrap(Services, new InMemoryImageProvider(), layers);

        Assert.That(stack.ToString(), Is.EqualTo("Caching(Encoding(Failover(Resilience(Measuring(InMemory)))))"));
    }

    [Test]
    public void No_layers_are_the_provider_itself()
    {
        using var provider = new InMemoryImageProvider();

        Assert.That(LayerComposition.Wrap(Services, provider, []), Is.SameAs(provider));
    }

    [Test]
    public void One_kind_twice_is_refused_by_name() => Assert.That(
        () => LayerComposition.Wrap(Services, new InMemoryImageProvider(), [new(LayerKind.Caching, (_, inner) => inner), new(LayerKind.Caching, (_, inner) => inner)]),
        Throws.InvalidOperationException.With.Message.Contains("Caching was added 2 times"));

    private sealed class CachingProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class EncodingProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class FailoverProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class ResilienceProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class MeasuringProvider(IImageProvider inner) : DelegatingImageProvider(inner);
}
