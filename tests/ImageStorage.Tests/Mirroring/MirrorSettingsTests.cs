using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Mirroring;

/// <summary>A mirror by configuration.</summary>
internal sealed class MirrorSettingsTests
{
    private Dictionary<string, string?> _settings = [];

    [SetUp]
    public void Configure() => _settings = new()
    {
        ["Primary"] = "first",
        ["Mirror"] = "Second",
        ["Providers:first:Type"] = "InMemory",
        ["Providers:second:Type"] = "InMemory",
        ["Providers:third:Type"] = "InMemory",
    };

    [Test]
    public async Task Mirror_is_the_named_provider_with_the_options_of_its_section()
    {
        _settings["Mirroring:ReconcileInterval"] = "none";
        _settings["Providers:second:Resilience:MaxRetries"] = "1";
        await using var container = Build();

        var storage = container.GetRequiredService<IImageStorage>();

        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Events(Gate(Mirror(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);
        await storage.SaveBytesAsync("a", Failover.Pair.Image(1));
        Assert.That(await container.GetRequiredService<IStorageFailover>().GetStatusAsync(), Is.EqualTo(
            new FailoverStatus { State = FailoverState.Healthy, Primary = "first (InMemory)", Fallbacks = [new FallbackStatus { Name = "second (InMemory)", Hints = 0 }] }));
        Assert.That(await container.GetRequiredService<IStorageMirror>().ResyncAsync(), Is.EqualTo(new ResyncResult { Compared = 1, Synchronized = 0, Conflicts = 0, Failed = 0 }));
    }

    [TestCase("Mirror", "nowhere", "'Mirror' is 'nowhere', which is none of the configured providers: first, second, third")]
    [TestCase("Mirror", "FIRST", "'Mirror' is 'FIRST', which is the primary itself")]
    [TestCase("Mirror", "", "'Mirror' is empty. Set it to the name of one of the configured providers (first, second, third)")]
    [TestCase("Mirror", null, "'Mirror' is empty")]
    [TestCase("Mirror:0", "second", "'Mirror' is a section or a list")]
    [TestCase("Mirror:Lease", "00:00:01", "options belong to the section 'Mirroring'")]
    [TestCase("Primary", "auto", "chosen again at each start")]
    [TestCase("Primary", "elsewhere", "'Primary' is 'elsewhere'")]
    [TestCase("Fallbacks:0", "third", "'Fallbacks' and 'Mirror' exclude each other")]
    [TestCase("Mirroring:Lease", "soon", "'Mirroring:Lease' is 'soon': set it to a time")]
    [TestCase("Mirroring:Lease", "01:00:00", "'Mirroring': Mirror.Lease is 01:00:00: set it to a value from zero to one minute")]
    [TestCase("Mirroring:Leese", "00:00:01", "'Mirroring:Leese' is not known (its value is '00:00:01'); did you mean 'Lease'? Otherwise use one of CopyTimeout, Lease, ReconcileInterval, RetryPause, SpoolLimit, TrustSingleReplica")]
    [TestCase("Mirroring:TrustSingleReplica", "perhaps", "'Mirroring:TrustSingleReplica' is 'perhaps': set it to true or false")]
    [TestCase("Providers:second:Resilience:MaxRetries", "-1", "'Providers:second:Resilience': Resilience.MaxRetries is -1")]
    public async Task Setting_that_cannot_be_is_refused_at_start_and_at_use_with_its_name_and_the_remedy(string setting, string? value, string message)
    {
        _settings[setting] = value;
        await using var container = Build();

        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    [Test]
    public async Task Options_without_a_mirror_are_refused()
    {
        _settings.Remove("Mirror");
        _settings["Mirroring:Lease"] = "00:00:01";
        await using var container = Build();

        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.TypeOf<OptionsValidationException>().With.Message.Contains("'Mirroring' has no effect"));
    }

    [Test]
    public async Task Primary_by_code_may_have_a_mirror_by_configuration()
    {
        _settings.Remove("Primary");
        var services = new ServiceCollection();
        services.AddImageStorage("named", Configuration()).AddInMemoryProvider().UseInMemory();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredKeyedService<IImageStorage>("named").ToString(), Is.EqualTo("ImageStorage(Events(Gate(Mirror(Resilience(Instrumentation(InMemory)), Resilience(Instrumentation(InMemory))))))"));
        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);
    }

    [Test]
    public void Mirror_by_configuration_beside_a_mirror_or_a_fallback_by_code_is_refused()
    {
        Assert.That(() => new ServiceCollection().AddImageStorage(Configuration()).WithMirror(mirror => mirror.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("in one of the two"));
        Assert.That(() => new ServiceCollection().AddImageStorage(Configuration()).WithFallback(fallback => fallback.UseInMemory()), Throws.InvalidOperationException.With.Message.Contains("has a mirror already"));
        var mirrored = new ServiceCollection();
        mirrored.AddImageStorage().WithMirror(mirror => mirror.UseInMemory());
        Assert.That(() => mirrored.AddImageStorage(Configuration()), Throws.InvalidOperationException.With.Message.Contains("in one of the two"));
        var fallen = new ServiceCollection();
        fallen.AddImageStorage().WithFallback(fallback => fallback.UseInMemory());
        Assert.That(() => fallen.AddImageStorage(Configuration()), Throws.InvalidOperationException.With.Message.Contains("has a mirror or a fallback already"));
    }

    private IConfigurationRoot Configuration() => new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddImageStorage(Configuration()).AddInMemoryProvider();
        return services.BuildServiceProvider();
    }
}
