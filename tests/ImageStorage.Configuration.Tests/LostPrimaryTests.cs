using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Configuration.Tests;

/// <summary>A process that starts while the folder of its primary is away does not create an empty primary there: the fallback knows that a primary was at this place.</summary>
[TestFixture("folder")]
[TestFixture("database")]
public sealed class LostPrimaryTests(string kind)
{
    // The smallest PNG with one pixel.
    private static readonly byte[] Image = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private string _folder = "";

    private string Primary => Path.Join(_folder, "main");

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("imagestorage-lost-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Primary_that_is_away_at_the_start_is_unavailable_and_is_used_again_when_it_is_back()
    {
        await using (var services = await StartAsync())
        {
            await services.GetRequiredService<IImageStorage>().SaveBytesAsync("one.png", Image);
        }

        var away = Path.Join(_folder, "away");
        Directory.Move(Primary, away);
        await using (var services = await StartAsync())
        {
            var storage = services.GetRequiredService<IImageStorage>();
            Assert.That(async () => await storage.GetInfoAsync("one.png"), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("not mounted"));
            await storage.SaveBytesAsync("two.png", Image);
            Assert.That(await storage.GetBytesAsync("two.png"), Is.EqualTo(Image), "The fallback took over.");
            Assert.That(Directory.Exists(Primary) && Directory.EnumerateFiles(Primary, "*", SearchOption.AllDirectories).Any(), Is.False, "A new store was created in the place of the primary.");
        }

        if (Directory.Exists(Primary))
        {
            Directory.Delete(Primary, recursive: true);
        }

        Directory.Move(away, Primary);
        await using (var services = await StartAsync())
        {
            await services.GetRequiredService<IStorageFailover>().ReconcileAsync();
            var storage = services.GetRequiredService<IImageStorage>();
            Assert.That((await storage.GetBytesAsync("one.png"), await storage.GetBytesAsync("two.png")), Is.EqualTo((Image, Image)));
        }
    }

    // The probe writes a document, which creates a folder or a database where there is none.
    [Test]
    public async Task Health_report_creates_no_store_in_place_of_a_primary_that_is_away()
    {
        await using (var services = await StartAsync())
        {
            await services.GetRequiredService<IImageStorage>().SaveBytesAsync("one.png", Image);
        }

        var away = Path.Join(_folder, "away");
        Directory.Move(Primary, away);
        await using (var services = await StartAsync())
        {
            var report = await services.GetRequiredService<IStorageHealth>().GetReportAsync();

            Assert.That((report.State, report.Providers[0].IsReachable, report.Providers[1].IsReachable), Is.EqualTo((StorageHealthState.Degraded, false, true)));
            Assert.That(Directory.Exists(Primary) && Directory.EnumerateFiles(Primary, "*", SearchOption.AllDirectories).Any(), Is.False, "A new store was created in the place of the primary.");
        }
    }

    private async Task<ServiceProvider> StartAsync()
    {
        var collection = new ServiceCollection();
        var builder = collection.AddImageStorage();
        _ = kind == "folder" ? builder.UseFileSystem(Primary) : builder.UseLiteDb(Path.Join(Primary, "images.db"));
        builder.WithFallback(fallback => fallback.UseFileSystem(Path.Join(_folder, "spare")), failover => failover.ReconcileInterval = null)
            .WithResilience(options => options.MaxRetries = 0);
        var services = collection.BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return services;
    }
}
