using ImageStorage.Tests.Failover;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Selection;

/// <summary>The choice is made once per start: a provider that comes back, or goes down, does not change it, so no image vanishes with a switch.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SelectionStaysTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly TestPart _cloud;
    private readonly TestPart _disk;
    private readonly ServiceProvider _container;

    public SelectionStaysTests()
    {
        (_cloud, _disk) = (new TestPart("Cloud", _clock), new TestPart("Disk", _clock));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddImageStorage().UseFirstAvailable(first => first.UseProvider("Cloud", _ => _cloud.Open()), second => second.UseProvider("Disk", _ => _disk.Open()));
        _container = services.BuildServiceProvider();
        _cloud.GoDown();
    }

    private IImageStorage Images => _container.GetRequiredService<IImageStorage>();

    [Test]
    public async Task Provider_that_comes_back_is_not_used_before_the_next_start([Values] bool isEmpty)
    {
        Assert.That(await Images.GetInfoAsync("a.png"), Is.Null);
        if (!isEmpty)
        {
            await Images.SaveBytesAsync("a.png", Pair.Image(1));
        }

        _cloud.ComeBack();
        _clock.Advance(TimeSpan.FromHours(1));
        await Images.SaveBytesAsync("a.png", Pair.Image(2));

        Assert.That(Images.ToString(), Does.Contain("; uses Disk)"));
        Assert.That(await Images.GetBytesAsync("a.png"), Is.EqualTo(Pair.Image(2)));
        Assert.That(await _cloud.Store.GetInfoAsync("a.png"), Is.Null);
    }

    [Test]
    public async Task Report_names_the_chosen_provider_and_those_passed_over_and_stays_healthy()
    {
        await Images.SaveBytesAsync("a.png", Pair.Image(1));
        _cloud.ComeBack();

        var report = await ReportAsync();

        Assert.That(report.State, Is.EqualTo(StorageHealthState.Healthy), "a choice among several is no fault");
        Assert.That(report.Providers.Select(provider => (provider.Name, provider.Role, provider.IsReachable)), Is.EqualTo(new (string, ProviderRole, bool?)[] { ("Disk", ProviderRole.Primary, true), ("Cloud", ProviderRole.Candidate, false) }));
        Assert.That(report.Providers.Select(provider => provider.Selection), Is.EqualTo(new[] { "chosen by auto, number 2 of 2", "passed over: it failed its probe" }));
        Assert.That(report.Providers[1].Failure, Is.EqualTo("Cloud is down."));
    }

    [Test]
    public async Task Chosen_provider_that_goes_down_is_not_replaced_by_a_later_one()
    {
        _cloud.ComeBack();
        await Images.SaveBytesAsync("a.png", Pair.Image(1));
        _cloud.GoDown();

        Assert.That(async () => await Images.GetInfoAsync("a.png"), Throws.TypeOf<StorageUnavailableException>());
        var report = await ReportAsync();

        Assert.That((report.State, report.Providers[0].Name, report.Providers[1].IsReachable), Is.EqualTo((StorageHealthState.Unavailable, "Cloud", (bool?)null)));
        Assert.That(report.Providers[1].Selection, Is.EqualTo("not needed"));
    }

    [Test]
    public async Task Report_names_all_that_fail_when_none_can_be_chosen()
    {
        _disk.GoDown();

        var report = await ReportAsync();

        Assert.That(report.State, Is.EqualTo(StorageHealthState.Unavailable));
        Assert.That(report.Providers.Select(provider => provider.Failure), Is.EqualTo(new[] { "Cloud is down.", "Disk is down." }));
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();

    private Task<StorageHealthReport> ReportAsync() => _container.GetRequiredService<IStorageHealth>().GetReportAsync();
}
