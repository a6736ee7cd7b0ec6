using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Failover;

/// <summary>Fallbacks by configuration.</summary>
internal sealed class FailoverSettingsTests
{
    private Dictionary<string, string?> _settings = [];

    [SetUp]
    public void Configure() => _settings = new()
    {
        ["Primary"] = "cloud",
        ["Providers:cloud:Type"] = "InMemory",
        ["Providers:local:Type"] = "InMemory",
        ["Providers:spare:Type"] = "InMemory",
        ["Fallbacks:0"] = "local",
        ["Fallbacks:1"] = "Spare",
    };

    [Test]
    public async Task Fallbacks_are_the_named_providers_in_their_order_with_the_options_of_their_sections()
    {
        _settings["Failover:Lease"] = "00:00:02";
        _settings["Failover:ReconcileInterval"] = "none";
        _settings["Failover:MaxBacklog"] = "5";
        _settings["Providers:cloud:Resilience:MaxRetries"] = "1";
        _settings["Providers:spare:Resilience:BreakerFailureRatio"] = "0.75";
        await using var container = Build();

        var storage = container.GetRequiredService<IImageStorage>();

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Failover(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        Assert.That(await container.GetRequiredService<IStorageFailover>().GetStatusAsync(), Is.EqualTo(
            new FailoverStatus { State = FailoverState.Healthy, Primary = "cloud (InMemory)", Fallbacks = [new FallbackStatus { Name = "local (InMemory)", Hints = 0 }, new FallbackStatus { Name = "spare (InMemory)", Hints = 0 }] }));
        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);
    }

    [TestCase("Fallbacks:1", "nowhere", "'Fallbacks:1' is 'nowhere', which is none of the configured providers: cloud, local, spare")]
    [TestCase("Fallbacks:1", "CLOUD", "'Fallbacks:1' is 'CLOUD', which is the primary itself")]
    [TestCase("Fallbacks:1", "local", "Name each fallback once")]
    [TestCase("Primary", "auto", "chosen again at each start")]
    [TestCase("Primary", "elsewhere", "'Primary' is 'elsewhere'")]
    [TestCase("Failover:Lease", "soon", "'Failover:Lease' is 'soon': set it to a time as")]
    [TestCase("Failover:Lease", "01:00:00", "'Failover': Failover.Lease is 01:00:00: set it to a value from zero to one minute")]
    [TestCase("Failover:Leese", "00:00:01", "'Failover:Leese' is not known (its value is '00:00:01'); did you mean 'Lease'? Otherwise use one of ClockTolerance, Lease, MaxBacklog, ReconcileInterval, ReplaceChain, SpoolLimit")]
    [TestCase("Failover:MaxBacklog", "many", "'Failover:MaxBacklog' is 'many': set it to a whole number")]
    [TestCase("Providers:local:Resilience:MaxRetries", "-1", "'Providers:local:Resilience': Resilience.MaxRetries is -1: set it to 0 to 100")]
    [TestCase("Providers:local:Resilience:RepeatAfterTimeout", "seldom", "'Providers:local:Resilience:RepeatAfterTimeout' is 'seldom': set it to true or false")]
    [TestCase("Providers:local:Resilience:Retries", "1", "'Providers:local:Resilience:Retries' is not known")]
    public async Task Setting_that_cannot_be_is_refused_at_start_and_at_use_with_its_name_and_the_remedy(string setting, string value, string message)
    {
        _settings[setting] = value;
        await using var container = Build();

        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    // An empty list in a file.
    [TestCase("", "is empty")]
    [TestCase(null, "is empty")]
    [TestCase("local", "Make it a list, such as [ \"local\" ]")]
    public async Task List_of_fallbacks_that_is_none_is_refused(string? value, string message)
    {
        _settings.Remove("Fallbacks:0");
        _settings.Remove("Fallbacks:1");
        _settings["Fallbacks"] = value;
        await using var container = Build();

        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    [Test]
    public async Task Options_without_fallbacks_are_refused()
    {
        _settings.Remove("Fallbacks:0");
        _settings.Remove("Fallbacks:1");
        _settings["Failover:MaxBacklog"] = "5";
        await using var container = Build();

        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains("has no effect"));
    }

    [Test]
    public async Task Resilience_of_a_provider_needs_no_fallbacks()
    {
        _settings.Remove("Fallbacks:0");
        _settings.Remove("Fallbacks:1");
        _settings["Providers:cloud:Resilience:MaxRetries"] = "1";
        await using var container = Build();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Is.EqualTo("ImageStorage(Events(Gate(Resilience(Instrumentation(InMemory)))))"));
    }

    [Test]
    public void Fallbacks_by_code_and_by_configuration_are_refused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();

        Assert.That(() => new ServiceCollection().AddImageStorage(configuration).WithFallback(fallback => fallback.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("in one of the two"));
        var services = new ServiceCollection();
        services.AddImageStorage().WithFallback(fallback => fallback.UseInMemory());
        Assert.That(() => services.AddImageStorage(configuration), Throws.InvalidOperationException.With.Message.Contains("in one of the two"));
    }

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddImageStorage(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build()).AddInMemoryProvider();
        return services.BuildServiceProvider();
    }
}
