using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Failover;

internal sealed class FailoverRegistrationTests
{
    [Test]
    public async Task Store_with_a_fallback_has_its_layers_in_order_and_its_services()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithFallback(fallback => fallback.UseInMemory());
        await using var container = services.BuildServiceProvider();

        var storage = container.GetRequiredService<IImageStorage>();

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Failover(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        var failover = container.GetRequiredService<IStorageFailover>();
        Assert.That(await failover.GetStatusAsync(), Is.EqualTo(new FailoverStatus { State = FailoverState.Healthy, Primary = "InMemory", Fallbacks = [new FallbackStatus { Name = "InMemory 2", Hints = 0 }] }));
        Assert.That(container.GetRequiredService<IStorageEvents>(), Is.SameAs(container.GetRequiredKeyedService<IStorageEvents>(string.Empty)));
    }

    [Test]
    public async Task Resilience_of_its_own_is_not_doubled()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("named").WithFallback(fallback => fallback.UseInMemory().WithResilience(options => options.MaxRetries = 1)).UseInMemory().WithResilience();
        await using var container = services.BuildServiceProvider();

        var storage = container.GetRequiredKeyedService<IImageStorage>("named");

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Failover(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        Assert.That(container.GetRequiredKeyedService<IStorageFailover>("named"), Is.Not.Null);
    }

    [Test]
    public void Fallback_without_a_provider_is_refused_at_registration()
    {
        var builder = new ServiceCollection().AddImageStorage().UseInMemory();

        Assert.That(() => builder.WithFallback(_ => { }), Throws.InvalidOperationException.With.Message.Contains("The fallback of the image store has no provider"));
    }

    [Test]
    public async Task Fallbacks_are_a_chain_in_the_order_of_the_calls_with_options_of_the_chain()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory()
            .WithFallback(fallback => fallback.UseInMemory().WithResilience(options => options.MaxRetries = 0), options => options.MaxBacklog = 7)
            .WithFallback(fallback => fallback.UseInMemory(), options => options.Lease = TimeSpan.Zero);
        await using var container = services.BuildServiceProvider();

        var storage = container.GetRequiredService<IImageStorage>();

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Failover(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        var status = await container.GetRequiredService<IStorageFailover>().GetStatusAsync();
        Assert.That(status.Fallbacks, Is.EqualTo(new[] { new FallbackStatus { Name = "InMemory 2", Hints = 0 }, new FallbackStatus { Name = "InMemory 3", Hints = 0 } }));
        Assert.That(status.Hints, Is.Zero);
    }

    [Test]
    public async Task Fallbacks_of_the_first_available_of_several_are_refused()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFirstAvailable(one => one.UseInMemory(), other => other.UseInMemory()).WithFallback(fallback => fallback.UseInMemory());
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("chosen again at each start"));
    }

    [Test]
    public async Task Fallback_that_is_the_first_available_of_several_is_refused()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithFallback(fallback => fallback.UseFirstAvailable(one => one.UseInMemory(), other => other.UseInMemory()));
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("chosen again at each start"));
    }

    [Test]
    public void One_provider_twice_and_no_fallback_are_refused_without_a_call()
    {
        var log = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        var events = new StorageEventQueue([], log);
        var location = Path.Combine(Path.GetTempPath(), "imagestorage-nowhere");
        using var one = new Located(location);
        using var same = new Located($"{location}{Path.DirectorySeparatorChar}");
        using var other = new InMemoryImageProvider();

        Assert.That(() => new FailoverProvider(other, [one, same], new FailoverOptions(), TimeProvider.System, events, log), Throws.InvalidOperationException.With.Message.Contains("one and the same location"));
        Assert.That(() => new FailoverProvider(one, [other, one], new FailoverOptions(), TimeProvider.System, events, log), Throws.InvalidOperationException.With.Message.Contains("one and the same location"));
        Assert.That(() => new FailoverProvider(one, [], new FailoverOptions(), TimeProvider.System, events, log), Throws.InvalidOperationException.With.Message.Contains("has no fallback"));
    }

    [Test]
    public void Options_that_cannot_be_are_refused_by_name()
    {
        var options = new FailoverOptions { Lease = TimeSpan.FromHours(1), MaxBacklog = 0, ReconcileInterval = TimeSpan.Zero, ClockTolerance = TimeSpan.FromSeconds(-1), SpoolLimit = -1 };

        var failure = Assert.Throws<OptionsValidationException>(() => FailoverOptionsValidator.ThrowIfInvalid(options));

        Assert.That(failure!.Failures, Has.Exactly(5).Items.And.All.StartsWith("Failover."));
    }

    private sealed class Located(string location) : DelegatingImageProvider(new InMemoryImageProvider()), IStoreLocationProvider
    {
        public IReadOnlyList<string> Locations { get; } = [location];
    }
}
