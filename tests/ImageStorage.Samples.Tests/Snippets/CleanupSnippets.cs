using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/cleanup.md, and that the code does what the page says.</summary>
internal sealed class CleanupSnippets
{
    private SignallingClock _clock = null!;
    private SemaphoreSlim _deleted = null!;
    private ServiceProvider _container = null!;

    private IImageStorage Images => _container.GetRequiredService<IImageStorage>();

    [SetUp]
    public async Task MakeStoreAsync()
    {
        _clock = new SignallingClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _deleted = new SemaphoreSlim(0);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddImageStorage().UseProvider("InMemory", _ => new FaultInjectingProvider(new InMemoryImageProvider(_clock), CountDelete));
        _container = services.BuildServiceProvider();
        await Images.SaveBytesAsync("uploads/old", SampleImages.Png());
        await Images.SaveBytesAsync("uploads-to-keep/old", SampleImages.Png());
        _clock.Advance(TimeSpan.FromDays(31));
        await Images.SaveBytesAsync("uploads/new", SampleImages.Png());
    }

    [TearDown]
    public async Task RemoveStoreAsync()
    {
        await _container.DisposeAsync();
        _deleted.Dispose();
    }

    [Test]
    public async Task Old_images_under_the_prefix_are_deleted()
    {
        var preview = await PreviewAsync(Images);
        var result = await CleanUpAsync(Images);

        Assert.That((preview.DeletedCount, preview.DryRun, result.DeletedCount), Is.EqualTo((2, true, 1)));
        Assert.That((await Images.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items.Select(info => info.Key.Value), Is.EqualTo(["uploads-to-keep/old", "uploads/new"]));
    }

    [Test]
    public async Task Background_service_cleans_up_every_day()
    {
        using var service = new NightlyCleanup(Images, _clock);
        await service.StartAsync(CancellationToken.None);
        await _clock.TimerCreated;

        _clock.Advance(TimeSpan.FromDays(60));
        await _deleted.WaitAsync();
        await _deleted.WaitAsync();
        await service.StopAsync(CancellationToken.None);

        Assert.That((await Images.ListAsync(new ImageQuery())).Items.Select(info => info.Key.Value), Is.EqualTo(["uploads/new"]));
    }

    [Test]
    public void Background_services_get_their_store_and_the_clock()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddImageStorage("uploads").UseInMemory();
        builder.Services.AddHostedService<NightlyCleanupOfUploads>();

        builder.Services.AddImageStorage().UseFileSystem("data/images");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<NightlyCleanup>();

        using var host = builder.Build();
        Assert.That(
            host.Services.GetServices<IHostedService>().Select(service => service.GetType()),
            Does.Contain(typeof(NightlyCleanup)).And.Contain(typeof(NightlyCleanupOfUploads)));
    }

    [Test]
    public async Task Thumbnail_of_a_deleted_picture_and_the_history_stay()
    {
        var history = _container.GetRequiredService<IImageHistory>();
        await history.AppendAsync(new HistoryEntry { Mode = "upload", Keys = ["uploads/old"] });
        await Images.SaveBytesAsync("uploads/old.thumb", SampleImages.Png());

        await CleanUpAsync(Images);

        Assert.That((await Images.ExistsAsync("uploads/old"), await Images.ExistsAsync("uploads/old.thumb")), Is.EqualTo((false, true)));
        Assert.That((await history.ListAsync(new HistoryQuery())).Items, Has.Count.EqualTo(1));
    }

    private Exception? CountDelete(ProviderCall call)
    {
        if (call is { Operation: ProviderOperation.Delete, HasTakenEffect: true })
        {
            _deleted.Release();
        }

        return null;
    }

    private static async Task<CleanupResult> CleanUpAsync(IImageStorage images)
    {
        var result = await images.CleanupAsync(new CleanupOptions
        {
            Prefix = "uploads/",
            MaxAge = TimeSpan.FromDays(30),
            MaxBytes = 10L << 30,
        });
        Console.WriteLine($"Deleted {result.DeletedCount} images, {result.FreedBytes} bytes.");
        return result;
    }

    private static async Task<CleanupResult> PreviewAsync(IImageStorage images)
    {
        var options = new CleanupOptions { MaxAge = TimeSpan.FromDays(30) };
        var preview = await images.CleanupAsync(options with { DryRun = true });
        return preview;
    }

    /// <summary>A clock that says when its first timer exists: a background service creates its timer on another thread.</summary>
    private sealed class SignallingClock(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private readonly TaskCompletionSource _timerCreated = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task TimerCreated => _timerCreated.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timerCreated.TrySetResult();
            return timer;
        }
    }
}

public sealed class NightlyCleanup(IImageStorage images, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(24), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await images.CleanupAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(90) }, stoppingToken);
        }
    }
}

public sealed class NightlyCleanupOfUploads([FromKeyedServices("uploads")] IImageStorage images, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(24), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await images.CleanupAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(7) }, stoppingToken);
        }
    }
}
