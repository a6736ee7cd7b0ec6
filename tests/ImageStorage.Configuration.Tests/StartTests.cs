using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageStorage.Configuration.Tests;

/// <summary>What is wrong with a store ends the start of the host, with all failures together; without a host the first use gives the same.</summary>
public sealed class StartTests
{
    private static readonly Dictionary<string, (Action<ImageStorageBuilder> Use, string Says)> ByCode = new()
    {
        ["no provider"] = (_ => { }, "The image store 'avatars' has no provider: call a Use… method after AddImageStorage"),
        ["folder without a path"] = (builder => builder.UseFileSystem(""), "The image store 'avatars': FileSystem.Path is empty"),
        ["folder with a line break"] = (builder => builder.UseFileSystem("images\n"), "FileSystem.Path contains a line break"),
        ["database without a path"] = (builder => builder.UseLiteDb(" "), "LiteDb.Path is empty"),
        ["database with a line break"] = (builder => builder.UseLiteDb("images.db\n"), "LiteDb.Path contains a line break"),
        ["container without an account"] = (builder => builder.UseAzureBlob("", "images"), "AzureBlob.ConnectionString is empty"),
        ["container with a line break"] = (builder => builder.UseAzureBlob("UseDevelopmentStorage=true", "images\n"), "AzureBlob.Container is 'images\\u000a'"),
        ["prefix with a line break"] = (builder => builder.UseAzureBlob(options => (options.ConnectionString, options.Container, options.Prefix) = ("UseDevelopmentStorage=true", "images", "live\n")), "AzureBlob.Prefix is 'live\\u000a'"),
        ["connection string with a line break"] = (builder => builder.UseAzureBlob("UseDevelopmentStorage=true\n", "images"), "AzureBlob.ConnectionString contains a line break"),
        ["connection string with a blank"] = (builder => builder.UseAzureBlob(" UseDevelopmentStorage=true", "images"), "AzureBlob.ConnectionString begins or ends with a blank"),
        ["connection string in quotes"] = (builder => builder.UseAzureBlob("\"UseDevelopmentStorage=true\"", "images"), "AzureBlob.ConnectionString contains quotation marks"),
        ["connection string of something else"] = (builder => builder.UseAzureBlob("Server=db;Database=x", "images"), "AzureBlob.ConnectionString is not a connection string of a storage account"),
        ["catalog without a path"] = (builder => builder.UseHybrid(catalog => catalog.UseLiteDb(""), content => content.UseFileSystem("content")), "The catalog of the image store 'avatars': LiteDb.Path is empty"),
        ["candidate without a path"] = (builder => builder.UseFirstAvailable(first => first.UseInMemory(), second => second.UseFileSystem("")), "Candidate 2 of the image store 'avatars': FileSystem.Path is empty"),
        ["fallback without a path"] = (builder => builder.UseInMemory().WithFallback(fallback => fallback.UseFileSystem("")), "The fallback of the image store 'avatars': FileSystem.Path is empty"),
        ["mirror without a path"] = (builder => builder.UseInMemory().WithMirror(mirror => mirror.UseFileSystem("")), "The mirror of the image store 'avatars': FileSystem.Path is empty"),
        ["cache"] = (builder => builder.UseInMemory().WithCache(options => options.Expiration = TimeSpan.Zero), "The image store 'avatars': Cache.Expiration is 00:00:00"),
        ["cache without its service"] = (builder => builder.UseInMemory().WithCache(options => options.Distributed.Enabled = true), "the container has no IDistributedCache"),
        ["failover"] = (builder => builder.UseInMemory().WithFallback(fallback => fallback.UseInMemory(), options => options.MaxBacklog = 0), "Failover.MaxBacklog is 0"),
        ["mirroring"] = (builder => builder.UseInMemory().WithMirror(mirror => mirror.UseInMemory(), options => options.SpoolLimit = -1), "Mirror.SpoolLimit is -1"),
        ["resilience"] = (builder => builder.UseInMemory().WithResilience(options => options.MaxRetries = -1), "Resilience.MaxRetries is -1"),
        ["resilience of a fallback"] = (builder => builder.UseInMemory().WithFallback(fallback => fallback.UseInMemory().WithResilience(options => options.MaxRetries = -1)), "The fallback of the image store 'avatars': Resilience.MaxRetries is -1"),
        ["transactions"] = (builder => builder.UseInMemory().WithTransactions(options => options.LeaseDuration = TimeSpan.Zero), "Transactions.LeaseDuration is 00:00:00"),
        ["hybrid"] = (builder => builder.UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory(), inlineLimit: -1), "Hybrid.InlineLimit is -1"),
        ["validation"] = (builder => builder.UseInMemory().WithValidation(options => options.MaxLength = 0), "Validation.MaxLength is 0"),
    };

    private static IEnumerable<string> Cases => ByCode.Keys;

    [TestCaseSource(nameof(Cases))]
    public void Store_by_code_that_cannot_work_ends_the_start(string name)
    {
        var collection = new ServiceCollection();
        ByCode[name].Use(collection.AddImageStorage(Store.Name));
        using var services = collection.BuildServiceProvider();

        Assert.That(Store.FailuresOf(services), Does.Contain(ByCode[name].Says));
    }

    [Test]
    public void All_failures_of_one_store_are_told_together()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage(Store.Name)
            .UseAzureBlob(options => (options.ConnectionString, options.Container, options.BlockLength) = ("x", "A", 1))
            .WithFallback(fallback => fallback.UseFileSystem(""), options => options.MaxBacklog = 0)
            .WithCache(options => options.Expiration = TimeSpan.Zero);
        using var services = collection.BuildServiceProvider();

        Assert.That(Store.FailuresOf(services), Does.Contain("ConnectionString").And.Contain("Container").And.Contain("BlockLength").And.Contain("FileSystem.Path").And.Contain("MaxBacklog").And.Contain("Expiration"));
    }

    [Test]
    public void Failures_of_several_stores_are_told_together_also_where_services_start_with_the_host()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage("avatars").UseFileSystem("").WithTransactions();
        collection.AddImageStorage("covers").UseLiteDb("").WithTransactions();
        collection.AddImageStorage().UseInMemory();
        using var services = collection.BuildServiceProvider();

        // A host makes its services first, and then validates.
        Assert.That(() => services.GetServices<IHostedService>().Count(), Throws.Nothing);
        var failure = Assert.Throws<AggregateException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.That(failure!.InnerExceptions, Has.Exactly(2).Items.And.All.TypeOf<OptionsValidationException>());
        Assert.That(failure.Message, Does.Contain("'avatars': FileSystem.Path is empty").And.Contain("'covers': LiteDb.Path is empty"));
        Assert.That(services.GetRequiredService<IImageStorage>(), Is.Not.Null, "The store that is sound works.");
    }

    [Test]
    public async Task What_only_the_creation_of_a_store_shows_ends_the_start_as_well()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage().UseFileSystem("images").WithFallback(fallback => fallback.UseFileSystem("images"));
        await using var services = collection.BuildServiceProvider();
        Assert.That(services.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);

        Assert.That(() => StartAsync(services), Throws.InvalidOperationException.With.Message.StartsWith("The primary (FileSystem) of the image store and the fallback of the image store have one and the same location"));
    }

    [TestCase("Fallbacks:0")]
    [TestCase("Mirror")]
    public async Task Configured_parts_in_one_location_are_refused_with_their_sections(string setting)
    {
        var collection = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Images:Primary"] = "Main",
            [$"Images:{setting}"] = "Spare",
            ["Images:Providers:Main:Type"] = "FileSystem",
            ["Images:Providers:Main:Path"] = "images",
            ["Images:Providers:Spare:Type"] = "FileSystem",
            ["Images:Providers:Spare:Path"] = "x/../images",
        }).Build();
        collection.AddImageStorage("covers", configuration.GetSection("Images")).AddFileSystemProvider();
        await using var services = collection.BuildServiceProvider();

        Assert.That(() => StartAsync(services), Throws.InvalidOperationException.With.Message.StartsWith(
            "The provider 'Images:Providers:Main' of the image store 'covers' and the provider 'Images:Providers:Spare' of the image store 'covers' have one and the same location"));
    }

    [TestCase("images", "images/spare")]
    [TestCase("images/main", "images")]
    public async Task Fallback_inside_of_its_primary_and_the_reverse_end_the_start(string primary, string spare)
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage().UseFileSystem(primary).WithFallback(fallback => fallback.UseFileSystem(spare));
        await using var services = collection.BuildServiceProvider();

        Assert.That(() => StartAsync(services), Throws.InvalidOperationException.With.Message.StartsWith("The primary (FileSystem) of the image store and the fallback of the image store overlap"));
    }

    [Test]
    public async Task Places_whose_names_begin_alike_are_two()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage().UseFileSystem("images").WithFallback(fallback => fallback.UseFileSystem("images2"));
        await using var services = collection.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IImageStorage>(), Is.Not.Null);
    }

    // P1: what such a fallback acknowledges in an outage is gone with the process.
    [Test]
    public async Task Fallback_that_keeps_nothing_after_its_process_ends_the_start()
    {
        var collection = new ServiceCollection();
        collection.AddImageStorage().UseFileSystem("images").WithFallback(fallback => fallback.UseFileSystem("spare")).WithFallback(fallback => fallback.UseInMemory());
        await using var services = collection.BuildServiceProvider();

        Assert.That(() => StartAsync(services), Throws.InvalidOperationException.With.Message.Contains("InMemory keeps nothing when the process ends").And.Message.Contains("Use a durable fallback"));
    }

    [Test]
    public async Task Start_touches_neither_disk_nor_network()
    {
        var folder = Path.Join(Path.GetTempPath(), $"imagestorage-start-{Guid.NewGuid():N}");
        var collection = new ServiceCollection();
        collection.AddImageStorage("folder").UseFileSystem(Path.Join(folder, "a"));
        collection.AddImageStorage("database").UseLiteDb(Path.Join(folder, "b.db"));
        collection.AddImageStorage("hybrid").UseHybrid(catalog => catalog.UseLiteDb(Path.Join(folder, "c.db")), content => content.UseFileSystem(Path.Join(folder, "d")));

        // Nothing listens there.
        collection.AddImageStorage("container").UseAzureBlob("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:1/a", "images");
        await using var services = collection.BuildServiceProvider();

        await StartAsync(services);

        Assert.That(Directory.Exists(folder), Is.False);
    }

    [TestCase("a:b")]
    [TestCase(":")]
    public void Name_of_a_store_that_could_be_that_of_a_part_is_refused(string name) =>
        Assert.That(() => new ServiceCollection().AddImageStorage(name), Throws.ArgumentException.With.Message.Contains($"'{name}'"));

    [Test]
    public void Second_configuration_of_a_store_is_refused_and_the_same_one_is_not()
    {
        var collection = new ServiceCollection();
        var settings = new Dictionary<string, string?> { ["Providers:InMemory:Type"] = "InMemory" };
        collection.AddImageStorage(Store.Name, Store.Section(settings)).AddAllTypes();

        Assert.That(() => collection.AddImageStorage(Store.Name, Store.Section(settings)), Throws.Nothing);
        Assert.That(() => collection.AddImageStorage(Store.Name, Store.Section(settings).GetSection("Providers")), Throws.InvalidOperationException.With.Message.Contains("'ImageStorage:Avatars'"));
    }

    private static async Task StartAsync(ServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }
}
