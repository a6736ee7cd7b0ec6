using ImageStorage.Providers;
using ImageStorage.Selection;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Selection;

/// <summary>What becomes of the choice when a provider that was passed over comes back. Nothing that was saved may vanish with it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SelectionReviewTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly SemaphoreSlim _told = new(0);
    private readonly List<PreferredProviderReturned> _events = [];
    private readonly Side _cloud;
    private readonly Side _disk;
    private readonly ServiceProvider _container;

    public SelectionReviewTests()
    {
        (_cloud, _disk) = (new Side("Cloud", _clock), new Side("Disk", _clock));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddImageStorage().UseFirstAvailable(first => first.UseProvider("Cloud", _ => _cloud.Open()), second => second.UseProvider("Disk", _ => _disk.Open()));
        _container = services.BuildServiceProvider();
        _container.GetRequiredService<IStorageEvents>().Subscribe(occurred =>
        {
            _events.Add((PreferredProviderReturned)occurred);
            _told.Release();
        });
        _cloud.GoDown();
    }

    private IImageStorage Images => _container.GetRequiredService<IImageStorage>();

    [Test]
    public async Task Provider_that_comes_back_is_used_while_nothing_was_kept_in_the_other()
    {
        Assert.That(await Images.GetInfoAsync("a.png"), Is.Null);
        Assert.That(Images.ToString(), Does.Contain("Auto(Disk"));

        _cloud.ComeBack();
        await ReviewAsync();
        await Images.SaveBytesAsync("a.png", Pair.Image(1));

        Assert.That(Images.ToString(), Does.Contain("Auto(Cloud"));
        Assert.That(_events, Is.EqualTo(new[] { new PreferredProviderReturned("Disk", "Cloud", IsUsed: true) { At = _events[0].At } }));
        Assert.That(await _cloud.Store.GetInfoAsync("a.png"), Is.Not.Null);
        Assert.That((await ReportAsync()).State, Is.EqualTo(StorageHealthState.Healthy));
    }

    [Test]
    public async Task Store_stays_where_something_was_saved_and_says_that_the_next_start_would_choose_otherwise()
    {
        await Images.SaveBytesAsync("a.png", Pair.Image(1));
        var before = await ReportAsync();

        _cloud.ComeBack();
        await ReviewAsync();

        Assert.That(await Images.GetBytesAsync("a.png"), Is.EqualTo(Pair.Image(1)));
        Assert.That(_events.Single().IsUsed, Is.False);
        Assert.That(before.State, Is.EqualTo(StorageHealthState.Healthy), "a choice among several is no fault");
        var after = await ReportAsync();
        Assert.That(after.State, Is.EqualTo(StorageHealthState.Degraded));
        Assert.That(after.Providers.Select(provider => (provider.Name, provider.Role, provider.IsReachable)), Is.EqualTo(new (string, ProviderRole, bool?)[] { ("Disk", ProviderRole.Primary, true), ("Cloud", ProviderRole.Candidate, true) }));
        Assert.That(after.Providers[1].Selection, Does.Contain("the next start would choose it"));
    }

    [Test]
    public async Task Store_stays_also_where_others_had_saved_something()
    {
        await using (var other = new ImageStorageManager(_disk.Open()))
        {
            await other.SaveBytesAsync("old.png", Pair.Image(1));
        }

        Assert.That(await Images.GetInfoAsync("old.png"), Is.Not.Null);
        _cloud.ComeBack();
        await ReviewAsync();

        Assert.That(_events.Single().IsUsed, Is.False);
        Assert.That(await Images.GetInfoAsync("old.png"), Is.Not.Null);
    }

    [Test]
    public async Task Delete_and_document_are_writes_too([Values] bool isDocument)
    {
        await (isDocument ? _container.GetRequiredService<IImageProvider>().Documents.PutAsync("history/a", new byte[] { 1 }) : (Task)Images.DeleteAsync("a.png"));
        _cloud.ComeBack();
        await ReviewAsync();

        Assert.That(_events.Single().IsUsed, Is.False);
        Assert.That(Images.ToString(), Does.Contain("Auto(Disk"));
    }

    [Test]
    public async Task Chosen_provider_that_goes_down_is_not_replaced_by_one_behind_it()
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

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        _told.Dispose();
    }

    private Task<StorageHealthReport> ReportAsync() => _container.GetRequiredService<IStorageHealth>().GetReportAsync();

    private async Task ReviewAsync()
    {
        _clock.Advance(SelectionReview.Interval);
        await _told.WaitAsync();
    }
}
