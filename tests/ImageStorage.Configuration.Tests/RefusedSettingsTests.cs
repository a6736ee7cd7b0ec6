using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Configuration.Tests;

/// <summary>What is refused when the application starts, with setting, value, store, section and known names, instead of being ignored or misread.</summary>
public sealed class RefusedSettingsTests
{
    private static readonly Dictionary<string, string?> Base = new()
    {
        ["Primary"] = "a",
        ["Providers:a:Type"] = "Hybrid",
        ["Providers:a:Catalog:Type"] = "LiteDb",
        ["Providers:a:Catalog:Path"] = "catalog.db",
        ["Providers:a:Content:Type"] = "FileSystem",
        ["Providers:a:Content:Path"] = "content",
        ["Providers:b:Type"] = "FileSystem",
        ["Providers:b:Path"] = "b",
    };

    [TestCase("Fallback:0", "b", "'ImageStorage:Avatars:Fallback' is not known (a section); did you mean 'Fallbacks'?")]
    [TestCase("Miror", "b", "'ImageStorage:Avatars:Miror' is not known (its value is 'b'); did you mean 'Mirror'?")]
    [TestCase("Cashe:Expiration", "01:00:00", "'ImageStorage:Avatars:Cashe' is not known (a section); did you mean 'Cache'?")]
    [TestCase("Primry", "a", "'ImageStorage:Avatars:Primry' is not known (its value is 'a'); did you mean 'Primary'?")]
    [TestCase("Validaton:MaxLength", "1", "'ImageStorage:Avatars:Validaton' is not known (a section); did you mean 'Validation'?")]
    [TestCase("Validation:MaxLenght", "1", "'ImageStorage:Avatars:Validation:MaxLenght' is not known (its value is '1'); did you mean 'MaxLength'? Otherwise use one of AllowedContentTypes, MaxHeaderLength, MaxLength, MaxPixels, or remove it")]
    [TestCase("Providers:b:Durabilty", "Full", "'ImageStorage:Avatars:Providers:b:Durabilty' is not known (its value is 'Full'); did you mean 'Durability'?")]
    [TestCase("Providers:b:CreateIfMising", "false", "did you mean 'CreateIfMissing'?")]
    [TestCase("Providers:a:InlineLimitt", "1", "'ImageStorage:Avatars:Providers:a:InlineLimitt' is not known (its value is '1'); did you mean 'InlineLimit'?")]
    [TestCase("Providers:a:Content:Durabilty", "Full", "section 'ImageStorage:Avatars:Providers:a:Content': the setting 'ImageStorage:Avatars:Providers:a:Content:Durabilty' is not known")]
    [TestCase("Providers:a:Content:Resilience:MaxRetry", "1", "'ImageStorage:Avatars:Providers:a:Content:Resilience:MaxRetry' is not known")]
    [TestCase("Validation:AllowedContentTypes", "image/jpeg", "'ImageStorage:Avatars:Validation:AllowedContentTypes' is 'image/jpeg', which is not a list: write [ \"image/jpeg\" ]")]
    [TestCase("Cache:Expiration", "30", "'ImageStorage:Avatars:Cache:Expiration' is '30': set it to a time as [days.]hours:minutes:seconds, such as 00:00:30, or 1.00:00:00 for a day (30 seconds are 00:00:30)")]
    [TestCase("Cache:Expiration", "3600", "(3600 seconds are 01:00:00)")]
    [TestCase("Cache:Expiration", "24:00:00", "(24 hours are 1.00:00:00)")]
    [TestCase("Cache:Expiration", "36:30:00", "(36 hours are 1.12:30:00)")]
    [TestCase("Cache:Expiration", "00:30", "'00:30': set it to a time")]
    [TestCase("Providers:a:OrphanGrace", "24:00:00", "(24 hours are 1.00:00:00)")]
    [TestCase("Providers:b:Durability", "1", "'ImageStorage:Avatars:Providers:b:Durability' is '1': set it to Full or Relaxed")]
    [TestCase("Providers:b:Durability", "", "'ImageStorage:Avatars:Providers:b:Durability' is empty: set it to Full or Relaxed, or remove it")]
    [TestCase("Order:0", "b", "'ImageStorage:Avatars:Order' has no effect, because the setting 'Primary' is not 'auto'")]
    [TestCase("Providers", "FileSystem", "'ImageStorage:Avatars:Providers' is 'FileSystem', but it is a section")]
    [TestCase("Validation", "strict", "'ImageStorage:Avatars:Validation' is 'strict', but it is a section")]
    [TestCase("Providers:c", "FileSystem", "'ImageStorage:Avatars:Providers:c' is a value, but it is the section of a provider")]
    [TestCase("Providers:c:Type", "FileSistem", "'FileSistem' ('ImageStorage:Avatars:Providers:c') is not known (known: AzureBlob, FileSystem, Hybrid, InMemory, LiteDb); did you mean 'FileSystem'?")]
    [TestCase("Providers:c:Type", "", "'ImageStorage:Avatars:Providers:c:Type' is empty: set it to a known type of provider")]
    [TestCase("Providers:c:Path", "c", "Set 'ImageStorage:Avatars:Providers:c:Type' to a known type")]
    [TestCase("Primary", "c", "'ImageStorage:Avatars:Primary' is 'c', which is none of the configured providers: a, b")]
    [TestCase("Primary", "", "'ImageStorage:Avatars:Primary' is missing; the store has several providers: a, b. Set it to one of them, or to 'auto' for the first that is usable")]
    public void Setting_is_refused_at_start_and_at_first_use(string setting, string value, string message)
    {
        using var services = Store.Build(new Dictionary<string, string?>(Base) { [setting] = value });

        Assert.That(Store.FailuresOf(services), Does.Contain(message).And.Contain("The image store 'avatars'"));
    }

