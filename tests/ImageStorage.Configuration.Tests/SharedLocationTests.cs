using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Configuration.Tests;

/// <summary>
/// Two stores of one container in one location work like two processes, and are reported: they are hardly what anyone
/// wants. A store, or a cache, inside the location of a store is refused.
/// </summary>
public sealed class SharedLocationTests
{
    private const string Account = "DefaultEndpointsProtocol=https;AccountName=images;AccountKey=a2V5;EndpointSuffix=core.windows.net";

    private static readonly Dictionary<string, (Action<ImageStorageBuilder> One, Action<ImageStorageBuilder> Other, string? Says)> Pairs = new()
    {
        ["one folder"] = (one => one.UseFileSystem("shared"), other => other.UseFileSystem("shared"), "in the same location"),
        ["one folder, spelled differently"] = (one => one.UseFileSystem("shared"), other => other.UseFileSystem("x/../shared/"), "in the same location"),
        ["one container"] = (one => one.UseAzureBlob(Account, "images"), other => other.UseAzureBlob(Account, "images"), "in the same location"),
        ["the fallback of the other"] = (one => one.UseFileSystem("main").WithFallback(fallback => fallback.UseFileSystem("spare")), other => other.UseFileSystem("spare"), "in the same location"),
        ["the mirror of the other"] = (one => one.UseFileSystem("main").WithMirror(mirror => mirror.UseFileSystem("spare")), other => other.UseFileSystem("spare").WithCache(), "in the same location"),
        ["the content of the other"] = (one => one.UseHybrid(catalog => catalog.UseLiteDb("catalog.db"), content => content.UseFileSystem("content")), other => other.UseFileSystem("content"), "in the same location"),
        ["two folders"] = (one => one.UseFileSystem("shared"), other => other.UseFileSystem("shared2"), null),
        ["two prefixes"] = (one => one.UseAzureBlob(options => (options.ConnectionString, options.Container, options.Prefix) = (Account, "images", "one")), other => other.UseAzureBlob(options => (options.ConnectionString, options.Container, options.Prefix) = (Account, "images", "two")), null),
        ["two in memory"] = (one => one.UseInMemory(), other => other.UseInMemory(), null),
    };

    private static IEnumerable<string> Cases => Pairs.Keys;

    [TestCaseSource(nameof(Cases))]
    public async Task Start_warns_once_for_each_pair_and_names_both(string name)
    {
        var log = new Warnings();
        await using var services = Build(name, log);

        foreach (var service in services.GetServices<IHostedService>().Where(service => service.GetType().Name == "StoreStart"))
        {
            // The parts do not exist, and are not what this test is about.
            await Task.WhenAny(service.StartAsync(default));
        }

        var warnings = log.Texts.Where(text => text.Contains("location", StringComparison.Ordinal) && text.Contains("avatars", StringComparison.Ordinal)).ToList();
        Assert.That(warnings, Has.Count.EqualTo(Pairs[name].Says is null ? 0 : 1));
        if (Pairs[name].Says is { } says)
        {
            Assert.That(warnings[0], Does.Contain(says).And.Contain("'avatars'").And.Contain("'covers'").And.Not.Contain(Directory.GetCurrentDirectory()));
        }
    }

    [Test]
    public async Task Health_of_both_stores_names_the_other_and_stays_healthy()
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-shared-");
        try
        {
            var collection = new ServiceCollection();
            collection.AddImageStorage("avatars").UseFileSystem(folder.FullName);
            collection.AddImageStorage("covers").UseFileSystem(folder.FullName);
            collection.AddSingleton<ILoggerFactory>(new Warnings()).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
            collection.AddHealthChecks().AddImageStorage("avatars").AddImageStorage("covers");
            await using var services = collection.BuildServiceProvider();
            var alone = await services.GetRequiredKeyedService<IStorageHealth>("avatars").GetReportAsync();
            Assert.That(alone.Warnings, Is.Empty, "the other store is not in use");

            services.GetRequiredKeyedService<IImageProvider>("covers");
            var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

            Assert.That(report.Status, Is.EqualTo(HealthStatus.Healthy));
            Assert.That(report.Entries["images:covers"].Description, Does.StartWith("The image store 'covers' and the image store 'avatars' store their images in the same location"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase("shared", "shared/inside")]
    [TestCase("shared/images", "shared")]
    public async Task Store_inside_another_store_is_refused_by_a_message_that_names_both(string one, string other)
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage().UseFileSystem(one);
        collection.AddImageStorage("covers").UseInMemory().WithFallback(fallback => fallback.UseFileSystem(other));
        await using var services = collection.BuildServiceProvider();
        services.GetRequiredService<IImageStorage>();

        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.That(
                () => services.GetRequiredKeyedService<IImageStorage>("covers"),
                Throws.InvalidOperationException.With.Message.StartsWith("The image store 'covers' and the image store overlap").And.Message.Not.Contains(Directory.GetCurrentDirectory()));
        }
    }

    [TestCase("store", true)]
    [TestCase("store/", true)]
    [TestCase("x/../store/images/cache", true)]
    [TestCase("spare/cache", true)]
    [TestCase("store2", false)]
    [TestCase("store-cache", false)]
    public async Task Disk_cache_inside_the_store_is_refused(string cache, bool isRefused)
    {
        var root = Directory.CreateTempSubdirectory("imagestorage-cache-");
        try
        {
            var collection = new ServiceCollection();
            collection.AddImageStorage().UseFileSystem(Path.Join(root.FullName, "store")).WithFallback(fallback => fallback.UseFileSystem(Path.Join(root.FullName, "spare"))).WithCache(options => options.Disk.Path = Path.Join(root.FullName, cache));
            await using var services = collection.BuildServiceProvider();

            Assert.That(
                () => services.GetRequiredService<IImageStorage>(),
                isRefused ? Throws.InvalidOperationException.With.Message.Contains("Set Cache.Disk.Path to a folder beside").And.Message.Not.Contains(root.FullName) : Throws.Nothing);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static ServiceProvider Build(string name, Warnings log)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<ILoggerFactory>(log);
        Pairs[name].One(collection.AddImageStorage("avatars"));
        Pairs[name].Other(collection.AddImageStorage("covers"));
        return collection.BuildServiceProvider();
    }

    /// <summary>Collects the warnings.</summary>
    private sealed class Warnings : ILoggerFactory, ILogger
    {
        public List<string> Texts { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Texts)
            {
                Texts.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
