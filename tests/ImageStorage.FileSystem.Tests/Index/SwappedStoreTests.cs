using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Index;

/// <summary>
/// P1: another store is at the path for a few calls of the medium, between any two calls of opening, saves, deletes,
/// merges and a rebuild. Afterwards each acknowledged image is listed by time, and the other store is unchanged.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SwappedStoreTests
{
    private const int Saves = 12;

    // The short form starts at a random call, so that a few runs have tried every call.
    private static readonly int Every = TestLength.Of(3, 1);
    private static readonly byte[] Image = Pictures.Of(200, 1);

    // The store saves, deletes and merges in every experiment. With a lost index, the index is rebuilt as well.
    [Test]
    public async Task Every_acknowledged_image_is_listed_after_another_store_was_at_the_path([Values(1, 2, 5, 21)] int calls)
    {
        var clock = new ManualClock();
        var store = await FillAsync(clock, "mine", 9);
        var other = await FillAsync(clock, "other", 4);
        await AssertAllHoldAsync(clock, store, other, calls);
    }

    [Test]
    public async Task Index_is_complete_after_another_store_was_at_the_path_during_its_rebuild([Values(2, 5, 21)] int calls)
    {
        var clock = new ManualClock();
        var store = await FillAsync(clock, "mine", 9);
        foreach (var file in store.FilesBelow(".imagestorage/index"))
        {
            store.DeleteFile(file);
        }

        await AssertAllHoldAsync(clock, store, await FillAsync(clock, "other", 4), calls);
    }

    // The index of a new store has no run, so nothing in it proves to which store it belongs.
    [Test]
    public async Task Every_acknowledged_image_is_listed_after_an_empty_store_was_at_the_path([Values(1, 2, 5, 21)] int calls)
    {
        var clock = new ManualClock();
        await AssertAllHoldAsync(clock, await FillAsync(clock, "mine", 9), await FillAsync(clock, "other", 0), calls);
    }

    private static async Task AssertAllHoldAsync(ManualClock clock, InMemoryVolume store, InMemoryVolume other, int calls)
    {
        var failures = new List<string>();
        var before = (Files: Names(other), Content: await StoreCheck.DescribeAsync(other.Copy(), clock));

        // The first two calls identify the store.
        var seed = TestSeed.Next();
        for (var first = 2 + new Random(seed).Next(Every); ; first += Every)
        {
            var swap = new Swap(store.Copy(), other.Copy(), first, calls);
            var acknowledged = await RunAsync(swap, clock);
            swap.Return();
            if (swap.At is null)
            {
                Assert.That(first, Is.GreaterThan(100), "The script makes fewer calls than expected.");
                break;
            }

            if (await FailureAsync(swap, clock, acknowledged, before) is { } failure)
            {
                failures.Add($"{calls} calls from {first} ({swap.At}): {failure}");
            }
        }

        Assert.That(failures, Is.Empty, $"seed {seed}, {failures.Count} of them:\n{string.Join('\n', failures.Take(12))}");
    }

    private static async Task<string?> FailureAsync(Swap swap, ManualClock clock, List<string> acknowledged, (string Files, string Content) before)
    {
        using var provider = StoreCheck.Open(swap.Store, clock, limits: StoreCheck.SmallIndex);
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var listed = await provider.ListAsync(new ImageQuery { Order = order });
            var missing = acknowledged.Except(listed.Items.Select(info => info.Key.Value)).ToList();
            if (missing.Count > 0)
            {
                return $"{order} misses {string.Join(", ", missing)}";
            }
        }

        if (await StoreCheck.DescribeAsync(swap.Other.Copy(), clock) != before.Content)
        {
            return "the other store has changed";
        }

        // Lock files, an empty log and a run that no manifest names are harmless. The next opening or merge of that
        // store removes them.
        var added = Names(swap.Other).Split('\n').Except(before.Files.Split('\n'))
            .Where(file => !file.EndsWith(".owner", StringComparison.Ordinal) && !file.StartsWith(".imagestorage/locks/", StringComparison.Ordinal) && !file.StartsWith(".imagestorage/index/", StringComparison.Ordinal)).ToList();
        return added.Count == 0 ? null : $"the other store has other files: {string.Join(' ', added)}";
    }

    /// <summary>Opens the store, saves, deletes and merges. Returns the expected keys.</summary>
    private static async Task<List<string>> RunAsync(Swap swap, ManualClock clock)
    {
        var acknowledged = Enumerable.Range(0, 9).Select(i => $"mine/{i}.png").ToList();
        using var provider = StoreCheck.Open(swap.Volume, clock, limits: StoreCheck.SmallIndex);
        var storage = new ImageStorageManager(provider, null, clock);
        for (var i = 0; i < Saves; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await TryAsync(() => storage.SaveBytesAsync($"new/{i}.png", Image), () => acknowledged.Add($"new/{i}.png"));
            if (i % 4 == 3)
            {
                acknowledged.Remove($"mine/{i}.png");
                await TryAsync(() => storage.DeleteAsync($"mine/{i}.png"), () => { });
                await TryAsync(() => provider.ListAsync(new ImageQuery()), () => { });
            }
        }

        return acknowledged;
    }

    private static async Task TryAsync(Func<Task> act, Action acknowledge)
    {
        try
        {
            await act();
            acknowledge();
        }
        catch (StorageUnavailableException)
        {
            // The store was away.
        }
    }

    private static async Task<InMemoryVolume> FillAsync(ManualClock clock, string folder, int images)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, clock, limits: StoreCheck.SmallIndex);
        var storage = new ImageStorageManager(provider, null, clock);
        await provider.Documents.PutAsync("notes/a", new byte[] { 1 });
        for (var i = 0; i < images; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await storage.SaveBytesAsync($"{folder}/{i}.png", Image);
        }

        return volume;
    }

    private static string Names(InMemoryVolume volume) => string.Join('\n', volume.FilesBelow(string.Empty).Order(StringComparer.Ordinal));

    private sealed class Swap
    {
        private readonly MediumNode? _mine;
        private readonly MediumNode? _others;
        private readonly int _first;
        private readonly int _calls;
        private int _count;

        public Swap(InMemoryVolume store, InMemoryVolume other, int first, int calls)
        {
            (Store, Other, _first, _calls) = (store, other, first, calls);
            (_mine, _others) = (store.Root, other.Root);
            Volume = new ObservedVolume(store, Observe);
        }

        public InMemoryVolume Store { get; }

        public InMemoryVolume Other { get; }

        public ObservedVolume Volume { get; }

        public string? At { get; private set; }

        public void Return() => Store.Root = _mine;

        private void Observe(VolumeCall call)
        {
            var number = _count++;
            if (number == _first)
            {
                At = call.ToString();
                Store.Root = _others;
            }
            else if (number == _first + _calls)
            {
                Store.Root = _mine;
            }
        }
    }
}
