using ImageStorage.Caching;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Mirroring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Coordination;

/// <summary>The identity of a store through layers and compositions. Two stores must never have the same, so a composition must not lose it.</summary>
public class ComposedIdentityTests
{
    // Providers with images of their own. Every other provider is composed and must define its identity.
    private static readonly Type[] SingleProviders = [typeof(InMemoryImageProvider)];

    [Test]
    public void Every_composed_provider_says_which_identity_it_has()
    {
        var composed = typeof(IImageProvider).Assembly.GetTypes().Where(type =>
            type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IImageProvider)) && !type.IsSubclassOf(typeof(DelegatingImageProvider)) && !SingleProviders.Contains(type)).ToList();

        Assert.That(composed, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(composed.Where(type => !type.IsAssignableTo(typeof(IStoreIdentitySource))), Is.Empty);
    }

    [Test]
    public async Task Layers_show_the_identity_of_the_provider_inside()
    {
        var provider = new InMemoryImageProvider();
        await using var layered = new CachingProvider(provider, new CacheOptions(), TimeProvider.System);

        Assert.That(await StoreIdentity.OfAsync(layered, default), Is.EqualTo(await StoreIdentity.ReadAsync(provider.Documents, default)).And.Not.Null);
    }

    [Test]
    public async Task Store_with_a_fallback_has_the_identity_of_its_primary()
    {
        await using var pair = new Pair();
        var identity = await StoreIdentity.OfAsync(pair.Provider, default);
        pair.Restart();

        Assert.That(await StoreIdentity.OfAsync(pair.Provider, default), Is.EqualTo(identity));
        Assert.That(await StoreIdentity.ReadAsync(pair.Primary.Store.Documents, default), Is.EqualTo(identity));
        Assert.That(await StoreIdentity.ReadAsync(pair.Fallback.Store.Documents, default), Is.Not.EqualTo(await StoreIdentity.ReadAsync(pair.Primary.Store.Documents, default)));
    }

    [Test]
    public async Task Fallback_is_never_asked_for_the_identity_while_the_primary_is_down()
    {
        await using var pair = new Pair();
        await StoreIdentity.GetOrCreateAsync(pair.Fallback.Store.Documents, default);
        pair.Primary.GoDown();

        Assert.That(() => StoreIdentity.OfAsync(pair.Provider, default), Throws.TypeOf<StorageUnavailableException>());
    }

    [Test]
    public async Task Both_replicas_of_a_mirror_give_one_identity()
    {
        await using var pair = new MirrorPair();
        var identity = await StoreIdentity.OfAsync(pair.Provider, default);
        var answers = new List<StoreIdentity?>();
        foreach (var down in (MirrorTestReplica[])[pair.Primary, pair.Mirror])
        {
            down.Medium.GoDown();
            pair.Restart();
            answers.Add(await StoreIdentity.OfAsync(pair.Provider, default));
            down.Medium.ComeBack();
        }

        Assert.That(identity, Is.Not.Null);
        Assert.That(answers, Is.All.EqualTo(identity));
        Assert.That(identity, Is.Not.EqualTo(await StoreIdentity.GetOrCreateAsync(pair.Primary.Store.Documents, default)), "a replica alone is another store");
    }

    [Test]
    public async Task Two_mirrors_have_two_identities()
    {
        await using var one = new MirrorPair();
        await using var other = new MirrorPair();

        Assert.That(await StoreIdentity.OfAsync(one.Provider, default), Is.Not.EqualTo(await StoreIdentity.OfAsync(other.Provider, default)));
    }

    [Test]
    public async Task Hybrid_store_and_its_catalog_alone_are_two_stores()
    {
        var catalog = new InMemoryImageProvider();
        await using var hybrid = new HybridImageProvider(catalog, new InMemoryImageProvider());
        var identity = await StoreIdentity.OfAsync(hybrid, default);
        await using var again = new HybridImageProvider(catalog, new InMemoryImageProvider());

        Assert.That(await StoreIdentity.OfAsync(again, default), Is.EqualTo(identity).And.Not.Null);
        Assert.That(await StoreIdentity.OfAsync(catalog, default), Is.Not.EqualTo(identity));
    }

    [Test]
    public async Task First_usable_provider_gives_its_identity([Values] bool isPreferredDown)
    {
        var clock = new FakeTimeProvider();
        var (cloud, disk) = (new TestPart("Cloud", clock), new TestPart("Disk", clock));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddImageStorage().UseFirstAvailable(first => first.UseProvider("Cloud", _ => cloud.Open()), second => second.UseProvider("Disk", _ => disk.Open()));
        await using var container = services.BuildServiceProvider();
        if (isPreferredDown)
        {
            cloud.GoDown();
        }

        var identity = await StoreIdentity.OfAsync(container.GetRequiredService<IImageProvider>(), default);

        var (used, unused) = isPreferredDown ? (disk, cloud) : (cloud, disk);
        Assert.That(identity, Is.EqualTo(await StoreIdentity.ReadAsync(used.Store.Documents, default)).And.Not.Null);
        Assert.That(await unused.Store.Documents.GetAsync(StoreIdentity.Name), Is.Null);
    }

    [Test]
    public void Derived_identities_depend_on_kind_and_text()
    {
        var identities = new[] { StoreIdentity.Derive("a", "1"), StoreIdentity.Derive("a", "2"), StoreIdentity.Derive("b", "1") };

        Assert.That(identities, Is.Unique);
        Assert.That(StoreIdentity.Derive("a", "1"), Is.EqualTo(identities[0]));
    }
}
