using System.Reflection;
using ImageStorage.FileSystem;
using ImageStorage.LiteDb;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Configuration.Tests;

/// <summary>Several stores, by configuration and by code; and options that the application sets itself, by the name of the store.</summary>
public sealed class NamedStoreTests
{
    private static IEnumerable<OptionsSection> Sections() => OptionsSection.All;

    // Options by configuration, then Configure, then PostConfigure; of one store, not of the other.
    [TestCaseSource(nameof(Sections))]
    public void Configure_and_PostConfigure_work_for_every_type_of_options(OptionsSection section) =>
        typeof(NamedStoreTests).GetMethod(nameof(AssertConfigured), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(section.Type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [section], null);

    [Test]
    public async Task Two_stores_by_configuration_have_options_of_their_own()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage("avatars", Store.Section(new Dictionary<string, string?>
        {
            ["Providers:LiteDb:Path"] = "avatars.db",
            ["Providers:LiteDb:MaxLength"] = "2000000",
            ["Cache:Memory:SizeLimitBytes"] = "1000000",
        })).AddAllTypes();
        collection.AddImageStorage("covers", Store.Section(new Dictionary<string, string?>
        {
            ["Providers:LiteDb:Path"] = "covers.db",
            ["Providers:LiteDb:MaxLength"] = "3000000",
            ["Cache:Memory:SizeLimitBytes"] = "2000000",
        })).AddAllTypes();
        await using var services = collection.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);
        Assert.That(new[] { "avatars", "covers" }.Select(name => services.GetRequiredKeyedService<IImageProvider>(name).Capabilities.MaxContentLength), Is.EqualTo(new[] { 2_000_000L, 3_000_000L }));
        Assert.That(new[] { "avatars", "covers" }.Select(name => services.GetRequiredKeyedService<IImageCache>(name).GetStatistics().Memory.LimitBytes), Is.EqualTo(new long?[] { 999_424, 1_999_872 }).Or.EqualTo(new long?[] { 1_000_000, 2_000_000 }));
    }

    [Test]
    public async Task Parts_by_code_have_options_of_their_own_that_the_application_can_set()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage("avatars")
            .UseHybrid(catalog => catalog.UseLiteDb("catalog.db"), content => content.UseFileSystem("content"))
            .WithFallback(fallback => fallback.UseLiteDb("fallback.db"))
            .WithFallback(fallback => fallback.UseLiteDb("second.db"));
        collection.PostConfigure<LiteDbStorageOptions>("avatars:Catalog", options => options.MaxLength = 2_000_000);
        collection.PostConfigure<LiteDbStorageOptions>("avatars:Fallbacks:0", options => options.MaxLength = 3_000_000);
        collection.PostConfigure<FileSystemStorageOptions>("avatars:Content", options => options.Durability = Durability.Relaxed);
        await using var services = collection.BuildServiceProvider();
        Assert.That(services.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);

        var lite = services.GetRequiredService<IOptionsMonitor<LiteDbStorageOptions>>();
        Assert.That(new[] { "Catalog", "Fallbacks:0", "Fallbacks:1" }.Select(part => lite.Get($"avatars:{part}")).Select(options => (options.Path, options.MaxLength)),
            Is.EqualTo(new[] { ("catalog.db", 2_000_000L), ("fallback.db", 3_000_000L), ("second.db", 256L << 20) }));
        Assert.That(services.GetRequiredService<IOptionsMonitor<FileSystemStorageOptions>>().Get("avatars:Content").Durability, Is.EqualTo(Durability.Relaxed));
    }

    [Test]
    public async Task Configured_parts_have_options_that_the_application_can_set()
    {
        await using var services = Store.Build(
            new Dictionary<string, string?>
            {
                ["Primary"] = "main",
                ["Fallbacks:0"] = "spare",
                ["Providers:main:Type"] = "Hybrid",
                ["Providers:main:Catalog:Type"] = "InMemory",
                ["Providers:main:Content:Type"] = "FileSystem",
                ["Providers:spare:Type"] = "FileSystem",
            },
            collection => collection
                .PostConfigure<FileSystemStorageOptions>("avatars:Content", options => options.Path = "content")
                .PostConfigure<FileSystemStorageOptions>("avatars:Providers:spare", options => options.Path = "spare"));

        Assert.That(Store.FailuresOf(services), Is.Null, "The paths that the configuration does not have come from code.");
    }

    // A primary with a fallback is given up sooner; what the application sets itself stays, and the rest has the defaults of that role.
    [Test]
    public void Defaults_of_a_primary_with_a_fallback_are_defaults([Values] bool isSetBefore, [Values] bool isMirror)
    {
        var collection = new ServiceCollection();
        if (isSetBefore)
        {
            collection.Configure<ResilienceOptions>("avatars", options => options.MaxRetries = 9);
        }

        var builder = collection.AddImageStorage("avatars").UseInMemory();
        _ = isMirror ? MirrorBuilderExtensions.WithMirror(builder, mirror => mirror.UseInMemory()) : builder.WithFallback(fallback => fallback.UseInMemory());
        if (!isSetBefore)
        {
            collection.Configure<ResilienceOptions>("avatars", options => options.MaxRetries = 9);
        }

        using var services = collection.BuildServiceProvider();
        var monitor = services.GetRequiredService<IOptionsMonitor<ResilienceOptions>>();

        Assert.That((monitor.Get("avatars").MaxRetries, monitor.Get("avatars").AttemptTimeout), Is.EqualTo((9, TimeSpan.FromSeconds(5))));
        Assert.That(monitor.Get(isMirror ? "avatars:Mirror" : "avatars:Fallbacks:0").AttemptTimeout, Is.EqualTo(TimeSpan.FromSeconds(isMirror ? 5 : 10)));
    }

    [Test]
    public void Section_of_resilience_has_the_defaults_of_a_provider_by_itself()
    {
        using var services = Store.Build(new Dictionary<string, string?>
        {
            ["Primary"] = "a",
            ["Mirror"] = "b",
            ["Providers:a:Type"] = "InMemory",
            ["Providers:a:Resilience:MaxRetries"] = "7",
            ["Providers:b:Type"] = "InMemory",
        });
        var monitor = services.GetRequiredService<IOptionsMonitor<ResilienceOptions>>();

        Assert.That(Store.FailuresOf(services), Is.Null);
        Assert.That((monitor.Get("avatars").MaxRetries, monitor.Get("avatars").AttemptTimeout), Is.EqualTo((7, TimeSpan.FromSeconds(10))));
        Assert.That(monitor.Get("avatars:Providers:b").AttemptTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task Code_refines_the_cache_and_the_resilience_of_the_configuration()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage(Store.Name, Store.Section(new Dictionary<string, string?>
        {
            ["Providers:InMemory:Resilience:MaxRetries"] = "1",
            ["Cache:Expiration"] = "01:00:00",
            ["Cache:Memory:SizeLimitBytes"] = "2000000",
        })).AddAllTypes().WithCache(options => options.Expiration = TimeSpan.FromHours(2)).WithResilience(options => options.RetryDelay = TimeSpan.Zero);
        await using var services = collection.BuildServiceProvider();

        Assert.That(Store.FailuresOf(services), Is.Null);
        Assert.That(services.GetRequiredKeyedService<IImageStorage>(Store.Name).ToString(), Is.EqualTo("ImageStorage(Events(Gate(Caching(Resilience(Instrumentation(InMemory))))))"));
        var cache = services.GetRequiredService<IOptionsMonitor<CacheOptions>>().Get(Store.Name);
        Assert.That((cache.Expiration, cache.Memory.SizeLimitBytes), Is.EqualTo((TimeSpan.FromHours(2), 2_000_000L)));
        var resilience = services.GetRequiredService<IOptionsMonitor<ResilienceOptions>>().Get(Store.Name);
        Assert.That((resilience.MaxRetries, resilience.RetryDelay), Is.EqualTo((1, TimeSpan.Zero)));
    }

    private static void AssertConfigured<T>(OptionsSection section)
        where T : class, new()
    {
        var (path, properties) = section.Settings.First(setting => setting.Properties[^1].PropertyType != typeof(string) && Sample.IsPlain(section, setting.Path));
        var sample = Sample.Of(section, path, properties[^1], properties.Aggregate((object?)new T(), (value, property) => property.GetValue(value)));
        var seen = new List<object?>();
        using var services = Store.Build(
            new Dictionary<string, string?>(section.Store) { [section.Path.Length == 0 ? path : $"{section.Path}:{path}"] = sample.Text },
            collection =>
            {
                collection.AddImageStorage("other").UseInMemory();
                collection.PostConfigure<T>("avatars", options => Note(options));
                collection.Configure<T>("avatars", options => Note(options));
                collection.PostConfigure<T>("avatars", options => Set(options, Value(new T())));
            });

        Assert.That(Store.FailuresOf(services), Is.Null);
        Assert.That(seen.Take(2), Is.EqualTo(new[] { sample.Value, sample.Value }), "The configuration comes first, and PostConfigure last.");
        Assert.That(Value((T)section.Read(services, "avatars")), Is.EqualTo(Value(new T())));

        void Note(T options) => seen.Add(Value(options));
        object? Value(T options) => properties.Aggregate((object?)options, (value, property) => property.GetValue(value));
        void Set(T options, object? value) => properties[^1].SetValue(properties.SkipLast(1).Aggregate((object?)options, (inner, property) => property.GetValue(inner)), value);
    }
}
