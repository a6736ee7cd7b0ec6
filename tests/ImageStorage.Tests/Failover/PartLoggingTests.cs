using ImageStorage.Testing;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Failover;

/// <summary>What the log says of the parts of a store: each logs its calls with the store and its role, and what several processes cannot use together is said at start.</summary>
internal sealed class PartLoggingTests
{
    private static readonly Dictionary<string, (string[] Roles, Action<ImageStorageBuilder> Build)> ByCode = new()
    {
        ["fallback"] = (["Primary", "Fallback"], store => store.UseInMemory().WithFallback(fallback => fallback.UseInMemory())),
        ["mirror"] = (["Primary", "Mirror"], store => store.UseInMemory().WithMirror(mirror => mirror.UseInMemory())),
        ["hybrid"] = (["Primary", "Catalog", "Content"], store => store.UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory(), inlineLimit: 10)),
        ["candidate"] = (["Primary"], store => store.UseFirstAvailable(one => one.UseInMemory(), other => other.UseInMemory())),
    };

    private static readonly Dictionary<string, (string[] Roles, string Settings)> ByConfiguration = new()
    {
        ["fallback"] = (["Primary", "Fallback"], "Primary=a;Providers:a:Type=InMemory;Providers:b:Type=InMemory;Fallbacks:0=b"),
        ["mirror"] = (["Primary", "Mirror"], "Primary=a;Providers:a:Type=InMemory;Providers:b:Type=InMemory;Mirror=b"),
        ["hybrid"] = (["Primary", "Catalog", "Content"], "Providers:Hybrid:InlineLimit=10;Providers:Hybrid:Catalog:Type=InMemory;Providers:Hybrid:Content:Type=InMemory"),
        ["candidate"] = (["Primary"], "Primary=auto;Providers:a:Type=InMemory;Providers:b:Type=InMemory"),
    };

    private readonly ManualClock _clock = new();
    private RecordingLogger _logger = null!;

    private static IEnumerable<string> Compositions => ByCode.Keys;

    [SetUp]
    public void Begin() => _logger = new RecordingLogger();

    [Test]
    public async Task Each_part_logs_its_calls_with_store_and_role([ValueSource(nameof(Compositions))] string composition, [Values] bool isConfigured)
    {
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new Factory(_logger));
        if (isConfigured)
        {
            var settings = ByConfiguration[composition].Settings.Split(';').Select(setting => setting.Split('=')).ToDictionary(setting => setting[0], string? (setting) => setting[1]);
            services.AddImageStorage("photos", new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddInMemoryProvider().AddHybridProvider();
        }
        else
        {
            ByCode[composition].Build(services.AddImageStorage("photos"));
        }

        await using var container = services.BuildServiceProvider();
        var storage = container.GetRequiredKeyedService<IImageStorage>("photos");
        await storage.SaveBytesAsync("a.png", Pair.Image(1));
        await storage.GetBytesAsync("a.png");

        // A fallback is called only when the primary is down: the test below has that. Here it lists nothing to replay.
        foreach (var role in ByCode[composition].Roles.Where(role => role != "Fallback"))
        {
            Assert.That(_logger.Entries.Select(entry => entry.Text), Has.Some.Contains("took").And.Contains($"as {role} of the image store 'photos'").And.Contains(role == "Primary" && composition == "hybrid" ? "Hybrid" : "InMemory"), role);
        }

        Assert.That(_logger.Entries.Where(entry => entry.Level >= LogLevel.Information).Select(entry => entry.Text), Has.None.Contains("a.png"));
    }

    [Test]
    public async Task Save_that_the_fallback_acknowledges_is_logged_with_store_role_and_provider()
    {
        var primary = new TestPart("Cloud", _clock);
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new Factory(_logger));
        services.AddImageStorage("photos").UseProvider("Cloud", _ => primary.Open()).WithFallback(fallback => fallback.UseInMemory(), failover => failover.ReconcileInterval = null);
        await using var container = services.BuildServiceProvider();
        var storage = container.GetRequiredKeyedService<IImageStorage>("photos");
        await storage.SaveBytesAsync("before.png", Pair.Image(1));
        primary.GoDown();

        await storage.SaveBytesAsync("a.png", Pair.Image(1));
        await storage.DeleteAsync("before.png");

        var text = _logger.Entries.Where(entry => entry.Level == LogLevel.Debug).Select(entry => entry.Text).ToList();
        Assert.That(text, Has.Some.StartsWith("InMemory: put of 'failover-images/").And.Contains("as Fallback of the image store 'photos'"));
        Assert.That(text, Has.Some.StartsWith("The write of 'a.png' is acknowledged on the fallback InMemory"));
        Assert.That(text, Has.Some.StartsWith("The write of 'before.png' is acknowledged on the fallback InMemory"));
    }

    // LiteDB is such a provider: the second process opens the primary and fails at the fallback.
    [Test]
    public async Task Part_that_one_process_opens_alone_beside_a_shared_primary_is_warned_about_at_start([Values] bool isMirror, [Values] bool isShared, [Values] bool isPrimaryShared)
    {
        var (primary, part) = (new TestPart("Cloud", _clock, isPrimaryShared), new TestPart("Local", _clock, isShared));
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new Factory(_logger));
        var builder = services.AddImageStorage().UseProvider("Cloud", _ => primary.Open());
        _ = isMirror ? builder.WithMirror(mirror => mirror.UseProvider("Local", _ => part.Open())) : builder.WithFallback(fallback => fallback.UseProvider("Local", _ => part.Open()));
        await using var container = services.BuildServiceProvider();

        await StartAsync(container);

        var warnings = _logger.Entries.Where(entry => entry.Id.Id == 53).Select(entry => entry.Text).ToList();
        Assert.That(warnings, Has.Count.EqualTo(isPrimaryShared && !isShared ? 1 : 0));
        Assert.That(warnings, Has.All.Contains("Local can be opened by a single process, but Cloud by several"));
    }

    [Test]
    public async Task Foreign_chain_ends_the_start_and_a_primary_that_is_down_does_not()
    {
        var (primary, own, foreign) = (new TestPart("Cloud", _clock, isShared: true), new TestPart("Own", _clock, isShared: true), new TestPart("Foreign", _clock, isShared: true));
        ServiceProvider Build(TestPart fallback)
        {
            var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new Factory(_logger));
            services.AddImageStorage().UseProvider("Cloud", _ => primary.Open()).WithFallback(part => part.UseProvider("Local", _ => fallback.Open()));
            return services.BuildServiceProvider();
        }

        await using var first = Build(own);
        await StartAsync(first);
        await using var second = Build(foreign);

        Assert.That(async () => await StartAsync(second), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("must share its fallbacks"));
        var report = await second.GetRequiredService<IStorageHealth>().GetReportAsync();
        Assert.That(report.State, Is.EqualTo(StorageHealthState.Unavailable));
        Assert.That(report.Providers[0].Failure, Does.Contain("must share its fallbacks"));

        primary.GoDown();
        await using var third = Build(foreign);
        await StartAsync(third);
        Assert.That(_logger.Entries.Where(entry => entry.Id.Id == 54).Select(entry => entry.Text), Has.Exactly(1).Matches("^The providers of the image store cannot be verified at start, and are verified before their first use: Cloud is down\\. "));
        Assert.That(async () => await third.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", Pair.Image(1)), Throws.TypeOf<StorageUnavailableException>());
    }

    private static async Task StartAsync(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(default);
        }
    }

    private sealed class Factory(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
