using ImageStorage.Caching.Disk;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>P2: a read returns the right bytes whatever happens to the files, if necessary from the provider.</summary>
internal sealed class DiskDamageTests
{
    private const int Length = 300_000;
    private static readonly ImageKey Key = "k.png";

    [TestCase(false, 5000)]
    [TestCase(true, 5000)]
    [TestCase(false, Length)]
    public async Task Every_truncation_and_every_flipped_byte_is_found(bool isInMemory, int length)
    {
        await using var store = new DiskStore(isInMemory: isInMemory);
        var process = store.Open();
        await process.SaveAsync(Key, 1, length);
        var expected = CachedStore.Image(1, length);
        await process.ReadAsync(Key);
        var sound = await File.ReadAllBytesAsync(store.Folder.PathOf(Key));
        var random = new Random(20261125);
        const int Rounds = 60;
        for (var round = 0; round < Rounds; round++)
        {
            // The header is short and would rarely be hit.
            var place = random.Next(round % 2 == 0 ? 600 : sound.Length);
            var damaged = (byte[])sound.Clone();
            damaged[place] ^= (byte)(1 << random.Next(8));
            await process.DisposeAsync();
            await File.WriteAllBytesAsync(store.Folder.PathOf(Key), round % 3 == 0 ? sound[..place] : damaged);
            process = store.Open();
            var reads = store.Provider.Reads;

            Assert.That((await process.ReadAsync(Key)).AsSpan().SequenceEqual(expected), $"damaged at {place}");
            Assert.That(process.Disk.Damaged, Is.EqualTo(1), $"damaged at {place}");
            Assert.That((await process.ReadAsync(Key)).AsSpan().SequenceEqual(expected));
            Assert.That(process.Disk.Entries, Is.EqualTo(1), "read again, once");
            Assert.That(store.Provider.Reads - reads, Is.InRange(1, 2));
        }

        Assert.That(store.Warnings.Count(), Is.EqualTo(Rounds), "one for each process");
    }

