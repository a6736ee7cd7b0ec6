using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>A write that tests let fail, and the store in which it begins.</summary>
internal sealed record StoreOperation(string Name, bool StartsEmpty, Func<LiteDbImageProvider, IImageStorage, Task> RunAsync)
{
    private const int Small = 20_000;
    // Two staged groups of chunks, and a last group.
    private const int Large = 540_000;

    public static IReadOnlyList<StoreOperation> All { get; } =
    [
        new("first save of all", true, (_, storage) => SaveAsync(storage, "first.png", Small, 1)),
        new("save", false, (_, storage) => SaveAsync(storage, "new.png", Small, 2)),
        new("save of several groups", false, (_, storage) => SaveAsync(storage, "new.png", Large, 3)),
        new("overwrite", false, (_, storage) => SaveAsync(storage, "small.png", Small + 1, 4)),
        new("overwrite of large by small", false, (_, storage) => SaveAsync(storage, "large.png", Small, 5)),
        new("overwrite of small by large", false, (_, storage) => SaveAsync(storage, "small.png", Large, 6)),
        new("update", false, (_, storage) => storage.UpdateAsync("small.png", new ImageUpdate { Tags = ["x"] })),
        new("copy", false, (_, storage) => storage.CopyAsync("small.png", "new.png")),
        new("copy of large over small", false, (_, storage) => storage.CopyAsync("large.png", "small.png")),
        new("move", false, (_, storage) => storage.MoveAsync("small.png", "new.png")),
        new("move of large over small", false, (_, storage) => storage.MoveAsync("large.png", "small.png")),
        new("delete", false, (_, storage) => storage.DeleteAsync("small.png")),
        new("delete of large", false, (_, storage) => storage.DeleteAsync("large.png")),
        new("document", false, (provider, _) => provider.Documents.PutAsync("c/new", new byte[5_000])),
        new("document again", false, (provider, _) => provider.Documents.PutAsync("c/old", new byte[50])),
        new("deletion of a document", false, (provider, _) => provider.Documents.DeleteAsync("c/old")),
        new("retain", false, async (provider, storage) => await provider.RetainAsync("tx-new", "large.png", (await storage.GetInfoAsync("large.png"))!.ETag)),
        new("restore", false, (provider, _) => provider.RestoreAsync("tx-old", "retained.png", null)),
        new("drop", false, (provider, _) => provider.DropAsync("tx-old")),
        new("compaction", false, (provider, _) => provider.CompactAsync()),
    ];

    public override string ToString() => Name;

    public static ImageStorageManager StorageOver(LiteDbImageProvider provider, ManualClock clock) => new(provider, new ImageStorageOptions(), clock);

    public static LiteDbImageProvider Open(SimulatedDisk disk, ManualClock clock, Durability durability = Durability.Full, long checkpointBytes = 16 << 20) =>
        new(new LiteDbStorageOptions { Path = "images.db", Durability = durability, CheckpointBytes = checkpointBytes }, disk, clock);

    /// <summary>Returns the disk on which the operation begins.</summary>
    public async Task<SimulatedDisk> PrepareAsync(ManualClock clock)
    {
        var disk = new SimulatedDisk();
        if (!StartsEmpty)
        {
            await using var provider = Open(disk, clock);
            var storage = StorageOver(provider, clock);
            await SaveAsync(storage, "small.png", Small, 10);
            await SaveAsync(storage, "large.png", Large, 11);
            await SaveAsync(storage, "neighbour.png", 300, 12);
            await provider.Documents.PutAsync("c/old", new byte[100]);
            var retained = await storage.SaveBytesAsync("retained.png", SampleImages.OfLength(Large, 13));
            await provider.RetainAsync("tx-old", retained.Key, retained.ETag);
            await storage.DeleteAsync(retained.Key);
        }

        return disk.Clone();
    }

    /// <summary>Returns the state of the store before the operation.</summary>
    /// <param name="provider">The provider that will run the operation.</param>
    /// <param name="clock">The clock of the provider.</param>
    public async Task<string> StateBeforeAsync(LiteDbImageProvider provider, ManualClock clock) =>
        StartsEmpty ? string.Empty : await StoreState.OfAsync(provider, clock);

    private static Task<ImageInfo> SaveAsync(IImageStorage storage, ImageKey key, int length, int seed) => storage.SaveBytesAsync(key, SampleImages.OfLength(length, seed));
}
