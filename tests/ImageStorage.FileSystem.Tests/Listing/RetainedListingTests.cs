using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Listing;

/// <summary>P6: a listing of retained versions costs its result, whatever the number of retained versions is.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RetainedListingTests
{
    private const int Retained = 3_000;
    private const int PageLength = 100;

    [Test]
    public async Task All_pages_of_four_times_as_many_versions_read_four_times_as_many_names()
    {
        var few = await CountNamesAsync(Retained / 4);
        var many = await CountNamesAsync(Retained);

        TestContext.Out.WriteLine($"{few} and {many} names");
        Assert.That(many, Is.LessThan(11 * few), "A page also reads the folders on the way to its first id.");
    }

    private static async Task<int> CountNamesAsync(int retained)
    {
        var volume = await FillAsync(retained);
        var names = 0;
        using var provider = StoreCheck.Open(Observed(volume, count => names += count), new ManualClock());
        var ids = new List<string>();
        IReadOnlyList<string> page;
        do
        {
            page = await provider.ListRetainedAsync(ids.Count == 0 ? null : ids[^1], PageLength);
            ids.AddRange(page);
        }
        while (page.Count == PageLength);

        Assert.That(ids, Is.EqualTo(Enumerable.Range(0, retained).Select(Id).Append("tx-1").Order(StringComparer.Ordinal)));
        return names;
    }

    [Test]
    public async Task Versions_of_one_owner_are_listed_without_those_of_another()
    {
        var volume = await FillAsync();
        var names = 0;
        using var provider = StoreCheck.Open(Observed(volume, count => names += count), new ManualClock());

        Assert.That(await provider.ListRetainedAsync(RetainedVersionRules.Transactions), Is.EqualTo(new[] { "tx-1" }));

        Assert.That(names, Is.LessThan(PageLength * 10));
    }

    // A recovery drops the versions of transactions again.
    [TestCase("bin-1", 1)]
    [TestCase("tx-1", 0)]
    public async Task Drop_is_durable_when_it_returns_unless_a_recovery_repeats_it(string id, int flushes)
    {
        var flushed = 0;
        using var provider = StoreCheck.Open(new ObservedVolume(new InMemoryVolume(), call => flushed += call is { Operation: VolumeOperation.FlushDirectory, Path: FileSystemStore.RetainedFolder } ? 1 : 0), new ManualClock());
        var info = await new ImageStorageManager(provider).SaveBytesAsync("a.png", Pictures.Of(120));
        await provider.RetainAsync(id, info.Key, info.ETag);
        flushed = 0;

        Assert.That(await provider.DropAsync(id), Is.True);
        Assert.That(flushed, Is.EqualTo(flushes));
        Assert.That(await provider.DropAsync(id), Is.False);
        Assert.That(flushed, Is.EqualTo(2 * flushes), "The first attempt may have failed at the flush.");
    }

    [Test]
    public async Task Dropped_versions_leave_no_folder()
    {
        var volume = await FillAsync();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        foreach (var id in Enumerable.Range(0, Retained).Select(Id).Append("tx-1"))
        {
            Assert.That(await provider.DropAsync(id), Is.True);
        }

        var left = 0;
        volume.VisitDirectory(FileSystemStore.RetainedFolder, (_, _) => left++);
        Assert.That(left, Is.Zero);
    }

    private static string Id(int number) => $"bin-{number:x8}";

    /// <summary>Returns a volume with a store that retains many versions of one owner, and then one of another.</summary>
    private static async Task<InMemoryVolume> FillAsync(int retained = Retained)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock(), Durability.Relaxed);
        var info = await new ImageStorageManager(provider).SaveBytesAsync("a.png", Pictures.Of(120));
        for (var i = 0; i < retained; i++)
        {
            await provider.RetainAsync(Id(i), info.Key, info.ETag);
        }

        await provider.RetainAsync("tx-1", info.Key, info.ETag);
        return volume;
    }

    private static ObservedVolume Observed(InMemoryVolume volume, Action<int> visited) => new(volume, call =>
    {
        if (call.Operation == VolumeOperation.Visit && call.Path.StartsWith(FileSystemStore.RetainedFolder, StringComparison.Ordinal))
        {
            var count = 0;
            volume.VisitDirectory(call.Path, (_, _) => count++);
            visited(count);
        }
    });
}
