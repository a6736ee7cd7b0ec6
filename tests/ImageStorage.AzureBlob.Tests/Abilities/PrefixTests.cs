using ImageStorage.AzureBlob.Tests.Emulator;
using ImageStorage.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.AzureBlob.Tests.Abilities;

/// <summary>Two stores in one container with different prefixes.</summary>
public class PrefixTests
{
    private static readonly ImageKey Key = "users/1/avatar.png";

    [Test]
    public async Task Stores_of_one_container_share_a_cache_and_stay_separate()
    {
        var server = await SharedAzurite.GetAsync();
        var container = $"prefixes-{Guid.NewGuid():n}";
        var shared = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        var folder = Directory.CreateTempSubdirectory("imagestorage-prefixes-");
        try
        {
            await using var production = Open(server.ConnectionString, container, "production", shared, folder.FullName);
            await using var staging = Open(server.ConnectionString, container, "staging", shared, folder.FullName);
            await SaveAsync(production, 1);
            Assert.That(await ReadAsync(production), Is.EqualTo(Image(1)));
            Assert.That(await ReadAsync(staging), Is.Null);
            await SaveAsync(staging, 2);
            Assert.That(await ReadAsync(staging), Is.EqualTo(Image(2)));

            await using var again = Open(server.ConnectionString, container, "production", shared, Path.Join(folder.FullName, "other"));
            Assert.That(await ReadAsync(again), Is.EqualTo(Image(1)));
            Assert.That(again.GetRequiredService<IImageCache>().GetStatistics().Distributed!.Hits, Is.EqualTo(1), "another process of the same store shares what is there");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Prefix_is_part_of_the_location()
    {
        string[] locations = [LocationOf(string.Empty), LocationOf("a"), LocationOf("b"), LocationOf("a/b")];

        Assert.That(locations, Is.Unique);
        Assert.That(LocationOf("a/"), Is.EqualTo(LocationOf("a")));
        Assert.That(locations, Is.All.StartsWith("https://account.blob.invalid/images/"));
    }

    private static string LocationOf(string prefix)
    {
        using var provider = new AzureBlobImageProvider(new AzureBlobStorageOptions { ContainerClient = new Azure.Storage.Blobs.BlobContainerClient(new Uri("https://account.blob.invalid/images")), Prefix = prefix });
        return provider.Locations.Single();
    }

    private static ServiceProvider Open(string connection, string container, string prefix, IDistributedCache shared, string folder)
    {
        var services = new ServiceCollection().AddSingleton(shared);
        services.AddImageStorage().UseAzureBlob(options => (options.ConnectionString, options.Container, options.Prefix) = (connection, container, prefix)).WithCache(cache =>
        {
            cache.Distributed.Enabled = true;
            cache.Disk.Path = folder;
        });
        return services.BuildServiceProvider();
    }

    private static Task<ImageInfo> SaveAsync(IServiceProvider process, int seed) => process.GetRequiredService<IImageStorage>().SaveBytesAsync(Key, Image(seed));

    private static Task<byte[]?> ReadAsync(IServiceProvider process) => process.GetRequiredService<IImageStorage>().GetBytesAsync(Key);

    private static byte[] Image(int seed) => SampleImages.Png(seed: seed);
}
