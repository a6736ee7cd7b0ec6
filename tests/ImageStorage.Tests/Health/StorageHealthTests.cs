using ImageStorage.Coordination;
using ImageStorage.Health;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ImageStorage.Tests.Health;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StorageHealthTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Test]
    public async Task Store_of_one_provider_is_healthy_while_it_passes_its_probe_and_unavailable_when_it_does_not()
    {
        var part = new TestPart("Disk", _clock);
        await using var container = Store(store => store.UseProvider("Disk", _ => part.Open()));
        var health = container.GetRequiredService<IStorageHealth>();

        var sound = await health.GetReportAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        part.GoDown();
        var down = await health.GetReportAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        var still = await health.GetReportAsync();

        Assert.That((sound.State, sound.Failover), Is.EqualTo((StorageHealthState.Healthy, (FailoverState?)null)));
        Assert.That(sound.Providers.Single(), Is.EqualTo(new ProviderHealth { Name = "Disk", Role = ProviderRole.Primary, IsReachable = true, Since = sound.At }));
        Assert.That(down.State, Is.EqualTo(StorageHealthState.Unavailable));
        Assert.That(down.Providers.Single(), Is.EqualTo(new ProviderHealth { Name = "Disk", Role = ProviderRole.Primary, IsReachable = false, Failure = "Disk is down.", Since = down.At }));
        Assert.That(still.Providers.Single().Since, Is.EqualTo(down.At), "since when it is down changed though it was down all the time");
    }

    [Test]
    public async Task Mirror_whose_pair_is_refused_is_unavailable_and_says_why()
    {
        var (first, second) = (new TestPart("First", _clock), new TestPart("Second", _clock));
        await first.Store.Documents.PutAsync(PairingDocument.OfReplica, "{}"u8.ToArray());
        await using var container = Store(store => store.UseProvider("First", _ => first.Open()).WithMirror(part => part.UseProvider("Second", _ => second.Open()), options => options.ReconcileInterval = null));
        var failure = Assert.CatchAsync<ImageStorageException>(() => container.GetRequiredService<IImageStorage>().GetInfoAsync("a.png"))!;

        var report = await container.GetRequiredService<IStorageHealth>().GetReportAsync();

        Assert.That(report.State, Is.EqualTo(StorageHealthState.Unavailable));
        Assert.That(report.Providers[0].Failure, Is.EqualTo(failure.Message));
    }

    [Test]
    public async Task Report_is_shared_by_calls_within_a_second()
    {
        var part = new TestPart("Disk", _clock);
        await using var container = Store(store => store.UseProvider("Disk", _ => part.Open()));
        var health = container.GetRequiredService<IStorageHealth>();

        var first = await health.GetReportAsync();
        var second = await health.GetReportAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var third = await health.GetReportAsync();

        Assert.That(second, Is.SameAs(first));
        Assert.That(third, Is.Not.SameAs(first));
    }

    [Test]
    public async Task Provider_that_never_answers_is_probed_once_and_for_five_seconds()
    {
        var (probes, asked) = (0, new TaskCompletionSource());
        var stuck = new Mock<IImageProvider>();
        stuck.Setup(provider => provider.Name).Returns("Stuck");
        stuck.Setup(provider => provider.CheckAsync(It.IsAny<CancellationToken>())).Returns(() =>
        {
            Interlocked.Increment(ref probes);
            asked.TrySetResult();
            return new TaskCompletionSource().Task;
        });
        var health = new StorageHealth(stuck.Object, _clock);

        var first = await AnswerAsync(health.GetReportAsync());
        _clock.Advance(TimeSpan.FromSeconds(2));
        var second = await AnswerAsync(health.GetReportAsync());

        Assert.That((first.State, first.Providers.Single().Failure), Is.EqualTo((StorageHealthState.Unavailable, "Stuck did not complete its probe within 5 seconds.")));
        Assert.That(second.State, Is.EqualTo(StorageHealthState.Unavailable));
        Assert.That(probes, Is.EqualTo(1), "a second probe was begun beside the one that hangs");

        async Task<StorageHealthReport> AnswerAsync(Task<StorageHealthReport> report)
        {
            await asked.Task;
            while (!report.IsCompleted)
            {
                // The limit may be set a moment after the probe has started.
                _clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            return await report;
        }
    }

    [Test]
    public async Task Store_with_a_fallback_is_degraded_while_failed_over_and_reports_its_hints()
    {
        var (primary, fallback) = (new TestPart("Cloud", _clock), new TestPart("Disk", _clock));
        await using var container = Store(store => store.UseProvider("Cloud", _ => primary.Open())
            .WithResilience(options => (options.MaxRetries, options.BreakerMinimumCalls, options.BreakerFailureRatio) = (0, 2, 0.1))
            .WithFallback(part => part.UseProvider("Disk", _ => fallback.Open()), options => options.ReconcileInterval = null));
        var (health, images) = (container.GetRequiredService<IStorageHealth>(), container.GetRequiredService<IImageStorage>());

        var sound = await health.GetReportAsync();
        primary.GoDown();
        await images.SaveBytesAsync("a.png", Pair.Image(1));
        Assert.That(async () => await images.GetInfoAsync("b.png"), Throws.TypeOf<StorageUnavailableException>());
        _clock.Advance(TimeSpan.FromSeconds(2));
        var open = await health.GetReportAsync();
        primary.ComeBack();
        _clock.Advance(TimeSpan.FromSeconds(20));
        await container.GetRequiredService<IStorageFailover>().ReconcileAsync();
        var after = await health.GetReportAsync();

        Assert.That((sound.State, sound.Failover), Is.EqualTo((StorageHealthState.Healthy, (FailoverState?)FailoverState.Healthy)));
        Assert.That((open.State, open.Failover), Is.EqualTo((StorageHealthState.Degraded, (FailoverState?)FailoverState.FailedOver)));
        Assert.That(open.Providers.Select(provider => (provider.Name, provider.Role, provider.IsReachable, provider.Breaker, provider.Hints)), Is.EqualTo(new (string, ProviderRole, bool?, BreakerState?, int?)[]
        {
            ("Cloud", ProviderRole.Primary, false, BreakerState.Open, null),
            ("Disk", ProviderRole.Fallback, true, BreakerState.Closed, 1),
        }));
        Assert.That((after.State, after.Failover, after.Providers[0].Breaker, after.Providers[1].Hints), Is.EqualTo((StorageHealthState.Healthy, (FailoverState?)FailoverState.Healthy, (BreakerState?)BreakerState.Closed, (int?)0)));
    }

    [Test]
    public async Task Store_with_a_fallback_is_degraded_without_the_fallback_and_unavailable_without_both()
    {
        var (primary, fallback) = (new TestPart("Cloud", _clock), new TestPart("Disk", _clock));
        await using var container = Store(store => store.UseProvider("Cloud", _ => primary.Open()).WithResilience(options => options.MaxRetries = 0)
            .WithFallback(part => part.UseProvider("Disk", _ => fallback.Open()).WithResilience(options => options.MaxRetries = 0), options => options.ReconcileInterval = null));
        var health = container.GetRequiredService<IStorageHealth>();
        await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png());

        fallback.GoDown();
        var one = await health.GetReportAsync();
        primary.GoDown();
        _clock.Advance(TimeSpan.FromSeconds(2));
        var none = await health.GetReportAsync();

        Assert.That((one.State, one.Failover, one.Providers[1].Failure, one.Providers[1].Hints), Is.EqualTo((StorageHealthState.Degraded, (FailoverState?)FailoverState.Healthy, "Disk is down.", (int?)null)));
        Assert.That((none.State, none.Providers[0].Failure), Is.EqualTo((StorageHealthState.Unavailable, "Cloud is down.")));
    }

    [Test]
    public async Task Member_of_a_chain_whose_data_cannot_be_read_is_reported()
    {
        await using var container = Store(store => store
            .UseProvider("Cloud", _ => new FaultInjectingProvider(new InMemoryImageProvider(), call => call.Operation == ProviderOperation.List ? new StorageCorruptedException("The list is damaged.") : null))
            .WithFallback(part => part.UseInMemory(), options => options.ReconcileInterval = null));

        var report = await container.GetRequiredService<IStorageHealth>().GetReportAsync();

        Assert.That(report.Providers.Select(provider => (provider.Role, provider.IsReachable)), Is.EqualTo(new (ProviderRole, bool?)[] { (ProviderRole.Primary, true), (ProviderRole.Fallback, true) }));
    }

    [Test]
    public async Task Hybrid_store_names_the_part_that_is_unavailable()
    {
        var (catalog, content) = (new TestPart("Records", _clock), new TestPart("Bytes", _clock));
        await using var container = Store(store => store.UseHybrid(half => half.UseProvider("Records", _ => catalog.Open()), half => half.UseProvider("Bytes", _ => content.Open())));
        var health = container.GetRequiredService<IStorageHealth>();

        var sound = await health.GetReportAsync();
        content.GoDown();
        _clock.Advance(TimeSpan.FromSeconds(2));
        var down = await health.GetReportAsync();

        Assert.That(sound.Providers.Select(provider => (provider.Name, provider.Role, provider.IsReachable)), Is.EqualTo(new (string, ProviderRole, bool?)[]
        {
            ("Hybrid", ProviderRole.Primary, true), ("Records", ProviderRole.Catalog, true), ("Bytes", ProviderRole.Content, true),
        }));
        Assert.That((sound.State, down.State), Is.EqualTo((StorageHealthState.Healthy, StorageHealthState.Unavailable)));
        Assert.That(down.Providers.Select(provider => provider.IsReachable), Is.EqualTo(new bool?[] { false, true, false }));
    }

    [Test]
    public async Task Health_check_is_healthy_degraded_or_what_the_registration_says()
    {
        var (primary, fallback) = (new TestPart("Cloud", _clock), new TestPart("Disk", _clock));
        await using var container = Store(store => store.UseProvider("Cloud", _ => primary.Open())
            .WithFallback(part => part.UseProvider("Disk", _ => fallback.Open()).WithResilience(options => options.MaxRetries = 0), options => options.ReconcileInterval = null), "named");
        var checks = new ServiceCollection();
        checks.AddHealthChecks().AddImageStorage("named", tags: ["ready"]);
        await using var configured = checks.BuildServiceProvider();
        var registration = configured.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single();
        var check = registration.Factory(container);

        var sound = await CheckAsync();
        primary.GoDown();
        _clock.Advance(TimeSpan.FromSeconds(2));
        var degraded = await CheckAsync();
        fallback.GoDown();
        _clock.Advance(TimeSpan.FromSeconds(2));
        var down = await CheckAsync();

        Assert.That(registration.Name, Is.EqualTo("images:named"));
        Assert.That(registration.Tags, Is.EqualTo(new[] { "ready" }));
        Assert.That((sound.Status, degraded.Status, down.Status), Is.EqualTo((HealthStatus.Healthy, HealthStatus.Degraded, HealthStatus.Unhealthy)));
        Assert.That(sound.Description, Is.Null);
        Assert.That(degraded.Description, Is.EqualTo("Primary Cloud is not reachable, breaker Closed: Cloud is down."));
        Assert.That(down.Data["provider.1"], Is.EqualTo("Fallback Disk is not reachable, breaker Closed: Disk is down."));

        Task<HealthCheckResult> CheckAsync() => check.CheckHealthAsync(new HealthCheckContext { Registration = registration });
    }

    [Test]
    public async Task Health_check_of_the_default_store_runs_with_the_others()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddImageStorage().UseInMemory();
        services.AddHealthChecks().AddImageStorage();
        await using var container = services.BuildServiceProvider();

        var report = await container.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.That(report.Entries.Single() is { Key: "images", Value.Status: HealthStatus.Healthy }, Is.True);
    }

    private ServiceProvider Store(Action<ImageStorageBuilder> use, string name = "")
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        use(services.AddImageStorage(name));
        return services.BuildServiceProvider();
    }
}
