using System.Globalization;
using Azure.Storage.Blobs;
using ImageStorage.AzureBlob;
using ImageStorage.Azurite;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;
using ImageStorage.FileSystem;
using ImageStorage.LiteDb;
using ImageStorage.Providers;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The rows of the newest 50 of many images on each provider: time, allocations and requests.</summary>
internal static class NewestGoals
{
    private const int LocalWriters = 4;
    private const int CloudWriters = 16;
    private static readonly RoundPlan Local = new(2, 60, 200);

    // One page takes about fifty requests.
    private static readonly RoundPlan Cloud = new(1, 20, 3);

    public static async IAsyncEnumerable<GoalRow> MeasureAsync(int images)
    {
        var locals = new (string Name, bool HasIndexedTags, Func<IImageProvider> Open)[]
        {
            ("InMemory", false, () => new InMemoryImageProvider()),
            ("FileSystem", false, () => Folder("newest-folder")),
            ("LiteDb", true, () => Database("newest-litedb")),
            ("Hybrid (LiteDb + FileSystem)", true, () => new HybridImageProvider(Database("newest-catalog"), Folder("newest-content"), new HybridStorageOptions())),
        };
        foreach (var (name, hasIndexedTags, open) in locals)
        {
            using var work = new NewestWork(open(), LocalWriters);
            await work.FillAsync(images);
            yield return Row($"{name}, newest 50", images, Unit.Seconds, (await Rounds.MeasureAsync(Local, work.NewestAsync))[0]);
            yield return Row($"{name}, newest 50, allocated", images, Unit.Bytes, await Allocations.MeasureAsync(10, work.NewestAsync));
            if (hasIndexedTags)
            {
                yield return Row($"{name}, newest 50 of a rare tag", images, Unit.Seconds, (await Rounds.MeasureAsync(Local, count => work.RareAsync(count, NewestWork.RareOf(images))))[0]);
            }
        }

        await foreach (var row in CloudAsync(images))
        {
            yield return row;
        }
    }

    private static async IAsyncEnumerable<GoalRow> CloudAsync(int images)
    {
        var server = await AzuriteServer.SharedAsync();
        var counter = new RequestCounter();
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06);
        options.AddPolicy(counter, Azure.Core.HttpPipelinePosition.PerRetry);
        var container = new BlobContainerClient(server.ConnectionString, "newest", options);
        await container.CreateAsync();
        using (var work = new NewestWork(new AzureBlobImageProvider(new AzureBlobStorageOptions { ContainerClient = container }), CloudWriters))
        {
            await work.FillAsync(images);
            yield return Row("AzureBlob (Azurite), newest 50", images, Unit.Seconds, (await Rounds.MeasureAsync(Cloud, work.NewestAsync))[0]);
            yield return Row("AzureBlob (Azurite), newest 50, allocated", images, Unit.Bytes, await Allocations.MeasureAsync(3, work.NewestAsync));
            var before = counter.Count;
            await work.NewestAsync(1);
            yield return Row("AzureBlob (Azurite), newest 50, sent", images, Unit.Requests, Spread.Of(counter.Count - before));
        }

        await AzuriteServer.StopSharedAsync();
    }

    private static FileSystemImageProvider Folder(string name) => new(new FileSystemStorageOptions { Path = WorkFolder.Current.New(name), Durability = Durability.Relaxed });

    private static LiteDbImageProvider Database(string name) => new(new LiteDbStorageOptions { Path = Path.Join(WorkFolder.Current.New(name), "images.db"), Durability = Durability.Relaxed });

    private static GoalRow Row(string name, int images, Unit unit, Spread ours) => new()
    {
        Row = name,
        Size = string.Create(CultureInfo.InvariantCulture, $"{images:#,0} images"),
        Unit = unit,
        Baseline = "–",
        Ours = ours,
    };
}