    [Test]
    public void All_failures_of_a_start_are_told_together()
    {
        using var services = Store.Build(new Dictionary<string, string?>(Base)
        {
            ["Primary"] = "aa",
            ["Identity"] = "md5",
            ["Cache:Memory:SizeLimitBytes"] = "lots",
            ["Cache:Expiration"] = "30",
            ["Transactions:Lease"] = "00:00:30",
            ["Providers:b:Type"] = "Nowhere",
        });

        Assert.That(Store.FailuresOf(services), Does.Contain("'aa'").And.Contain("'md5'").And.Contain("'lots'").And.Contain("'30'").And.Contain("Transactions:Lease").And.Contain("'Nowhere'"));
    }

    [Test]
    public void Primary_of_several_providers_is_asked_for()
    {
        using var services = Store.Build(Base.Where(setting => setting.Key != "Primary"));

        Assert.That(Store.FailuresOf(services), Does.Contain("the setting 'ImageStorage:Avatars:Primary' is missing; the store has several providers: a, b."));
    }

    // The spare cloud of production has no secret on a developer's machine.
    [Test]
    public void Unused_provider_may_be_incomplete_but_not_misspelt()
    {
        using var incomplete = Store.Build(new Dictionary<string, string?>(Base) { ["Providers:cloud:Type"] = "AzureBlob", ["Providers:cloud:Container"] = "images" });
        using var misspelt = Store.Build(new Dictionary<string, string?>(Base) { ["Providers:cloud:Type"] = "AzureBlob", ["Providers:cloud:Contaner"] = "images" });

        Assert.That(Store.FailuresOf(incomplete), Is.Null);
        Assert.That(Store.FailuresOf(misspelt), Does.Contain("did you mean 'Container'?"));
    }

    [TestCase("Providers:cloud:ConectionString", "AccountKey=hunter2")]
    [TestCase("Providers:cloud:Acount", "hunter2")]
    [TestCase("Providers:lite:Pth", "hunter2")]
    [TestCase("ApiKey", "hunter2")]
    [TestCase("Pass", "hunter2")]
    [TestCase("Cashe", "/home/hunter2")]
    [TestCase("Providers:cloud:ConnectionString", "AccountName=a;AccountKey=hunter2\n")]
    [TestCase("Providers:cloud:ConnectionString", "\"AccountName=a;AccountKey=hunter2\"")]
    [TestCase("Providers:cloud:ConnectionString", " AccountName=a;AccountKey=hunter2")]
    [TestCase("Providers:cloud:ConnectionString", "AccountName=a;AccountKey=hunter2")]
    [TestCase("Providers:lite:Path", "Filename=x.db;Password=hunter2")]
    public void Value_that_may_be_a_secret_or_a_path_is_not_told(string setting, string value)
    {
        using var services = Store.Build(new Dictionary<string, string?>
        {
            ["Primary"] = "auto",
            ["Providers:cloud:Type"] = "AzureBlob",
            ["Providers:cloud:Container"] = "images",
            ["Providers:lite:Type"] = "LiteDb",
            ["Providers:lite:Path"] = "images.db",
            [setting] = value,
        });

        Assert.That(Store.FailuresOf(services), Is.Not.Null.And.Not.Contain("hunter2"));
    }

    [Test]
    public void Whole_configuration_in_the_place_of_a_section_is_told_once_without_values()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Providers:InMemory:Type"] = "InMemory",
            ["Logging:LogLevel:Default"] = "Information",
            ["DB_PASSWORD"] = "hunter2",
        }).Build();
        var collection = new ServiceCollection();
        collection.AddImageStorage(Store.Name, configuration).AddInMemoryProvider();
        using var services = collection.BuildServiceProvider();

        Assert.That(Store.FailuresOf(services), Does.Contain("3 settings that are not known").And.Contain("configuration.GetSection(\"ImageStorage\")").And.Not.Contain("hunter2"));
    }

    [Test]
    public void Empty_sections_of_features_mean_their_defaults()
    {
        using var services = Store.Build(new Dictionary<string, string?> { ["Providers:InMemory"] = null, ["Cache"] = null, ["Transactions"] = null });

        Assert.That(Store.FailuresOf(services), Is.Null);
        Assert.That(services.GetRequiredKeyedService<IImageStorage>(Store.Name).ToString(), Does.StartWith("ImageStorage(Events(Gate(Caching("));
        Assert.That(services.GetKeyedService<IImageTransactions>(Store.Name), Is.Not.Null);
    }
}
