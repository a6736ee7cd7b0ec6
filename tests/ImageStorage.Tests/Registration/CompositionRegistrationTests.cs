using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Registration;

/// <summary>Stores of several providers, by code and by configuration.</summary>
public class CompositionRegistrationTests
{
    private readonly ServiceCollection _services = [];

    [SetUp]
    public void Clear() => _services.Clear();

    [Test]
    public async Task Hybrid_by_code_works()
    {
        _services.AddImageStorage().UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory(), inlineLimit: 500);

        Assert.That(await DescribeAsync(), Is.EqualTo("ImageStorage(Events(Gate(Instrumentation(Hybrid(Instrumentation(InMemory), above 500 bytes Instrumentation(InMemory))))))"));
    }

    [Test]
    public async Task Hybrid_by_code_with_options_works_under_a_name()
    {
        _services.AddImageStorage("x").UseHybrid(hybrid =>
        {
            hybrid.Catalog.UseInMemory();
            hybrid.Content.UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory());
            hybrid.Configure(options => options.InlineLimit = 7);
        });

        Assert.That(await DescribeAsync("x"), Is.EqualTo("ImageStorage(Events(Gate(Instrumentation(Hybrid(Instrumentation(InMemory), above 7 bytes Instrumentation(Hybrid(Instrumentation(InMemory), above 32768 bytes Instrumentation(InMemory))))))))"));
    }

    [Test]
    public async Task Hybrid_by_configuration_works()
    {
        _services.AddImageStorage(Configured(
            ("Providers:main:Type", "Hybrid"), ("Providers:main:InlineLimit", "123"), ("Providers:main:OrphanGrace", "12:00:00"),
            ("Providers:main:Catalog:Type", "InMemory"), ("Providers:main:Content:Type", "InMemory"))).AddInMemoryProvider().AddHybridProvider();

        Assert.That(await DescribeAsync(), Is.EqualTo("ImageStorage(Events(Gate(Instrumentation(Hybrid(Instrumentation(InMemory), above 123 bytes Instrumentation(InMemory))))))"));
    }

    [Test]
    public void Hybrid_that_is_not_complete_is_refused_with_the_remedy()
    {
        var builder = _services.AddImageStorage("x");
        Assert.That(() => builder.UseHybrid(catalog => catalog.UseInMemory(), _ => { }), Throws.InvalidOperationException.With.Message.Contains("The content store of the image store 'x' has no provider"));
        Assert.That(() => builder.UseHybrid(_ => { }, content => content.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("The catalog of the image store 'x' has no provider"));
        Assert.That(() => builder.UseHybrid(catalog => catalog.UseInMemory().UseInMemory(), content => content.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("The catalog of the image store 'x' already uses"));
        builder.UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory(), -1);
        Assert.That(async () => await DescribeAsync("x"), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("The image store 'x': Hybrid.InlineLimit is -1"));
    }

    [TestCase("Providers:main:Catalog:Type", "InMemory", "'Providers:main' has no section 'Content'")]
    [TestCase("Providers:main:Content:Type", "Nowhere", "'Providers:main' has no section 'Catalog'")]
    public void Configured_hybrid_that_is_not_complete_is_refused_with_the_remedy(string key, string value, string message)
    {
        _services.AddImageStorage(Configured(("Providers:main:Type", "Hybrid"), (key, value))).AddInMemoryProvider().AddHybridProvider();

        Assert.That(async () => await DescribeAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    [Test]
    public async Task Part_has_the_resilience_of_its_section()
    {
        _services.AddImageStorage(Configured(
            ("Providers:main:Type", "Hybrid"), ("Providers:main:Catalog:Type", "InMemory"), ("Providers:main:Content:Type", "InMemory"), ("Providers:main:Content:Resilience:RepeatAfterTimeout", "false")))
            .AddInMemoryProvider().AddHybridProvider();

        Assert.That(await DescribeAsync(), Is.EqualTo("ImageStorage(Events(Gate(Instrumentation(Hybrid(Instrumentation(InMemory), above 32768 bytes Resilience(Instrumentation(InMemory)))))))"));
    }

    [Test]
    public async Task Impossible_resilience_of_a_part_is_refused_at_start()
    {
        _services.AddImageStorage(Configured(
            ("Providers:main:Type", "Hybrid"), ("Providers:main:Catalog:Type", "InMemory"), ("Providers:main:Content:Type", "Hybrid"),
            ("Providers:main:Content:Content:Resilience:MaxRetries", "-1"))).AddInMemoryProvider().AddHybridProvider();
        await using var container = _services.BuildServiceProvider();

        Assert.That(
            container.GetRequiredService<IStartupValidator>().Validate,
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'Providers:main:Content:Content:Resilience': Resilience.MaxRetries is -1"));
    }

    [Test]
    public void Configured_part_of_an_unknown_type_is_refused_with_its_section()
    {
        _services.AddImageStorage(Configured(("Providers:main:Type", "Hybrid"), ("Providers:main:Catalog:Type", "InMemory"), ("Providers:main:Content:Type", "Nowhere"))).AddInMemoryProvider().AddHybridProvider();

        Assert.That(async () => await DescribeAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'Nowhere' ('Providers:main:Content')").And.Message.Contains("AddNowhereProvider()"));
    }

    [Test]
    public async Task Auto_takes_the_first_that_is_usable_in_the_order_of_the_configuration()
    {
        Configure(("Primary", "AUTO"), ("Providers:0:Type", "Broken"), ("Providers:1:Type", "InMemory"), ("Providers:2:Type", "Broken"));

        Assert.That(await DescribeAsync(), Is.EqualTo("ImageStorage(Events(Gate(Auto(0: Instrumentation(Broken(InMemory)), 1: Instrumentation(InMemory), 2: Instrumentation(Broken(InMemory)); not chosen yet))))"));
        Assert.That(await DescribeAsync(use: true), Is.EqualTo("ImageStorage(Events(Gate(Auto(0: Instrumentation(Broken(InMemory)), 1: Instrumentation(InMemory), 2: Instrumentation(Broken(InMemory)); uses 1))))"));
    }

    [Test]
    public async Task Auto_takes_the_order_that_is_set()
    {
        Configure(("Primary", "auto"), ("Providers:a:Type", "InMemory"), ("Providers:b:Type", "InMemory"), ("Providers:c:Type", "InMemory"), ("Order:0", "c"), ("Order:1", "A"));

        Assert.That(await DescribeAsync(), Does.Match(@"Auto\(c: .*, a: .*; not chosen yet\)"));
    }

    [Test]
    public async Task Provider_that_is_named_auto_is_meant_itself()
    {
        Configure(("Primary", "auto"), ("Providers:auto:Type", "InMemory"), ("Providers:b:Type", "Broken"));

        Assert.That(await DescribeAsync(), Is.EqualTo("ImageStorage(Events(Gate(Instrumentation(InMemory))))"));
    }

    [TestCase("nobody", "a", "'Order:0' is 'nobody'")]
    [TestCase("a", "a", "names a provider twice: a, a")]
    public void Order_that_is_wrong_is_refused_with_setting_value_and_remedy(string first, string second, string message)
    {
        Configure(("Primary", "auto"), ("Providers:a:Type", "InMemory"), ("Providers:b:Type", "InMemory"), ("Order:0", first), ("Order:1", second));

        Assert.That(async () => await DescribeAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    [Test]
    public void Auto_with_a_type_that_is_not_known_is_refused_at_once()
    {
        Configure(("Primary", "auto"), ("Providers:a:Type", "InMemory"), ("Providers:b:Type", "Nowhere"));

        Assert.That(async () => await DescribeAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'Nowhere' ('Providers:b')"));
    }

    [Test]
    public void Auto_without_a_usable_provider_names_each_with_its_cause()
    {
        Configure(("Primary", "auto"), ("Providers:a:Type", "Broken"), ("Providers:b:Type", "Broken"));

        Assert.That(async () => await DescribeAsync(use: true), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("1. a (Broken): It is broken.").And.Message.Contains("2. b (Broken): It is broken."));
    }

    [Test]
    public async Task First_available_by_code_works()
    {
        _services.AddImageStorage().UseFirstAvailable(
            first => first.UseProvider("Broken", _ => new BrokenProvider()),
            second => second.UseInMemory(),
            third => third.UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory()));

        Assert.That(await DescribeAsync(use: true), Does.StartWith("ImageStorage(Events(Gate(Auto(Broken: Instrumentation(Broken").And.EndsWith("; uses InMemory))))"));
    }

    [Test]
    public void First_available_without_a_provider_is_refused()
    {
        var builder = _services.AddImageStorage();
        Assert.That(() => builder.UseFirstAvailable(), Throws.ArgumentException);
        Assert.That(() => builder.UseFirstAvailable(_ => { }), Throws.InvalidOperationException.With.Message.Contains("Candidate 1 of the image store has no provider"));
        Assert.That(async () => await new ValueTask<string>(builder.UseFirstAvailable(one => one.UseInMemory(), two => two.UseInMemory()).Name), Is.Empty);
    }

    private void Configure(params (string Key, string? Value)[] settings) =>
        _services.AddImageStorage(Configured(settings)).AddInMemoryProvider().AddProviderType("Broken", (_, _) => new BrokenProvider());

    private async Task<string> DescribeAsync(string name = "", bool use = false)
    {
        await using var container = _services.BuildServiceProvider();
        var storage = container.GetRequiredKeyedService<IImageStorage>(name);
        if (use)
        {
            await storage.SaveBytesAsync("a.png", SampleImages.Png());
        }

        return storage.ToString()!;
    }

    private static IConfigurationRoot Configured(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();

    private sealed class BrokenProvider() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        public override string Name => "Broken";

        public override Task CheckAsync(CancellationToken cancellationToken = default) => throw new StorageUnavailableException("It is broken.") { Provider = Name };
    }
}
