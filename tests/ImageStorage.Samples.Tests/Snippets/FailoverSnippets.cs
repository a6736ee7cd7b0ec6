using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/failover.md, and that a store does what the page says.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class FailoverSnippets
{
    private string _folder = string.Empty;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("imagestorage-guide-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Store_of_the_page_has_a_primary_with_short_limits_and_a_fallback([Values] bool isConfigured)
    {
        var builder = Host.CreateApplicationBuilder();
        if (isConfigured)
        {
            builder.Configuration.AddConfiguration(GuideJson.Of("failover"));
            builder.Services.AddImageStorage(builder.Configuration.GetSection("ImageStorage"))
                .AddAzureBlobProvider()
                .AddFileSystemProvider();
        }
        else
        {
            builder.Services.AddImageStorage()
                .UseAzureBlob(azure =>
                {
                    azure.ServiceUri = new Uri("https://myaccount.blob.core.windows.net");
                    azure.Container = "images";
                    azure.RequestTimeout = TimeSpan.FromSeconds(3);
                    azure.MaxRetries = 1;
                })
                .WithFallback(fallback => fallback.UseFileSystem(folder =>
                {
                    folder.Path = "/mnt/shared/fallback";
                    folder.CreateIfMissing = false;
                }));
        }

        await using var container = builder.Services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Does.Match(@"Failover\(.*AzureBlob.*, .*FileSystem"));
    }

    [Test]
    public async Task Writes_of_an_outage_are_on_the_fallback_and_are_replayed_when_the_primary_is_back()
    {
        using var host = HostOf(Path.Join(_folder, "primary"), Path.Join(_folder, "fallback"));
        var images = host.Services.GetRequiredService<IImageStorage>();
        var before = SampleImages.Png(seed: 1);
        var during = SampleImages.Png(seed: 2);
        await images.SaveBytesAsync("before", before);

        // The outage: the primary's folder is away.
        Directory.Move(Path.Join(_folder, "primary"), Path.Join(_folder, "away"));
        var saved = await images.SaveBytesAsync("during", during);

        Assert.That(await images.GetBytesAsync("during"), Is.EqualTo(during));
        Assert.That(() => images.GetInfoAsync("before"), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(() => images.GetInfoAsync("never"), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(() => images.ListAsync(new ImageQuery()), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(await images.DeleteAsync("never"), Is.True);
        Assert.That((await host.Services.GetRequiredService<IStorageFailover>().GetStatusAsync()).State, Is.EqualTo(FailoverState.FailedOver));

        Directory.Move(Path.Join(_folder, "away"), Path.Join(_folder, "primary"));
        Assert.That(await ReconcileAsync(host), Is.EqualTo(2));

        var replayed = await images.GetInfoAsync("during");
        Assert.That(await images.GetBytesAsync("during"), Is.EqualTo(during));
        Assert.That((replayed!.Digest, replayed!.CreatedAt, replayed!.ETag == saved.ETag), Is.EqualTo((saved.Digest, saved.CreatedAt, false)));
        Assert.That(Directory.EnumerateFiles(Path.Join(_folder, "primary"), "during*", SearchOption.AllDirectories), Is.Not.Empty);
        Assert.That((await images.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Folder_has_a_folder_as_fallback()
    {
        var builder = Host.CreateApplicationBuilder();

        builder.Services.AddImageStorage()
            .UseFileSystem(primary =>
            {
                primary.Path = "/mnt/photos/store";
                primary.CreateIfMissing = false;
            })
            .WithFallback(fallback => fallback.UseFileSystem(spare =>
            {
                spare.Path = "/mnt/spare/fallback";
                spare.CreateIfMissing = false;
            }));

        using var host = builder.Build();
        var status = await host.Services.GetRequiredService<IStorageFailover>().GetStatusAsync();
        Assert.That((status.Primary, status.Fallbacks.Single().Name), Is.EqualTo(("FileSystem", "FileSystem 2")));
    }

    [Test]
    public async Task Names_by_configuration_are_those_of_the_section_with_the_type()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Primary"] = "main",
            ["Fallbacks:0"] = "InMemory",
            ["Providers:main:Type"] = "InMemory",
            ["Providers:InMemory:Type"] = "InMemory",
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration).AddInMemoryProvider();
        await using var container = services.BuildServiceProvider();

        var status = await container.GetRequiredService<IStorageFailover>().GetStatusAsync();

        Assert.That((status.Primary, status.Fallbacks.Single().Name), Is.EqualTo(("main (InMemory)", "InMemory")));
    }

    [Test]
    public async Task First_start_creates_both_folders_and_later_starts_need_not()
    {
        var (primary, fallback) = (Path.Join(_folder, "primary"), Path.Join(_folder, "fallback"));
        using (var first = HostOf(primary, fallback))
        {
            await first.StartAsync();
        }

        using var second = HostOf(primary, fallback, createIfMissing: false);
        await second.StartAsync();
        var saved = await second.Services.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png());

        Assert.That(saved.Width, Is.Positive);
    }

    [Test]
    public async Task State_after_a_restart_with_hints_is_replaying_until_the_primary_is_called()
    {
        var (primary, fallback) = (Path.Join(_folder, "primary"), Path.Join(_folder, "fallback"));
        using (var first = HostOf(primary, fallback))
        {
            var images = first.Services.GetRequiredService<IImageStorage>();
            await images.SaveBytesAsync("before", SampleImages.Png());
            Directory.Move(primary, Path.Join(_folder, "away"));
            await images.SaveBytesAsync("during", SampleImages.Png());
        }

        using var second = HostOf(primary, fallback, createIfMissing: false);
        var failover = second.Services.GetRequiredService<IStorageFailover>();
        var atStart = await failover.GetStatusAsync();
        Assert.That(() => second.Services.GetRequiredService<IImageStorage>().GetInfoAsync("before"), Throws.TypeOf<StorageUnavailableException>());
        var afterCall = await failover.GetStatusAsync();

        Assert.That((atStart.State, afterCall.State), Is.EqualTo((FailoverState.Replaying, FailoverState.FailedOver)));
    }

    [Test]
    public void Fallback_of_its_own_is_refused_with_the_id_of_the_recorded_chain()
    {
        using var first = HostOf(Path.Join(_folder, "primary"), Path.Join(_folder, "shared"));
        first.Start();
        using var second = HostOf(Path.Join(_folder, "primary"), Path.Join(_folder, "own"));

        Assert.That(second.Start, Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("ReplaceChain").And.Message.Match("[0-9a-f]{32}"));
    }

    private static IHost HostOf(string primary, string fallback, bool createIfMissing = true)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddImageStorage()
            .UseFileSystem(folder => (folder.Path, folder.CreateIfMissing) = (primary, createIfMissing))
            .WithResilience(resilience => resilience.BreakerMinimumCalls = 1000) // no pause between the outage and its end
            .WithFallback(second => second.UseFileSystem(folder => (folder.Path, folder.CreateIfMissing) = (fallback, createIfMissing)), failover =>
            {
                failover.Lease = TimeSpan.Zero;
                failover.ReconcileInterval = null;
            });
        return builder.Build();
    }

    /// <summary>Reconciles with the code of the page.</summary>
    private static async Task<int> ReconcileAsync(IHost host)
    {
        var failover = host.Services.GetRequiredService<IStorageFailover>();

        var status = await failover.GetStatusAsync();
        Console.WriteLine($"{status.State}: {status.Hints} writes to replay");

        var result = await failover.ReconcileAsync();
        Console.WriteLine($"{result.Replayed} replayed, {result.Conflicts} conflicts, {result.Unreadable} unreadable, {result.Remaining} left");

        Assert.That((result.Conflicts, result.Unreadable, result.Remaining), Is.EqualTo((0, 0, 0)));
        return status.Hints == result.Replayed ? result.Replayed : -1;
    }
}
