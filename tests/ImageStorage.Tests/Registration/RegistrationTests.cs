using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ImageStorage.Tests.Registration;

public class RegistrationTests
{
    private readonly ServiceCollection _services = [];

    [SetUp]
    public void Clear() => _services.Clear();

    [Test]
    public async Task Store_by_code_works_and_is_one()
    {
        _services.AddImageStorage().UseInMemory();
        await using var container = _services.BuildServiceProvider();
        var storage = container.GetRequiredService<IImageStorage>();

        await storage.SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That(container.GetRequiredService<IImageStorage>(), Is.SameAs(storage));
        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Instrumentation(InMemory))))"));
        Assert.That(await container.GetRequiredService<IImageProvider>().GetInfoAsync("a.png"), Is.Not.Null);
    }

    [Test]
    public async Task Named_stores_are_keyed_and_apart()
    {
        _services.AddImageStorage("avatars").UseInMemory();
        _services.AddImageStorage("covers").UseInMemory().WithValidation(validation => validation.MaxLength = 500);
        await using var container = _services.BuildServiceProvider();
        var avatars = container.GetRequiredKeyedService<IImageStorage>("avatars");
        var covers = container.GetRequiredKeyedService<IImageStorage>("covers");

        await avatars.SaveBytesAsync("a.png", SampleImages.OfLength(600));

        Assert.That(await covers.ExistsAsync("a.png"), Is.False);
        Assert.That((avatars.Capabilities.MaxLength, covers.Capabilities.MaxLength), Is.EqualTo((50L << 20, 500L)));
        Assert.That(container.GetService<IImageStorage>(), Is.Null, "A named store is not the default one.");
    }

    [Test]
    public async Task Default_store_exists_beside_named_stores()
    {
        _services.AddImageStorage().UseInMemory();
        _services.AddImageStorage("other").UseInMemory();
        await using var container = _services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>(), Is.Not.SameAs(container.GetRequiredKeyedService<IImageStorage>("other")));
    }

    [Test]
    public async Task Registering_again_continues_with_the_same_store()
    {
        _services.AddImageStorage("a").UseInMemory();
        var builder = _services.AddImageStorage("a").Configure(options => options.Identity = ContentIdentity.XxHash128);
        await using var container = _services.BuildServiceProvider();

        var info = await container.GetRequiredKeyedService<IImageStorage>("a").SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That((builder.Name, info.Sha256), Is.EqualTo(("a", default(Sha256Digest?))));
        Assert.That(builder.Services, Is.SameAs(_services));
    }

    [Test]
    public async Task Clock_of_the_container_is_used()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        _services.AddSingleton<TimeProvider>(clock);
        _services.AddImageStorage().UseInMemory();
        await using var container = _services.BuildServiceProvider();

        Assert.That((await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png())).CreatedAt, Is.EqualTo(clock.GetUtcNow()));
    }

    [Test]
    public async Task Configuration_chooses_provider_and_options()
    {
        _services.AddImageStorage(Configured(
            ("Primary", "main"), ("Identity", "XxHash128"), ("Validation:MaxLength", "5000"), ("Validation:MaxPixels", "400"), ("Validation:AllowedContentTypes:0", "image/png"),
            ("Providers:main:Type", "inmemory"), ("Providers:spare:Type", "InMemory"))).AddInMemoryProvider();
        await using var container = _services.BuildServiceProvider();
        var storage = container.GetRequiredService<IImageStorage>();

        Assert.That((storage.Capabilities.MaxLength, storage.Capabilities.MaxPixels), Is.EqualTo((5_000L, 400L)));
        Assert.That(storage.Capabilities.ContentTypes, Is.EqualTo(new[] { "image/png" }));
        Assert.That((await storage.SaveBytesAsync("a.png", SampleImages.Png())).Sha256, Is.Null);
    }

    [TestCase("InMemory")]
    [TestCase("INMEMORY")]
    public async Task Single_configured_provider_needs_neither_primary_nor_type(string name)
    {
        _services.AddImageStorage("x", Configured(($"Providers:{name}", null))).AddInMemoryProvider();
        await using var container = _services.BuildServiceProvider();

        Assert.That(container.GetRequiredKeyedService<IImageStorage>("x").ToString(), Does.Contain("InMemory"));
    }

    [Test]
    public async Task Provider_type_gets_its_own_section()
    {
        IConfigurationSection? seen = null;
        _services.AddImageStorage(Configured(("Providers:disk:Type", "Test"), ("Providers:disk:Path", "data"))).AddProviderType("test", (_, section) =>
        {
            seen = section;
            return new InMemoryImageProvider();
        });
        await using var container = _services.BuildServiceProvider();
        container.GetRequiredService<IImageStorage>();

        Assert.That((seen!.Key, seen["Path"]), Is.EqualTo(("disk", "data")));
    }

    [Test]
    public async Task Provider_by_code_wins_over_configuration()
    {
        _services.AddImageStorage(Configured(("Providers:Test:Path", "x"))).AddProviderType("Test", (_, _) => throw new InvalidOperationException("Not used.")).UseInMemory();
        await using var container = _services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Does.Contain("InMemory"));
    }

    [Test]
    public void No_provider_is_refused_with_the_remedy()
    {
        _services.AddImageStorage("avatars");

        Assert.That(() => Resolve("avatars"), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'avatars' has no provider").And.Message.Contains("UseFileSystem").And.Message.Contains("Providers"));
    }

    [Test]
    public void Two_providers_are_refused_with_both_names_and_the_remedy() => Assert.That(
        () => _services.AddImageStorage("avatars").UseInMemory().UseProvider("Second", _ => new InMemoryImageProvider()),
        Throws.InvalidOperationException.With.Message.Contains("InMemory").And.Message.Contains("Second").And.Message.Contains("AddImageStorage(\"name\")"));

    [TestCase("missing", "is 'missing', which is none of the configured providers")]
    [TestCase(null, "is missing; the store has several providers")]
    public void Primary_that_names_no_provider_is_refused_with_those_there_are(string? primary, string reason)
    {
        _services.AddImageStorage(Configured(("Primary", primary), ("Providers:one:Type", "InMemory"), ("Providers:two:Type", "InMemory"))).AddInMemoryProvider();

        Assert.That(() => Resolve(string.Empty), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'Primary'").And.Message.Contains(reason).And.Message.Contains("one, two"));
    }

    [Test]
    public void Unknown_type_is_refused_with_those_known_and_the_remedy()
    {
        _services.AddImageStorage(Configured(("Providers:main:Type", "FileSystem"))).AddInMemoryProvider();

        Assert.That(() => Resolve(string.Empty), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'FileSystem'").And.Message.Contains("known: InMemory").And.Message.Contains("AddFileSystemProvider()"));
    }

    [Test]
    public void Bad_options_are_refused_when_the_store_is_made_and_at_start()
    {
        _services.AddImageStorage("x", Configured(("Validation:MaxLength", "-1"))).UseInMemory();

        Assert.That(() => Resolve("x"), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Validation.MaxLength is -1"));
        using var container = _services.BuildServiceProvider();
        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains("Validation.MaxLength is -1"));
    }

    [Test]
    public async Task Layers_are_put_in_order_around_the_provider()
    {
        _services.AddImageStorage()
            .AddLayer(new Layer(LayerKind.Resilience, (_, inner) => new InnerProvider(inner)))
            .AddLayer(new Layer(LayerKind.Caching, (_, inner) => new OuterProvider(inner)))
            .UseInMemory();
        await using var container = _services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Is.EqualTo("ImageStorage(Events(Gate(Outer(Inner(Instrumentation(InMemory))))))"));
    }

    [Test]
    public async Task Disposing_the_container_disposes_the_provider()
    {
        var provider = new Mock<IImageProvider>();
        provider.Setup(inner => inner.Name).Returns("Mock");
        provider.Setup(inner => inner.Capabilities).Returns(new InMemoryImageProvider().Capabilities);
        _services.AddImageStorage().UseProvider("Mock", _ => provider.Object);
        await using (var container = _services.BuildServiceProvider())
        {
            container.GetRequiredService<IImageStorage>();
        }

        provider.Verify(inner => inner.DisposeAsync(), Times.AtLeastOnce);
    }

    [Test]
    public async Task Logger_of_the_container_is_used_under_the_name_of_the_provider()
    {
        var logger = new RecordingLogger();
        var factory = new Mock<ILoggerFactory>();
        factory.Setup(loggers => loggers.CreateLogger("ImageStorage.InMemory")).Returns(logger);
        _services.AddSingleton(factory.Object);
        _services.AddImageStorage().UseInMemory();
        await using var container = _services.BuildServiceProvider();

        await container.GetRequiredService<IImageStorage>().GetInfoAsync("a.png");

        Assert.That(logger.Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public void Null_arguments_are_mistakes_of_the_caller()
    {
        var builder = _services.AddImageStorage();

        Assert.That(() => _services.AddImageStorage((string)null!), Throws.ArgumentNullException);
        Assert.That(() => _services.AddImageStorage((IConfiguration)null!), Throws.ArgumentNullException);
        Assert.That(() => builder.Configure(null!), Throws.ArgumentNullException);
        Assert.That(() => builder.WithValidation(null!), Throws.ArgumentNullException);
        Assert.That(() => builder.AddLayer(null!), Throws.ArgumentNullException);
        Assert.That(() => builder.UseProvider("x", null!), Throws.ArgumentNullException);
        Assert.That(() => builder.UseProvider(string.Empty, _ => null!), Throws.ArgumentException);
        Assert.That(() => builder.AddProviderType("x", null!), Throws.ArgumentNullException);
        Assert.That(() => builder.AddProviderType<CacheOptions>(null!), Throws.ArgumentNullException);
        Assert.That(() => builder.UseProvider<CacheOptions>(null!, _ => { }), Throws.ArgumentNullException);
    }

    private void Resolve(string name)
    {
        using var container = _services.BuildServiceProvider();
        container.GetRequiredKeyedService<IImageStorage>(name);
    }

    private static IConfigurationRoot Configured(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();

    private sealed class InnerProvider(IImageProvider inner) : DelegatingImageProvider(inner);

    private sealed class OuterProvider(IImageProvider inner) : DelegatingImageProvider(inner);
}
