using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Analytics;

/// <summary>The report of a store has the figures of the store and of each of its parts.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StorageReportTests : IDisposable
{
    private static readonly byte[] Image = SampleImages.Png();

    private readonly ServiceCollection _collection = new();
    private bool _isPrimaryDown;
    private ServiceProvider? _services;

    private ServiceProvider Services => _services ??= _collection.BuildServiceProvider();

    private IImageStorage Storage => Services.GetRequiredService<IImageStorage>();

    private IStorageAnalytics Analytics => Services.GetRequiredService<IStorageAnalytics>();

    public void Dispose() => _services?.Dispose();

    [Test]
    public async Task Report_has_the_operations_with_their_outcomes_and_bytes()
    {
        _collection.AddImageStorage().UseInMemory();
        await Storage.SaveBytesAsync("a.png", Image);
        await Storage.GetBytesAsync("a.png");
        await Storage.GetBytesAsync("missing.png");

        var report = Analytics.GetReport();

        var get = report.Operations.Single(operation => operation.Operation == "get");
        Assert.That((get.Count, get.Errors, get.Bytes), Is.EqualTo((2, 0, Image.Length)));
        Assert.That(get.Outcomes, Is.EquivalentTo(new Dictionary<OperationOutcome, long> { [OperationOutcome.Success] = 1, [OperationOutcome.NotFound] = 1 }));
        Assert.That(get.P50!.Value, Is.LessThanOrEqualTo(get.P95!.Value));
        Assert.That((report.Store, report.Count, report.ErrorRate), Is.EqualTo(("default", 3, 0d)));
        Assert.That(report.Series.Select(series => (series.Operation, series.Points.Sum(point => point.Count))), Is.EqualTo(new[] { ("save", 1L), ("get", 2L) }));
    }

    // Two stores, one with a fallback: each part has its own figures.
    [Test]
    public async Task Parts_have_their_own_figures()
    {
        _collection.AddImageStorage("other").UseInMemory();
        _collection.AddImageStorage()
            .UseProvider("Primary", _ => new FaultInjectingProvider(new InMemoryImageProvider(), _ => _isPrimaryDown ? new StorageUnavailableException("Out of reach.") : null))
            .WithResilience(options => options.MaxRetries = 0)
            .WithFallback(fallback => fallback.UseProvider("Fallback", _ => new InMemoryImageProvider()));
        await Services.GetRequiredKeyedService<IImageStorage>("other").SaveBytesAsync("a.png", Image);
        await Storage.SaveBytesAsync("a.png", Image);
        _isPrimaryDown = true;
        await Storage.SaveBytesAsync("b.png", Image);

        var report = Analytics.GetReport();

        var (primary, fallback) = (report.Parts[0], report.Parts[1]);
        Assert.That(report.Parts, Has.Count.EqualTo(2));
        Assert.That(report.Parts.Select(part => part.Role), Is.EqualTo(new[] { ProviderRole.Primary, ProviderRole.Fallback }));
        Assert.That(report.Parts.Select(part => part.Name), Is.EqualTo(Services.GetRequiredService<IStoreParts>().Parts.Select(part => part.Name)));
        Assert.That((primary.Errors > 0, fallback.Errors, fallback.Count > 0), Is.EqualTo((true, 0, true)));
        Assert.That(primary.Breaker, Is.Not.Null);
        Assert.That((report.Count, report.Errors), Is.EqualTo((2, 0)), "The callers have seen no failure.");
        Assert.That(Services.GetRequiredKeyedService<IStorageAnalytics>("other").GetReport().Parts.Single().Count, Is.EqualTo(1));
    }

    // The resilience layer cancels an attempt that takes too long; the part has failed, and its caller has not given up.
    [Test]
    public void Attempt_beyond_its_time_limit_is_an_error_of_the_part()
    {
        _collection.AddImageStorage()
            .UseProvider("Stalling", _ => new StallingProvider(new InMemoryImageProvider()))
            .WithResilience(options => (options.MaxRetries, options.AttemptTimeout) = (0, TimeSpan.FromMilliseconds(20)));
        Assert.That(() => Storage.GetInfoAsync("a.png"), Throws.InstanceOf<StorageUnavailableException>());

        var report = Analytics.GetReport();

        Assert.That(report.Parts.Single().Outcomes, Is.EquivalentTo(new Dictionary<OperationOutcome, long> { [OperationOutcome.Unavailable] = 1 }));
        Assert.That(report.Operations.Single().Outcomes, Is.EquivalentTo(new Dictionary<OperationOutcome, long> { [OperationOutcome.Unavailable] = 1 }));
    }

    [Test]
    public async Task Cache_has_the_hits_of_the_window()
    {
        _collection.AddImageStorage().UseInMemory().WithCache();
        await Storage.SaveBytesAsync("a.png", Image);
        for (var read = 0; read < 4; read++)
        {
            await Storage.GetBytesAsync("a.png");
        }

        var tier = Analytics.GetReport().Cache.Single();

        Assert.That((tier.Tier, tier.Hits, tier.Misses, tier.HitRate), Is.EqualTo((CacheTier.Memory, 3, 1, 0.75)));
        Assert.That(tier.Points.Single(), Has.Property(nameof(CachePoint.Hits)).EqualTo(3));
        Assert.That(Analytics.GetReport().Cache.Single().Hits, Is.EqualTo(3), "A second report counts nothing twice.");
    }

    [Test]
    public async Task Usage_of_a_part_is_its_last_count()
    {
        _collection.AddImageStorage().UseInMemory();
        await Storage.SaveBytesAsync("a.png", Image);
        Assert.That(Analytics.GetReport().Parts.Single().Usage, Is.Null, "The report does not count.");

        await Storage.GetUsageAsync();

        Assert.That(Analytics.GetReport().Parts.Single().Usage, Has.Property(nameof(StorageUsage.Count)).EqualTo(1).And.Property(nameof(StorageUsage.CountedAt)).Not.Null);
    }

    [Test]
    public void Operation_of_the_application_has_its_line()
    {
        _collection.AddImageStorage().UseInMemory();

        Analytics.Record("thumbnail", TimeSpan.FromMilliseconds(20), bytes: 500);
        Analytics.Record("thumbnail", TimeSpan.FromMilliseconds(20), OperationOutcome.Error);

        var operation = Analytics.GetReport().Operations.Single();
        Assert.That((operation.Operation, operation.IsApplication, operation.Count, operation.Errors, operation.Bytes), Is.EqualTo(("thumbnail", true, 2, 1, 500)));
        Assert.That(operation.Average!.Value.TotalMilliseconds, Is.EqualTo(20).Within(1).Percent);
        Assert.That(operation.ErrorP95!.Value.TotalMilliseconds, Is.EqualTo(20).Within(1).Percent);
        Assert.That(Analytics.GetReport().Count, Is.Zero, "The store has done nothing.");
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        _collection.AddImageStorage().UseInMemory();

        Assert.That(() => Analytics.GetReport(TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Analytics.GetReport(TimeSpan.FromHours(25)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Analytics.Record(" ", TimeSpan.Zero), Throws.ArgumentException);
        Assert.That(() => Analytics.Record(new string('a', 65), TimeSpan.Zero), Throws.ArgumentException);
        Assert.That(() => Analytics.Record("save", TimeSpan.Zero), Throws.ArgumentException.With.Message.Contains("the store records itself"));
        Assert.That(() => Analytics.Record("work", TimeSpan.FromTicks(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Analytics.Record("work", TimeSpan.Zero, (OperationOutcome)99), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Analytics.Record("work", TimeSpan.Zero, bytes: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Alerts_of_a_part_of_a_store_are_refused() => Assert.That(
        () => _collection.AddImageStorage().UseInMemory().WithFallback(fallback => fallback.UseInMemory().WithAlerts(_ => { })),
        Throws.InvalidOperationException.With.Message.Contains("call WithAlerts on the store"));

    private sealed class StallingProvider(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => new TaskCompletionSource<ImageInfo?>().Task.WaitAsync(cancellationToken);
    }
}
