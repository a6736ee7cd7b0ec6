using System.Reflection;
using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Parts;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace ImageStorage.Tests.Layers;

/// <summary>
/// Abilities are default-deny: a layer returns an ability of the inner provider only if the ability cannot bypass the layer, or if the layer handles it. A new ability
/// is found by reflection, and its author must decide.
/// </summary>
public class AbilityTests
{
    private static readonly string[] Transparent =
    [
        nameof(IVerifiableProvider), nameof(ISweepableProvider), nameof(IStoreLocationProvider), nameof(IStorageSpace), nameof(IImageWalk), nameof(IStorageTierProvider), nameof(IHealthContributor), nameof(IStartCheck),
        nameof(IStoreIdentitySource), nameof(IPartsSource), nameof(IMeasuredPart), nameof(IBreakerSource), nameof(IImageCache), nameof(IStorageFailover), nameof(IStorageMirror), "IHybridStore",
    ];

    // These write images or return their bytes, so a layer must handle them.
    private static readonly Type[] Handled = [typeof(IAtomicProvider), typeof(IVersionKeeper), typeof(ICopyProvider), typeof(IPrimaryRoute), typeof(IReadUrlProvider)];

    private static IEnumerable<Type> TransparentTypes => typeof(IImageProvider).Assembly.GetTypes().Where(type => type.IsDefined(typeof(TransparentAbilityAttribute)));

    private static IEnumerable<Type> All => TransparentTypes.Concat(Handled);

    // What is neither in this list nor in the next is no ability, or is not decided.
    [Test]
    public void Every_ability_is_transparent_or_handled()
    {
        string[] others = [nameof(IImageProvider), nameof(IDocumentStore), nameof(IPreparedImage), nameof(IContentInspector), nameof(IDamageObserver), nameof(IObservedStream), nameof(IStoreRoute)];

        Assert.That(TransparentTypes.Select(type => type.Name), Is.EquivalentTo(Transparent));
        Assert.That(
            typeof(IImageProvider).Assembly.GetTypes().Where(type => type is { IsInterface: true, Namespace: "ImageStorage.Providers" }).Select(type => type.Name).Except(others).Except(Transparent),
            Is.EquivalentTo(Handled.Select(type => type.Name)),
            "Decide about the new ability: mark it with [TransparentAbility], or handle it in WriteLayer and InterceptingImageProvider.");
    }

    [TestCaseSource(nameof(All))]
    public void Layer_passes_on_transparent_abilities_only(Type ability)
    {
        using var layer = new PlainLayer(new Able(ability));

        Assert.That(Ask(layer, ability), Handled.Contains(ability) ? Is.Null : Is.Not.Null);
    }

    [TestCaseSource(nameof(All))]
    public void Layers_that_handle_abilities_return_all(Type ability)
    {
        using var writes = new PlainWriteLayer(new Able(ability));
        using var intercepting = new PlainInterceptor(new Able(ability));

        Assert.That(Ask(writes, ability), Is.Not.Null);
        Assert.That(Ask(intercepting, ability), Is.Not.Null);
    }

    [TestCaseSource(nameof(All))]
    public void Ability_that_the_inner_provider_lacks_is_null(Type ability)
    {
        using var writes = new PlainWriteLayer(new Able(typeof(IDisposable)));
        using var intercepting = new PlainInterceptor(new Able(typeof(IDisposable)));

        Assert.That(Ask(writes, ability), Is.Null);
        Assert.That(Ask(intercepting, ability), Is.Null);
    }

    [Test]
    public void Layer_that_changes_bytes_hides_signed_addresses()
    {
        using var layer = new PlainWriteLayer(new Able(typeof(IReadUrlProvider)), changesBytes: true);

        Assert.That(layer.GetAbility<IReadUrlProvider>(), Is.Null);
    }

    [Test]
    public void Layer_itself_is_found_and_a_layer_inside_of_it_is_not()
    {
        using var layer = new PlainLayer(new PlainWriteLayer(new InMemoryImageProvider()));

        Assert.That(layer.GetAbility<PlainLayer>(), Is.SameAs(layer));
        Assert.That(layer.GetAbility<PlainWriteLayer>(), Is.Null);
        Assert.That(layer.GetAbility<InMemoryImageProvider>(), Is.Null);
    }

    [Test]
    public async Task Store_whose_layer_hides_transactions_names_the_layer()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseInMemory().WithTransactions().AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => new PlainLayer(inner))));

        Assert.That(() => store.Images.MoveAsync("a.png", "b.png"), Throws.TypeOf<StorageNotSupportedException>().With.Message.StartsWith("The layer PlainLayer of the store hides"));
    }

    [TestCase("cache", typeof(IImageCache))]
    [TestCase("failover", typeof(IStorageFailover))]
    [TestCase("mirror", typeof(IStorageMirror))]
    public async Task Store_whose_layer_hides_a_service_names_the_layer(string noun, Type service)
    {
        var derived = StoreOf(noun, inner => new SilentLayer(inner));
        var foreign = StoreOf(noun, _ => Mock.Of<IImageProvider>());
        await using var stores = derived;
        await using var others = foreign;

        Assert.That(() => derived.GetRequiredService(service), Throws.InvalidOperationException.With.Message.StartsWith($"The layer SilentLayer hides the {noun} of the image store"));
        Assert.That(() => foreign.GetRequiredService(service), Throws.InvalidOperationException.With.Message.StartsWith("The layer IImageProviderProxy hides").And.Message.Contains($"the {noun} of the image store. Derive the layer from DelegatingImageProvider"));
    }

    private static ServiceProvider StoreOf(string noun, Func<IImageProvider, IImageProvider> wrap)
    {
        var services = new ServiceCollection();
        var builder = services.AddImageStorage().UseInMemory();
        _ = noun switch
        {
            "cache" => builder.WithCache(),
            "failover" => builder.WithFallback(fallback => fallback.UseInMemory()),
            _ => builder.WithMirror(mirror => mirror.UseInMemory()),
        };
        builder.AddLayer(Layer.Outside(LayerKind.Caching, (_, inner) => wrap(inner)));
        return services.BuildServiceProvider();
    }

    private static object? Ask(IImageProvider provider, Type ability) =>
        typeof(IImageProvider).GetMethod(nameof(IImageProvider.GetAbility))!.MakeGenericMethod(ability).Invoke(provider, null);

    /// <summary>A provider with one ability.</summary>
    private sealed class Able(Type ability) : DelegatingImageProvider(new InMemoryImageProvider())
    {
        private readonly object _ability = MockOf(ability).Object;

        public override TAbility? GetAbility<TAbility>()
            where TAbility : class => typeof(TAbility) == ability ? (TAbility)_ability : null;

        private static Mock MockOf(Type type)
        {
            var mock = (Mock)Activator.CreateInstance(typeof(Mock<>).MakeGenericType(type))!;
            mock.DefaultValue = DefaultValue.Mock;
            return mock;
        }
    }

    private sealed class PlainLayer(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class SilentLayer(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        protected override bool PassesOn(Type ability) => false;
    }

    private sealed class PlainWriteLayer(IImageProvider inner, bool changesBytes = false) : WriteLayer(inner)
    {
        protected override bool ChangesBytes => changesBytes;
    }

    private sealed class PlainInterceptor(IImageProvider inner) : InterceptingImageProvider(inner)
    {
        protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) => proceed(state, cancellationToken);
    }
}
