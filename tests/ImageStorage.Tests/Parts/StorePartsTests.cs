using ImageStorage.Parts;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Parts;

/// <summary>The parts of a store: the same list as in its health report, each with its own layers and none of the store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StorePartsTests
{
    // Each composition with its parts, in the order of the health report.
    private static readonly Dictionary<string, (string Parts, Action<ImageStorageBuilder> Build)> ByCode = new()
    {
        ["single"] = ("Primary InMemory", store => store.UseInMemory()),
        ["all layers"] = ("Primary InMemory", store => store.UseInMemory().WithResilience().WithCache().WithTransactions().AddLayer(new(LayerKind.Encoding, (_, inner) => new RecordingLayer(inner)))),
        ["fallback"] = ("Primary InMemory, Fallback InMemory 2", store => store.UseInMemory().WithFallback(Memory)),
        ["chain"] = ("Primary InMemory, Fallback InMemory 2, Fallback InMemory 3", store => store.UseInMemory().WithFallback(Memory).WithFallback(Memory).WithCache()),
        ["mirror"] = ("Primary InMemory, Mirror InMemory 2", store => store.UseInMemory().WithMirror(Memory)),
        ["hybrid"] = ("Primary Hybrid, Catalog InMemory, Content InMemory 2", store => store.UseHybrid(Memory, Memory)),
        ["hybrid of hybrid"] = ("Primary Hybrid, Catalog InMemory, Content Hybrid 2, Catalog InMemory 2, Content InMemory 3", store => store.UseHybrid(Memory, content => content.UseHybrid(Memory, Memory))),
        ["hybrid as fallback"] = ("Primary InMemory, Fallback Hybrid, Catalog InMemory 2, Content InMemory 3", store => store.UseInMemory().WithFallback(Hybrid)),
        ["hybrids in a chain"] = ("Primary Hybrid, Catalog InMemory 2, Content InMemory 3, Fallback InMemory, Fallback Hybrid 2, Catalog InMemory 4, Content InMemory 5", store => store.UseHybrid(Memory, Memory).WithFallback(Memory).WithFallback(Hybrid)),
        ["hybrids of a mirror"] = ("Primary Hybrid, Catalog InMemory, Content InMemory 2, Mirror Hybrid 2, Catalog InMemory 3, Content InMemory 4", store => store.UseHybrid(Memory, Memory).WithMirror(Hybrid)),
        ["selection"] = ("Primary InMemory, Candidate InMemory 2 (InMemory)", store => store.UseFirstAvailable(Memory, Memory).WithResilience()),
        ["selection of hybrid"] = ("Primary Hybrid, Catalog InMemory, Content InMemory 2, Candidate InMemory 3", store => store.UseFirstAvailable(Hybrid, Memory)),
        ["selection without hybrid"] = ("Primary InMemory, Candidate Hybrid", store => store.UseFirstAvailable(Memory, Hybrid)),
        ["hybrid of selection"] = ("Primary Hybrid, Catalog InMemory, Content InMemory 2, Candidate InMemory 2 (InMemory)", store => store.UseHybrid(Memory, content => content.UseFirstAvailable(Memory, Memory))),
    };

    private static readonly Dictionary<string, (string Parts, string Settings)> ByConfiguration = new()
    {
        ["fallbacks"] = ("Primary a (InMemory), Fallback b (InMemory), Fallback InMemory", "Primary=a;Providers:a:Type=InMemory;Providers:b:Type=InMemory;Providers:InMemory=;Fallbacks:0=b;Fallbacks:1=InMemory"),
        ["mirror"] = ("Primary a (InMemory), Mirror b (InMemory)", "Primary=a;Providers:a:Type=InMemory;Providers:b:Type=InMemory;Mirror=b"),
        ["hybrid as fallback"] = ("Primary a (InMemory), Fallback Hybrid, Catalog InMemory, Content InMemory 2", "Primary=a;Providers:a:Type=InMemory;Providers:Hybrid:Catalog:Type=InMemory;Providers:Hybrid:Content:Type=InMemory;Fallbacks:0=Hybrid"),
        ["selection"] = ("Primary a (InMemory), Candidate b (InMemory)", "Primary=auto;Providers:a:Type=InMemory;Providers:b:Type=InMemory"),
    };

    private readonly RecordingLogger _logger = new();

    private static IEnumerable<string> NamesByCode => ByCode.Keys;

    private static IEnumerable<string> NamesByConfiguration => ByConfiguration.Keys;

    [TestCaseSource(nameof(NamesByCode))]
    public async Task Parts_are_those_of_the_health_report(string composition)
    {
        await using var container = Build(store => ByCode[composition].Build(store));

        await AssertPartsAsync(container, ByCode[composition].Parts);
    }

    [TestCaseSource(nameof(NamesByConfiguration))]
    public async Task Parts_of_a_configured_store_are_those_of_the_health_report(string composition)
    {
        var settings = ByConfiguration[composition].Settings.Split(';').Select(setting => setting.Split('=')).ToDictionary(setting => setting[0], string? (setting) => setting[1]);
        settings.Remove("Providers:InMemory");
        if (composition == "fallbacks")
        {
            settings["Providers:InMemory:Type"] = "InMemory";
        }

        var services = new ServiceCollection();
        services.AddImageStorage("photos", new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddInMemoryProvider().AddHybridProvider();
        await using var container = services.BuildServiceProvider();

        await AssertPartsAsync(container, ByConfiguration[composition].Parts);
    }

    [Test]
    public async Task Parts_of_a_store_that_fails_are_those_of_its_health_report()
    {
        var (primary, fallback) = (new TestPart("Cloud", TimeProvider.System), new TestPart("Disk", TimeProvider.System));
        primary.GoDown();
        fallback.GoDown();
        await using var container = Build(store => store.UseProvider("Cloud", _ => primary.Open()).WithFallback(part => part.UseProvider("Disk", _ => fallback.Open()), options => options.ReconcileInterval = null));
        await using var undecided = Build(store => store.UseFirstAvailable(one => one.UseProvider("Cloud", _ => primary.Open()), other => other.UseProvider("Disk", _ => fallback.Open())));

        await AssertPartsAsync(container, "Primary Cloud, Fallback Disk");
        await AssertPartsAsync(undecided, "Candidate Cloud, Candidate Disk");
    }

    // The log of a part names store, provider and role. A call is logged once, whatever surrounds the part.
    [TestCaseSource(nameof(NamesByCode))]
    public async Task Each_part_is_instrumented_once_and_has_no_layer_of_the_store(string composition)
    {
        await using var container = Build(store => ByCode[composition].Build(store));
        await container.GetRequiredKeyedService<IImageStorage>("photos").GetInfoAsync("choice");

        foreach (var part in container.GetRequiredKeyedService<IStoreParts>("photos").Parts.Where(part => part.Role != ProviderRole.Candidate))
        {
            _logger.Entries.Clear();
            await part.Provider.GetInfoAsync(new ImageKey("a.png"));

            var provider = part.Name.Split(' ')[0];
            Assert.That(
                _logger.Entries.Select(entry => entry.Text).Where(text => text.StartsWith($"{provider}: info of 'a.png' took", StringComparison.Ordinal) && text.Contains($"as {part.Role} of the image store 'photos'")).ToList(),
                Has.Count.EqualTo(1),
                $"{part.Role} {part.Name}");
            Assert.That($"{part.Provider}", Does.Not.Match("Events|Gate|Caching|Recording|Failover|Mirror"));
        }
    }

    [Test]
    public async Task Part_has_its_own_resilience_layer()
    {
        await using var container = Build(store => store.UseInMemory().WithFallback(Memory).WithCache());

        Assert.That(container.GetRequiredKeyedService<IStoreParts>("photos").Parts.Select(part => $"{part.Provider}"), Is.EqualTo(new[] { "Resilience(Instrumentation(InMemory))", "Resilience(Instrumentation(InMemory))" }));
    }

    [Test]
    public async Task Parts_hold_what_the_store_wrote_to_each()
    {
        await using var container = Build(store => store.UseInMemory().WithMirror(Memory));
        await container.GetRequiredKeyedService<IImageStorage>("photos").SaveBytesAsync("a.png", SampleImages.Png());

        foreach (var part in container.GetRequiredKeyedService<IStoreParts>("photos").Parts)
        {
            Assert.That(await part.Provider.GetInfoAsync(new ImageKey("a.png")), Is.Not.Null, part.Name);
        }
    }

    [TestCase("A, A, A", ExpectedResult = "A, A 2, A 3")]
    [TestCase("A, A 2, A", ExpectedResult = "A, A 2, A 3")]
    [TestCase("A 2, A, A", ExpectedResult = "A 2, A, A 3")]
    [TestCase("A, a", ExpectedResult = "A, a")]
    public string Repeated_names_get_a_number(string names) => string.Join(", ", PartList.UniqueNames(names.Split(", ")));

    private static void Memory(ImageStorageBuilder part) => part.UseInMemory();

    private static void Hybrid(ImageStorageBuilder part) => part.UseHybrid(Memory, Memory);

    private static async Task AssertPartsAsync(IServiceProvider container, string expected)
    {
        var report = await container.GetRequiredKeyedService<IStorageHealth>("photos").GetReportAsync();
        var parts = container.GetRequiredKeyedService<IStoreParts>("photos").Parts;

        Assert.That(string.Join(", ", parts.Select(part => $"{part.Role} {part.Name}")), Is.EqualTo(expected));
        Assert.That(report.Providers.Select(entry => (entry.Role, entry.Name)), Is.EqualTo(parts.Select(part => (part.Role, part.Name))));
        Assert.That(parts.Select(part => part.Name), Is.Unique);
        if (container.GetKeyedService<IStorageFailover>("photos") is { } failover && report.State == StorageHealthState.Healthy)
        {
            var status = await failover.GetStatusAsync();
            Assert.That(status.Fallbacks.Select(fallback => fallback.Name).Prepend(status.Primary), Is.EqualTo(parts.Where(part => part.Role <= ProviderRole.Mirror).Select(part => part.Name)));
        }
    }

    private ServiceProvider Build(Action<ImageStorageBuilder> build)
    {
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new Factory(_logger));
        build(services.AddImageStorage("photos"));
        return services.BuildServiceProvider();
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
