using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/mirroring.md, and that it does what the page says.</summary>
internal sealed class MirroringSnippets
{
    private string _folder = string.Empty;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("imagestorage-guide-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Store_has_a_primary_and_a_mirror()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseFileSystem("/mnt/first/images")
            .WithMirror(mirror => mirror.UseFileSystem("/mnt/second/images"));
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageProvider>().ToString(), Does.Contain("Mirror("));
        var defaults = container.GetRequiredService<IOptionsMonitor<MirrorOptions>>().Get(Options.DefaultName);
        Assert.That(
            (defaults.Lease, defaults.ReconcileInterval, defaults.RetryPause, defaults.CopyTimeout, defaults.TrustSingleReplica, defaults.SpoolLimit),
            Is.EqualTo((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), false, 64L << 20)),
            "the table of defaults");
    }

    [Test]
    public async Task Volumes_that_are_not_mounted_are_unavailable()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseFileSystem(folder =>
            {
                folder.Path = "/mnt/first/images";
                folder.CreateIfMissing = false;
            })
            .WithMirror(
                mirror => mirror.UseFileSystem(folder =>
                {
                    folder.Path = "/mnt/second/images";
                    folder.CreateIfMissing = false;
                }),
                options => options.RetryPause = TimeSpan.FromSeconds(5));
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>().GetInfoAsync("a.png"), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(container.GetRequiredService<IOptionsMonitor<MirrorOptions>>().Get(Options.DefaultName).RetryPause, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task Configuration_names_the_mirror()
    {
        var configuration = GuideJson.Of("mirroring");
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage"))
            .AddFileSystemProvider();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageProvider>().ToString(), Does.Contain("Mirror("));
        Assert.That(container.GetRequiredService<IOptionsMonitor<MirrorOptions>>().Get(Options.DefaultName).RetryPause, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task Status_reconciliation_and_resync_are_services()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseFileSystem(Path.Join(_folder, "first"))
            .WithMirror(mirror => mirror.UseFileSystem(Path.Join(_folder, "second")));
        await using var serviceProvider = services.BuildServiceProvider();
        await serviceProvider.GetRequiredService<IImageStorage>().SaveBytesAsync("cats/tom.png", SampleImages.Png());

        var mirror = serviceProvider.GetRequiredService<IStorageMirror>();
        var status = await mirror.GetStatusAsync();
        Console.WriteLine($"{status.State}: {status.Fallbacks[0]}");

        var reconciled = await mirror.ReconcileAsync();
        var resynced = await mirror.ResyncAsync();

        Assert.That(status.State, Is.EqualTo(FailoverState.Healthy));
        Assert.That(reconciled.Remaining, Is.Zero);
        Assert.That((resynced.Compared, resynced.Synchronized, resynced.Conflicts, resynced.Failed), Is.EqualTo((1, 0, 0, 0)));
    }

    [Test]
    public async Task Either_folder_opened_alone_has_the_same_image()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseFileSystem(Path.Join(_folder, "first"))
            .WithMirror(mirror => mirror.UseFileSystem(Path.Join(_folder, "second")));
        await using var container = services.BuildServiceProvider();
        var alone = new ServiceCollection();
        alone.AddImageStorage().UseFileSystem(Path.Join(_folder, "second"));
        await using var containerOfOne = alone.BuildServiceProvider();

        var saved = await container.GetRequiredService<IImageStorage>().SaveBytesAsync("cats/tom.png", SampleImages.Png());

        Assert.That(await containerOfOne.GetRequiredService<IImageStorage>().GetInfoAsync("cats/tom.png"), Is.EqualTo(saved));
    }
}
