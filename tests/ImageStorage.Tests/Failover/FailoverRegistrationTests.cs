using ImageStorage.Events;
using ImageStorage.Failover;
using ImageStorage.InMemory;
using ImageStorage.Resilience;
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

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Failover(Resilience(Instrumentation(InMemory)), Resilience(InMemory)))"));
        var failover = container.GetRequiredService<IStorageFailover>();
        Assert.That(await failover.GetStatusAsync(), Is.EqualTo(new FailoverStatus(FailoverState.Healthy, "InMemory", "InMemory", 0)));
        Assert.That(container.GetRequiredService<IStorageEvents>(), Is.SameAs(container.GetRequiredKeyedService<IStorageEvents>(string.Empty)));
    }

    [Test]
    public async Task Resilience_of_its_own_is_not_doubled()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("named").WithFallback(fallback => fallback.UseInMemory().WithResilience(options => options.MaxRetries = 1)).UseInMemory().WithResilience();
        await using var container = services.BuildServiceProvider();

        var storage = container.GetRequiredKeyedService<IImageStorage>("named");

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Failover(Resilience(Instrumentation(InMemory)), Resilience(InMemory)))"));
        Assert.That(container.GetRequiredKeyedService<IStorageFailover>("named"), Is.Not.Null);
    }

    [Test]
    public void Fallback_without_a_provider_or_a_second_fallback_is_refused_at_registration()
    {
        var builder = new ServiceCollection().AddImageStorage().UseInMemory();

        Assert.That(() => builder.WithFallback(_ => { }), Throws.InvalidOperationException.With.Message.Contains("The fallback of the image store has no provider"));
        builder.WithFallback(fallback => fallback.UseInMemory());
        Assert.That(() => builder.WithFallback(fallback => fallback.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("has a fallback already"));
    }

    [Test]
    public void Options_that_cannot_be_are_refused_by_name()
    {
        var options = new FailoverOptions { Lease = TimeSpan.FromHours(1), MaxBacklog = 0, ReconcileInterval = TimeSpan.Zero, ClockTolerance = TimeSpan.FromSeconds(-1), SpoolLimit = -1 };

        var failure = Assert.Throws<OptionsValidationException>(() => FailoverOptionsValidator.ThrowIfInvalid(options));

        Assert.That(failure!.Failures, Has.Exactly(5).Items.And.All.StartsWith("Failover."));
    }
}
