using System.Buffers.Binary;
using ImageStorage.Caching.Entries;
using ImageStorage.Tests.Caching.Disk;
using ImageStorage.Tests.Caching.Distributed;

namespace ImageStorage.Tests.Caching.Sharing;

/// <summary>Foreign and forged entries in shared tiers. A read always returns the image of the store.</summary>
internal sealed class PlantedEntryTests
{
    private static readonly ImageKey Key = "users/1/avatar.png";
    private static readonly ImageKey Neighbour = "users/2/avatar.png";

    /// <summary>The entry under the name of the image.</summary>
    public enum Plant
    {
        EntryOfAnotherStore,
        EntryOfAnotherStoreForThisOne,
        EntryOfAnotherKey,
        EntryOfAnotherVersion,
        Altered,
        Truncated,
        Longer,
        NewerFormat,
        OlderFormat,
        Rubbish,
        Nothing,
    }

    [Test]
    public async Task Planted_entry_is_never_served([Values] Plant plant, [Values] bool isOnDisk, [Values(1, 2, 3)] int seed)
    {
        var distributed = new FaultyCache();
        await using var store = new DiskStore(isShared: true, isInMemory: !isOnDisk);
        var before = Open(store);
        await before.SaveAsync(Neighbour, 2);
        await before.ReadAsync(Neighbour);
        await before.SaveAsync(Key, 3);
        await before.ReadAsync(Key);
        var old = Take(Key);
        var saved = await before.SaveAsync(Key, 1);
        await before.ReadAsync(Key);
        var genuine = Take(Key);

        Put(Key, await MakeAsync(plant, genuine, old, Take(Neighbour), distributed, isOnDisk, new Random(seed)));
        if (plant == Plant.EntryOfAnotherVersion && !isOnDisk)
        {
            // The entry was genuine, and is served like any version that another process has replaced.
            store.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        foreach (var process in (DiskProcess[])[Open(store), before])
        {
            for (var read = 0; read < 2; read++)
            {
                Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
                Assert.That(await process.Storage.GetInfoAsync(Key), Is.EqualTo(saved));
            }
        }

        DiskProcess Open(DiskStore of) => of.Open(
            options =>
            {
                options.Disk.Path = isOnDisk ? store.Folder.Path : null;
                options.Distributed.Enabled = !isOnDisk;
            },
            distributed);

        byte[] Take(ImageKey key) => isOnDisk ? File.ReadAllBytes(store.Folder.PathOf(key)) : distributed.Entries[NameOf(key)];

        void Put(ImageKey key, byte[] bytes)
        {
            if (isOnDisk)
            {
                File.WriteAllBytes(store.Folder.PathOf(key), bytes);
            }
            else
            {
                distributed.Entries[NameOf(key)] = bytes;
            }
        }

        string NameOf(ImageKey key) => distributed.Entries.Keys.Single(name => name.EndsWith($"-{EntryName.HashOf(key):x32}", StringComparison.Ordinal));
    }

    private static async Task<byte[]> MakeAsync(Plant plant, byte[] genuine, byte[] old, byte[] neighbour, FaultyCache distributed, bool isOnDisk, Random random) => plant switch
    {
        Plant.EntryOfAnotherStore => await OfAnotherStoreAsync(distributed, isOnDisk),
        Plant.EntryOfAnotherStoreForThisOne => Sealed(await OfAnotherStoreAsync(distributed, isOnDisk), bytes => bytes[40] ^= 1),
        Plant.EntryOfAnotherKey => neighbour,
        Plant.EntryOfAnotherVersion => old,
        Plant.Altered => Altered(genuine, random),
        Plant.Truncated => genuine[..random.Next(genuine.Length)],
        Plant.Longer => [.. genuine, .. new byte[random.Next(1, 100)]],
        Plant.NewerFormat => Sealed(genuine, bytes => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), EntryFormat.Version + 1)),
        Plant.OlderFormat => Sealed(genuine, bytes => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), EntryFormat.Version - 1)),
        Plant.Rubbish => Enumerable.Range(0, random.Next(1, 9000)).Select(_ => (byte)random.Next(256)).ToArray(),
        _ => [],
    };

    /// <summary>A sound entry of a store that has another image under the same key.</summary>
    private static async Task<byte[]> OfAnotherStoreAsync(FaultyCache distributed, bool isOnDisk)
    {
        var before = distributed.Entries.Keys.ToHashSet();
        await using var other = new DiskStore(isShared: true, isInMemory: !isOnDisk);
        var process = other.Open(
            options =>
            {
                options.Disk.Path = isOnDisk ? other.Folder.Path : null;
                options.Distributed.Enabled = !isOnDisk;
            },
            distributed);
        await process.SaveAsync(Key, 100);
        await process.ReadAsync(Key);
        if (isOnDisk)
        {
            return await File.ReadAllBytesAsync(other.Folder.PathOf(Key));
        }

        var name = distributed.Entries.Keys.Single(name => !before.Contains(name));
        Assert.That(distributed.Entries.TryRemove(name, out var bytes));
        return bytes!;
    }

    private static byte[] Altered(byte[] genuine, Random random)
    {
        var altered = (byte[])genuine.Clone();
        altered[random.Next(altered.Length)] ^= (byte)random.Next(1, 256);
        return altered;
    }

    /// <summary>Changes the header of an entry and corrects its hash.</summary>
    private static byte[] Sealed(byte[] entry, Action<byte[]> change)
    {
        var changed = (byte[])entry.Clone();
        var header = EntryFormat.TryReadHeaderLength(changed, changed.Length)!.Value;
        change(changed);
        EntryFormat.Seal(changed.AsSpan(0, header));
        return changed;
    }
}
