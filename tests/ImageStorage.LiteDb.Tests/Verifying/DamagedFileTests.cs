using System.IO.Hashing;
using System.Text;
using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Verifying;

/// <summary>P2 on a failing medium: bytes of the files altered while the store is closed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DamagedFileTests
{
    private const int Flips = 120;

    [Test]
    public async Task An_image_without_its_chunks_is_missing()
    {
        await using var provider = StoreOperation.Open(await PreparedAsync(), new ManualClock());
        await provider.Store.CommitAsync(
            session =>
            {
                session.InTransaction(() => session.Delete(StoreLayout.Chunks, session.Ids(StoreLayout.Chunks, 0L, long.MaxValue, 1_000)));
                return true;
            },
            CancellationToken.None);

        var images = (await VerifyAsync(provider)).Where(item => item.Kind == VerificationKind.Image).ToList();

        Assert.That(images, Is.Not.Empty);
        Assert.That(images.Select(item => item.Status), Is.All.EqualTo(VerificationStatus.Missing));
    }

    [Test]
    public async Task Flipped_bytes_in_the_database_never_return_a_wrong_byte_of_an_image()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        await TestContext.Out.WriteLineAsync($"IMAGESTORAGE_TEST_SEED={seed}");
        var random = new Random(seed);
        var disk = await PreparedAsync();
        var content = disk.ContentOf(FileSuffixes.Data);
        for (var i = 0; i < Flips; i++)
        {
            var position = random.Next(content.Length);
            var damaged = (byte[])content.Clone();
            damaged[position] ^= (byte)(1 << random.Next(8));
            var copy = disk.Clone();
            copy.Replace(FileSuffixes.Data, damaged);
            await AssertNoWrongByteAsync(copy, $"bit flipped at {position}");
        }
    }

    [Test]
    public async Task Flipped_byte_of_an_image_is_reported_by_a_verification()
    {
        var disk = await PreparedAsync();
        var content = disk.ContentOf(FileSuffixes.Data);

        // The middle of the second image's bytes, at any position of the file.
        var at = content.AsSpan().IndexOf(SampleImages.OfLength(30_000, 2).AsSpan(10_000, 64));
        Assert.That(at, Is.Positive);
        content[at] ^= 1;
        disk.Replace(FileSuffixes.Data, content);
        await using var provider = StoreOperation.Open(disk, new ManualClock());

        var items = await VerifyAsync(provider);

        var wrong = items.Where(item => item.Status != VerificationStatus.Sound).ToList();
        Assert.That(wrong.Select(item => (item.Name, item.Status)), Is.EqualTo(new[] { ("2.png", VerificationStatus.Corrupted) }));
    }

    // Written by a process with other rules of keys, such as a process without Unicode data (A5).
    [Test]
    public async Task Record_with_an_invalid_key_hides_no_other_and_is_reported_by_a_verification()
    {
        var clock = new ManualClock();
        await using var provider = StoreOperation.Open(await PreparedAsync(), clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        await storage.SaveBytesAsync("1/cafeXX.jpg", SampleImages.OfLength(30_000, 9));
        await provider.Store.CommitAsync(
            session =>
            {
                var document = ImageTable.Find(session, KeyBytes.Of("1/cafeXX.jpg"))!;
                session.InTransaction(() => session.Delete(StoreLayout.Images, [document[StoreLayout.Id]]));
                session.InTransaction(() => session.Insert(StoreLayout.Images, Renamed(document, "1/cafe\u0301.jpg")));
                return true;
            },
            CancellationToken.None);

        var byTime = await storage.ListAsync(new ImageQuery());
        var byKey = await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending });
        var byType = await storage.ListAsync(new ImageQuery { ContentType = "image/png" });
        var usage = await storage.GetUsageAsync();
        var cleaned = await storage.CleanupAsync(new CleanupOptions { MaxCount = 2 });
        // The chunks still name the former key.
        var wrong = (await VerifyAsync(provider)).Where(item => item.Status != VerificationStatus.Sound && !item.Name.StartsWith("chunks/", StringComparison.Ordinal)).ToList();

        Assert.That(byKey.Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "0.png", "1.png", "2.png", "3.png" }));
        Assert.That(byTime.Items, Is.EquivalentTo(byKey.Items));
        Assert.That(byType.Items, Is.EqualTo(byTime.Items));
        foreach (var page in new[] { byTime, byKey })
        {
            Assert.That(page.Unlisted.Select(image => (image.Name, image.Key, image.Status)), Is.EqualTo(new[] { ("1/cafe\u0301.jpg", (ImageKey?)null, VerificationStatus.Corrupted) }));
        }

        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo((4L, 1)));
        Assert.That(cleaned.DeletedCount, Is.EqualTo(2));
        Assert.That(wrong.Select(item => (item.Name, item.Status, item.Detail?.Contains("breaks a rule of keys", StringComparison.Ordinal))), Is.EqualTo(new[] { ("1/cafe\u0301.jpg", VerificationStatus.Corrupted, (bool?)true) }));
    }

    /// <summary>
    /// Returns the document of an image under another key of the same length, possibly invalid, with a correct hash.
    /// </summary>
    private static LiteDB.BsonDocument Renamed(LiteDB.BsonDocument document, string key)
    {
        const int HashLength = 16;
        var old = KeyBytes.TextOf(document[StoreLayout.Id].AsBinary)!;
        var record = (byte[])document[StoreLayout.Record].AsBinary.Clone();
        var at = record.AsSpan().IndexOf(Encoding.UTF8.GetBytes(old));
        Encoding.UTF8.GetBytes(key).CopyTo(record, at);
        XxHash128.Hash(record.AsSpan(HashLength), record);
        var id = KeyBytes.Of(key);
        return new LiteDB.BsonDocument(document.ToDictionary(field => field.Key, field => field.Value))
        {
            [StoreLayout.Id] = id,
            [StoreLayout.Created] = (byte[])[.. document[StoreLayout.Created].AsBinary[..sizeof(long)], .. id],
            [StoreLayout.Record] = record,
        };
    }

    [Test]
    public async Task Damaged_log_of_acknowledged_commits_is_refused_and_not_cut_off()
    {
        var clock = new ManualClock();
        var disk = new SimulatedDisk();
        await using var provider = StoreOperation.Open(disk, clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        await storage.SaveBytesAsync("1.png", SampleImages.OfLength(30_000, 1));
        await storage.SaveBytesAsync("2.png", SampleImages.OfLength(30_000, 2));
        var crashed = disk.After(CutKind.Kill, 0);
        var log = crashed.ContentOf(FileSuffixes.Log);
        log[5_000] ^= 1;
        crashed.Replace(FileSuffixes.Log, log);
        await using var again = StoreOperation.Open(crashed, clock);

        var failure = Assert.ThrowsAsync<StorageCorruptedException>(() => again.GetInfoAsync("1.png"));

        Assert.That(failure!.Message, Does.Contain("frame 0 of the log is damaged").And.Contain("from a copy"));
        Assert.That(crashed.ContentOf(FileSuffixes.Log), Is.EqualTo(log));
    }

    [Test]
    public async Task Chunks_of_no_image_are_reported_by_a_verification_and_removed_by_a_compaction()
    {
        await using var provider = StoreOperation.Open(await PreparedAsync(), new ManualClock());
        await provider.Store.CommitAsync(
            session =>
            {
                session.InTransaction(() => session.Insert(StoreLayout.Chunks, new LiteDB.BsonDocument { [StoreLayout.Id] = ChunkFormat.IdOf(999, 0), [StoreLayout.Data] = new byte[50] }));
                return true;
            },
            CancellationToken.None);

        Assert.That((await VerifyAsync(provider)).Where(item => item.Status == VerificationStatus.Orphan).Select(item => item.Name), Is.EqualTo(new[] { "chunks/999" }));

        await provider.CompactAsync();

        Assert.That(await VerifyAsync(provider), Has.All.Property(nameof(VerificationItem.Status)).EqualTo(VerificationStatus.Sound));
    }

    [Test]
    public async Task Chunks_that_a_killed_save_has_staged_are_swept_at_the_next_opening()
    {
        var clock = new ManualClock();
        var disk = await PreparedAsync();
        SimulatedDisk crashed;
        await using (var provider = StoreOperation.Open(disk, clock))
        {
            await using var source = new InterruptedStream(SampleImages.OfLength(900_000, 5), 880_000, () => throw new IOException("Gone."));
            Assert.That(() => StoreOperation.StorageOver(provider, clock).SaveAsync("new.png", source), Throws.TypeOf<ImageSourceException>());

            // Simulates a kill before the sweep begins.
            crashed = disk.After(CutKind.Kill, 0);
        }

        await using var again = StoreOperation.Open(crashed, clock);
        await again.CheckAsync();
        var swept = await again.Store.ReadAsync(session => LiteStore.Sweep(session!, again.Store.Pins, CancellationToken.None), CancellationToken.None);
        var (trash, chunks) = await again.Store.ReadAsync(
            session => (session!.Ids(StoreLayout.Trash, long.MinValue, long.MaxValue, 100).Count, session.Ids(StoreLayout.Chunks, long.MinValue, long.MaxValue, 1000).Count), CancellationToken.None);

        Assert.That(swept, Is.LessThanOrEqualTo(1));
        Assert.That((trash, chunks), Is.EqualTo((0, 4)), "One chunk for each image, and nothing else.");
    }

    private static async Task<SimulatedDisk> PreparedAsync()
    {
        var clock = new ManualClock();
        var disk = new SimulatedDisk();
        await using (var provider = StoreOperation.Open(disk, clock))
        {
            var storage = StoreOperation.StorageOver(provider, clock);
            for (var i = 0; i < 4; i++)
            {
                await storage.SaveBytesAsync($"{i}.png", SampleImages.OfLength(30_000, i));
            }
        }

        return disk;
    }

    private static async Task AssertNoWrongByteAsync(SimulatedDisk disk, string context)
    {
        var clock = new ManualClock();
        await using var provider = StoreOperation.Open(disk, clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        for (var i = 0; i < 4; i++)
        {
            try
            {
                var bytes = await storage.GetBytesAsync($"{i}.png");
                Assert.That(bytes is null || bytes.AsSpan().SequenceEqual(SampleImages.OfLength(30_000, i)), Is.True, $"{context}: a wrong byte of {i}.png");
            }
            catch (ImageStorageException)
            {
                // The damage is detected, as required when it is not harmless.
            }
        }
    }

    private static async Task<List<VerificationItem>> VerifyAsync(LiteDbImageProvider provider)
    {
        var items = new List<VerificationItem>();
        await foreach (var item in provider.VerifyAsync())
        {
            items.Add(item);
        }

        return items;
    }
}
