using ImageStorage.Mirroring;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Mirroring;

internal sealed class MirrorRegistrationTests
{
    [Test]
    public async Task Store_with_a_mirror_has_its_layers_in_order_and_its_services()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithMirror(mirror => mirror.UseInMemory());
        await using var container = services.BuildServiceProvider();

        var storage = container.GetRequiredService<IImageStorage>();

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Mirror(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        await storage.SaveBytesAsync("a", Failover.Pair.Image(1));
        Assert.That(await container.GetRequiredService<IStorageFailover>().GetStatusAsync(), Is.EqualTo(new FailoverStatus { State = FailoverState.Healthy, Primary = "InMemory", Fallbacks = [new FallbackStatus { Name = "InMemory 2", Hints = 0 }] }));
        Assert.That(await container.GetRequiredService<IStorageMirror>().ResyncAsync(), Is.EqualTo(new ResyncResult { Compared = 1, Synchronized = 0, Conflicts = 0, Failed = 0 }));
        Assert.That(container.GetRequiredService<IStorageEvents>(), Is.Not.Null);
    }

    [Test]
    public void Mirror_without_a_provider_or_beside_a_fallback_is_refused_at_registration()
    {
        var builder = new ServiceCollection().AddImageStorage().UseInMemory();

        Assert.That(() => builder.WithMirror(_ => { }), Throws.InvalidOperationException.With.Message.Contains("The mirror of the image store has no provider"));
        builder.WithMirror(mirror => mirror.UseInMemory());
        Assert.That(() => builder.WithMirror(mirror => mirror.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("has a mirror or a fallback already"));
        Assert.That(() => builder.WithFallback(fallback => fallback.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("or a mirror"));
    }

    [Test]
    public async Task Replica_that_is_the_first_available_of_several_is_refused([Values] bool isPrimary)
    {
        var services = new ServiceCollection();
        var builder = services.AddImageStorage();
        (isPrimary ? UseFirst(builder) : builder.UseInMemory()).WithMirror(mirror => _ = isPrimary ? mirror.UseInMemory() : UseFirst(mirror));
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("chosen again at each start").And.Message.Contains("remove the mirror"));

        static ImageStorageBuilder UseFirst(ImageStorageBuilder builder) => builder.UseFirstAvailable(one => one.UseInMemory(), other => other.UseInMemory());
    }

    [Test]
    public async Task One_provider_twice_is_refused_without_a_call()
    {
        var place = Path.Combine(Path.GetTempPath(), "imagestorage-nowhere");
        var services = new ServiceCollection();
        services.AddImageStorage().UseProvider("Located", _ => new Located(place)).WithMirror(mirror => mirror.UseProvider("Located", _ => new Located($"{place}{Path.DirectorySeparatorChar}")));
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.InvalidOperationException.With.Message.Contains("one and the same location"));
    }

    [Test]
    public void Options_that_cannot_be_are_refused_by_name()
    {
        var options = new MirrorOptions { Lease = TimeSpan.FromHours(1), ReconcileInterval = TimeSpan.Zero, RetryPause = TimeSpan.FromSeconds(-1), CopyTimeout = TimeSpan.Zero, SpoolLimit = -1 };

        var failure = Assert.Throws<OptionsValidationException>(() => MirrorOptionsValidator.ThrowIfInvalid(options));

        Assert.That(failure!.Failures, Has.Exactly(5).Items.And.All.StartsWith("Mirror."));
    }

    private sealed class Located(string place) : DelegatingImageProvider(new InMemoryImageProvider()), IStoreLocationProvider
    {
        public IReadOnlyList<string> Locations { get; } = [place];
    }
}
