using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace ImageStorage.Tests.Layers;

public class LayerCompositionTests
{
    private static readonly IServiceProvider Services = Mock.Of<IServiceProvider>();

    // The order is that of the kinds, whatever the order of the calls.
    [Test]
    public void Layers_are_composed_in_the_order_of_their_kinds([Range(1, 10)] int seed)
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
    public void Provider_and_inner_layers_are_disposed_when_a_layer_cannot_be_created([Values] bool isTwice)
    {
        var provider = new Mock<IImageProvider>();
        Layer failing = isTwice
            ? new(LayerKind.Instrumentation, (_, inner) => inner)
            : new(LayerKind.Caching, (_, _) => throw new TimeZoneNotFoundException("no cache"));
        var inside = new List<CountingProvider>();
        Layer[] layers = [failing, new(LayerKind.Instrumentation, (_, inner) => new CountingProvider(inner, inside))];

        Assert.That(() => LayerComposition.Wrap(Services, provider.Object, layers), isTwice ? Throws.InvalidOperationException : Throws.TypeOf<TimeZoneNotFoundException>());

        provider.Verify(inner => inner.Dispose(), Times.Once);
        Assert.That(inside.Select(layer => layer.Disposals), isTwice ? Is.Empty : Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void One_kind_twice_is_refused_by_name() => Assert.That(
        () => LayerComposition.Wrap(Services, new InMemoryImageProvider(), [new(LayerKind.Caching, (_, inner) => inner), new(LayerKind.Caching, (_, inner) => inner)]),
        Throws.InvalidOperationException.With.Message.Contains("Caching was added 2 times"));

    // Any number of layers of third parties, around or inside of a layer that the store has or does not have.
    [Test]
    public void Layers_outside_and_inside_of_a_kind_surround_the_layer_of_the_kind([Values] bool hasKind)
    {
        List<Layer> layers =
        [
            Layer.Inside(LayerKind.Caching, (_, inner) => new NamedProvider("FirstInside", inner)), new(LayerKind.Instrumentation, (_, inner) => new MeasuringProvider(inner)),
            Layer.Outside(LayerKind.Caching, (_, inner) => new NamedProvider("FirstOutside", inner)), Layer.Outside(LayerKind.Caching, (_, inner) => new NamedProvider("SecondOutside", inner)),
            Layer.Inside(LayerKind.Caching, (_, inner) => new NamedProvider("SecondInside", inner)),
        ];
        if (hasKind)
        {
            layers.Add(new(LayerKind.Caching, (_, inner) => new CachingProvider(inner)));
        }

        using var stack = LayerComposition.Wrap(Services, new InMemoryImageProvider(), layers);

        var inside = "FirstInside(SecondInside(Measuring(InMemory)))";
        Assert.That(stack.ToString(), Is.EqualTo($"FirstOutside(SecondOutside({(hasKind ? $"Caching({inside})" : inside)}))"));
    }

    // Primary, fallback, mirror, candidate, catalog and content are all instrumented, and the store prints each of them.
    [Test]
    public void Store_prints_the_layers_of_all_of_its_parts()
    {
        using var services = new ServiceCollection()
            .AddImageStorage("failover").UseInMemory().WithCache().WithFallback(fallback => fallback.UseInMemory()).Services
            .AddImageStorage("mirror").UseInMemory().WithMirror(mirror => mirror.UseInMemory()).Services
            .AddImageStorage("hybrid").UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory().WithResilience()).WithResilience().Services
            .AddImageStorage("auto").UseFirstAvailable(first => first.UseInMemory(), second => second.UseInMemory()).Services
            .AddImageStorage("custom").UseInMemory().AddLayer(Layer.Outside(LayerKind.Instrumentation, (_, inner) => new NamedProvider("Audit", inner))).Services
            .BuildServiceProvider();

        string Printed(string store) => services.GetRequiredKeyedService<IImageProvider>(store).ToString()!;
        const string Part = "Instrumentation(InMemory)";
        Assert.Multiple(() =>
        {
            Assert.That(Printed("failover"), Is.EqualTo($"Events(Gate(Caching(Failover(Resilience({Part}), Resilience({Part})))))"));
            Assert.That(Printed("mirror"), Is.EqualTo($"Events(Gate(Mirror(Resilience({Part}), Resilience({Part}))))"));
            Assert.That(Printed("hybrid"), Is.EqualTo($"Events(Gate(Resilience(Instrumentation(Hybrid({Part}, above 32768 bytes Resilience({Part}))))))"));
            Assert.That(Printed("auto"), Is.EqualTo($"Events(Gate(Auto(InMemory: {Part}, InMemory 2: {Part}; not chosen yet)))"));
            Assert.That(Printed("custom"), Is.EqualTo($"Events(Gate(Audit({Part})))"));
        });
    }

    private sealed class NamedProvider(string name, IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override string ToString() => $"{name}({Inner})";
    }

    private sealed class CachingProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class EncodingProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class FailoverProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class ResilienceProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class MeasuringProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class CountingProvider : DelegatingImageProvider
    {
        public CountingProvider(IImageProvider inner, List<CountingProvider> created)
            : base(inner) => created.Add(this);

        public int Disposals { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Disposals++;
            base.Dispose(disposing);
        }
    }
}
