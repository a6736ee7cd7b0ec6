using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Configuration.Tests;

/// <summary>
/// A store, or a cache, in or inside the location of another store of the container is refused.
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
    public async Task Start_refuses_the_second_store_and_names_both(string name)
    {
        await using var services = Build(name);
        var failures = new List<Exception>();

        foreach (var service in services.GetServices<IHostedService>().Where(service => service.GetType().Name == "StoreStart"))
        {
            try
            {
                await service.StartAsync(default);
            }
            catch (InvalidOperationException failure)
            {
                failures.Add(failure);
            }
            catch (ImageStorageException)
            {
                // The parts of the stores do not exist, and are not what this test is about.
            }
        }

        Assert.That(failures, Has.Count.EqualTo(Pairs[name].Says is null ? 0 : 1));
        if (Pairs[name].Says is { } says)
        {
            Assert.That(failures[0].Message, Does.StartWith("The image store 'covers' and the image store 'avatars' ").And.Contain(says).And.Not.Contain(Directory.GetCurrentDirectory()));
            Assert.That(() => services.GetRequiredKeyedService<IImageStorage>("avatars"), Throws.Nothing, "The first store works.");
        }
    }

    [Test]
    public async Task Overlap_that_is_known_only_after_the_creation_is_a_warning_in_log_and_health()
    {
        var log = new Warnings();
        var collection = new ServiceCollection();
        foreach (var name in new[] { "avatars", "covers" })
        {
            collection.AddImageStorage(name).UseProvider("Late", _ => new LateProvider());
        }

        collection.AddSingleton<ILoggerFactory>(log).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        collection.AddHealthChecks().AddImageStorage("avatars").AddImageStorage("covers");
        await using var services = collection.BuildServiceProvider();
        foreach (var name in new[] { "avatars", "covers" })
        {
            await services.GetRequiredKeyedService<IImageProvider>(name).GetInfoAsync("any.png");
        }

        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        foreach (var service in services.GetServices<IHostedService>().Where(service => service.GetType().Name == "StoreStart"))
        {
            await service.StartAsync(default);
        }

        Assert.That(report.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(report.Entries["images:covers"].Description, Does.StartWith("The image store 'covers' and the image store 'avatars' store their images in the same location"));
        Assert.That(log.Texts, Has.Exactly(1).StartsWith("The image store 'covers' and the image store 'avatars' store").And.Exactly(1).StartsWith("The image store 'avatars' and the image store 'covers' store"));
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

    private static ServiceProvider Build(string name)
    {
        var collection = new ServiceCollection();
        Pairs[name].One(collection.AddImageStorage("avatars"));
        Pairs[name].Other(collection.AddImageStorage("covers"));
        return collection.BuildServiceProvider();
    }

    /// <summary>Has a location after its first use, as a provider that is chosen then.</summary>
    private sealed class LateProvider() : DelegatingImageProvider(new InMemoryImageProvider()), IStoreLocationProvider
    {
        private bool _isUsed;

        public IReadOnlyList<string> Locations => _isUsed ? ["late"] : [];

        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
        {
            _isUsed = true;
            return base.GetInfoAsync(key, cancellationToken);
        }
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
