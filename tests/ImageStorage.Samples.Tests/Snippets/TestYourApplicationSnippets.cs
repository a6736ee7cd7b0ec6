using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/recipes/test-your-application.md, and that the code does what the page says.</summary>
internal sealed class TestYourApplicationSnippets
{
    [Test]
    public async Task Store_in_memory_accepts_the_sample_images()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        var saved = await images.SaveBytesAsync("cats/tom.png", SampleImages.Png(width: 40, height: 30));
        var large = await images.SaveAsync("cats/large.png", SampleImages.StreamOfLength(20_000_000));

        Assert.That((saved.Width, saved.Height, large.Length), Is.EqualTo((40, 30, 20_000_000L)));
    }

    [Test]
    public async Task Injected_fault_is_what_the_application_sees()
    {
        var services = new ServiceCollection();
        var isDown = false;
        services.AddImageStorage().UseProvider("InMemory", _ => new FaultInjectingProvider(
            new InMemoryImageProvider(),
            call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The disk is not mounted.") : null));
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("a", SampleImages.Png());
        isDown = true;

        Assert.That(() => images.GetInfoAsync("a"), Throws.InstanceOf<StorageUnavailableException>());
    }

    [Test]
    public async Task Outage_of_a_test_goes_to_the_fallback_and_is_replayed()
    {
        var services = new ServiceCollection();
        var isDown = false;
        services.AddImageStorage()
            .UseProvider("Primary", _ => new FaultInjectingProvider(
                new InMemoryImageProvider(),
                call => isDown && !call.HasTakenEffect ? new StorageUnavailableException("The primary is unavailable.") : null))
            .WithFallback(fallback => fallback.UseInMemory(), failover =>
            {
                failover.Lease = TimeSpan.Zero;
                failover.ReconcileInterval = null;
            });
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        var failover = container.GetRequiredService<IStorageFailover>();
        await images.SaveBytesAsync("before", SampleImages.Png());

        isDown = true;
        await images.SaveBytesAsync("during", SampleImages.Png());
        var outage = await failover.GetStatusAsync();
        isDown = false;
        var result = await failover.ReconcileAsync();

        Assert.That((outage.State, outage.Hints, result.Replayed), Is.EqualTo((FailoverState.FailedOver, (int?)1, 1)));
        Assert.That((outage.Primary, outage.Fallbacks.Single().Name), Is.EqualTo(("InMemory", "InMemory 2")));
        Assert.That((await failover.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
        Assert.That((await images.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Store_follows_the_clock_of_the_container()
    {
        var services = new ServiceCollection();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        services.AddSingleton<TimeProvider>(clock);
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();

        var info = await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png());

        Assert.That(info.CreatedAt, Is.EqualTo(clock.GetUtcNow()));
    }
}