    [Test]
    public async Task Stream_over_an_entry_that_is_damaged_in_the_meantime_continues_with_the_provider_s_bytes([Values] bool isAsync)
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Length);
        await process.ReadAsync(Key);
        await using var image = await process.Storage.GetAsync(Key);
        await using (var file = new FileStream(store.Folder.PathOf(Key), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = 200_000;
            file.Write(new byte[1000]);
        }

        using var read = new MemoryStream();
        var buffer = new byte[7000];
        while ((isAsync ? await image!.Content.ReadAsync(buffer) : image!.Content.Read(buffer)) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
        }

        Assert.That(read.ToArray().AsSpan().SequenceEqual(CachedStore.Image(1, Length)));
        image.Content.Position = 250_000;
        Assert.That(image.Content.ReadByte(), Is.EqualTo(CachedStore.Image(1, Length)[250_000]));
        Assert.That((process.Disk.Damaged, store.Folder.Entries.Count, store.Warnings.Count()), Is.EqualTo((1L, 0, 1)));
    }

    [Test]
    public async Task Entry_under_the_name_of_another_entry_is_not_served()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        await process.SaveAsync("other.png", 2);
        await process.ReadAsync(Key);
        await process.ReadAsync("other.png");

        File.Copy(store.Folder.PathOf("other.png"), store.Folder.PathOf(Key), overwrite: true);

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
    }

    [Test]
    public async Task Link_in_the_place_of_an_entry_is_not_followed_and_not_written_through()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Making links needs a privilege on Windows.");
        }

        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);
        var (entry, outside) = (store.Folder.PathOf(Key), Path.Join(store.Folder.Path, "outside"));
        File.Move(entry, outside);
        File.CreateSymbolicLink(entry, outside);
        var bytes = await File.ReadAllBytesAsync(outside);
        var reads = store.Provider.Reads;

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));

        Assert.That(store.Provider.Reads, Is.EqualTo(reads + 1));
        Assert.That(new FileInfo(entry).LinkTarget, Is.Null, "replaced by the entry");
        Assert.That(await File.ReadAllBytesAsync(outside), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Foreign_files_are_neither_counted_nor_deleted()
    {
        await using var store = new DiskStore();
        await using (var before = store.Open())
        {
            await before.SaveAsync(Key, 1);
            await before.ReadAsync(Key);
        }

        string[] foreign = [Path.Join(store.Folder.Path, "notes.txt"), Path.Join(store.Folder.Path, "entries", "notes.txt"), Path.Join(store.Folder.Path, "staging", "notes.txt")];
        foreach (var file in foreign)
        {
            await File.WriteAllTextAsync(file, new string('x', 100_000));
        }

        var process = store.Open();
        await process.ReadAsync(Key);
        Assert.That(process.Disk.Bytes, Is.LessThan(DiskTier.FixedBytes + 20_000));
        await process.Cache.ClearAsync();

        Assert.That(foreign, Is.All.Matches<string>(File.Exists));
        Assert.That(store.Folder.Entries, Is.EqualTo(new[] { foreign[1] }));
    }

    [TestCase("")]
    [TestCase("rubbish that is longer than a ledger is")]
    [TestCase(null)]
    public async Task Damaged_or_lost_ledger_is_counted_again(string? content)
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Length);
        await process.SaveAsync("other.png", 2);
        await process.ReadAsync(Key);
        var ledger = store.Folder.Ledger;
        if (content is null)
        {
            File.Delete(ledger);
        }
        else
        {
            await File.WriteAllTextAsync(ledger, content);
        }

        await process.ReadAsync("other.png");

        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));
        Assert.That(process.Disk.Entries, Is.EqualTo(2));
        Assert.That(store.Warnings, Is.Empty);
    }

    [Test]
    public async Task Change_that_a_dying_process_did_not_finish_is_counted_by_other_processes()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Length);
        await process.SaveAsync("other.png", 2);
        await process.ReadAsync(Key);
        DieInAChange(store.Folder);

        await process.ReadAsync("other.png");

        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));
        Assert.That(process.Disk.Entries, Is.EqualTo(3));
    }

    [Test]
    public async Task Staged_files_of_a_dead_process_are_reclaimed_and_staged_files_of_a_living_process_are_not()
    {
        await using var store = new DiskStore(isShared: true);
        var living = store.Open();
        await living.SaveAsync(Key, 1, Length);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.Alter = image => new StoredImage(image.Info, new GatedStream(image.Content, reached, gate.Task), image.Range);
        var read = living.ReadAsync(Key);
        await reached.Task;
        var dead = Guid.NewGuid().ToString("N");
        await File.WriteAllBytesAsync(Path.Join(store.Folder.Path, "staging", $"{dead}.owner"), []);
        await File.WriteAllBytesAsync(Path.Join(store.Folder.Path, "staging", $"{dead}-1"), new byte[100_000]);
        await File.WriteAllBytesAsync(Path.Join(store.Folder.Path, "staging", $"{Guid.NewGuid():N}-1"), new byte[100_000]);

        var process = store.Open();

        Assert.That(store.Folder.Staged, Has.Count.EqualTo(1), "that of the living one");
        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));
        gate.SetResult();
        Assert.That((await read).AsSpan().SequenceEqual(CachedStore.Image(1, Length)));
        Assert.That(living.Disk.Entries, Is.EqualTo(1));
    }

    private static void DieInAChange(CacheFolder folder)
    {
        using var session = new DiskLedger(folder.Ledger).TryEnter(mayWait: true);
        session!.BeginChanges();
        File.WriteAllBytes(Path.Join(folder.Path, "entries", $"{1:x32}-{1:x32}"), new byte[100_000]);
    }

    private sealed class GatedStream(Stream inner, TaskCompletionSource reached, Task gate) : MemoryStream(Read(inner))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            reached.TrySetResult();
            await gate;
            return await base.ReadAsync(buffer, cancellationToken);
        }

        private static byte[] Read(Stream stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            stream.Dispose();
            return bytes.ToArray();
        }
    }
}
