using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Verifying;

/// <summary>Verification finds, names and describes every damage in a real folder.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VerificationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SetUp]
    public async Task ArrangeAsync()
    {
        using var provider = Open();
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("sound.png", Pictures.Of(500, 1));
        await storage.SaveBytesAsync("a/small.png", Pictures.Of(500, 2));
        await storage.SaveBytesAsync("a/large.png", Pictures.Of(400_000, 3));
        await provider.Documents.PutAsync("notes/a", new byte[] { 1 });
    }

    [TearDown]
    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_sound_store_is_sound() => await AssertFoundAsync();

    [TestCase("a/small.png", 0)]
    [TestCase("a/small.png", 499)]
    [TestCase("a/small.png", 600)]
    [TestCase("a/large.png", 131_072)]
    [TestCase("a/large.png", 399_999)]
    [TestCase("a/large.png", 400_010)]
    public async Task A_flipped_byte_is_found(string key, int position)
    {
        Change(key, bytes =>
        {
            bytes[position] ^= 1;
            return bytes;
        });

        await AssertFoundAsync((key, VerificationStatus.Corrupted));
    }

    [TestCase("a/small.png", 0)]
    [TestCase("a/small.png", 400)]
    [TestCase("a/large.png", 1)]
    [TestCase("a/large.png", 400_100)]
    public async Task A_truncated_file_is_found(string key, int length)
    {
        Change(key, bytes => bytes[..length]);

        await AssertFoundAsync((key, VerificationStatus.Corrupted));
    }

    // A file with the name of an image is named like an image, as by listings.
    [TestCase("images/Thumbs.db", "images/Thumbs.db")]
    [TestCase("images/a/cat.jpg", "a/cat.jpg")]
    [TestCase("images/a/.DS_Store", "images/a/.DS_Store")]
    [TestCase("images/new.folder/cat.jpg", "images/new.folder")]
    public async Task A_foreign_file_or_folder_is_reported(string path, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Combine(path))!);
        await File.WriteAllTextAsync(_folder.Combine(path), "not ours");

        await AssertFoundAsync((name, VerificationStatus.Stray));
    }

    // Files of a camera copied into the folder: nothing is damaged, and nothing should be deleted.
    [TestCase(600)]
    [TestCase(20)]
    [TestCase(0)]
    public async Task A_file_that_was_added_by_hand_is_reported_as_such_and_can_be_imported(int length)
    {
        var path = _folder.Combine("images/a/by-hand.png");
        await File.WriteAllBytesAsync(path, Pictures.Of(600, 9)[..length]);
        using var provider = Open();
        var storage = new ImageStorageManager(provider);
        Func<Task>[] acts =
        [
            () => storage.GetInfoAsync("a/by-hand.png"),
            () => storage.GetBytesAsync("a/by-hand.png"),
            () => storage.UpdateAsync("a/by-hand.png", new ImageUpdate { Tags = ["x"] }),
        ];
        foreach (var act in acts)
        {
            var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => act());
            Assert.That(failure!.Message, Does.Contain("a/by-hand.png").And.Contain("not written by the library").And.Contain("import").And.Not.Contain("delete").And.Not.Contain("damaged"));
        }

        await AssertFoundAsync(("a/by-hand.png", VerificationStatus.Stray));
        Assert.That((await provider.WalkAsync().Where(image => image.Unlisted is not null).ToListAsync()).Select(image => image.Key), Is.EqualTo(new[] { (ImageKey?)"a/by-hand.png" }));
        Assert.That((await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Unlisted.Select(image => image.Name), Is.EqualTo(new[] { "a/by-hand.png" }));
        Assert.That((await storage.GetUsageAsync()).Unlisted, Is.EqualTo(1));
        await storage.SaveBytesAsync("a/by-hand.png", Pictures.Of(600, 9));
        Assert.That(await storage.GetBytesAsync("a/by-hand.png"), Is.EqualTo(Pictures.Of(600, 9)));
        await AssertFoundAsync();
    }

    [Test]
    public async Task A_file_that_was_moved_to_another_name_is_found()
    {
        File.Move(_folder.Combine("images/a/small.png"), _folder.Combine("images/a/other.png"));

        await AssertFoundAsync(("a/other.png", VerificationStatus.Corrupted));
    }

    [Test]
    public async Task An_image_without_its_index_entry_is_reported_and_repaired_by_an_update()
    {
        var logs = Directory.GetFiles(_folder.Combine(".imagestorage/index"), "*.log");
        using (var provider = Open())
        {
            await new ImageStorageManager(provider).SaveBytesAsync("a/lost.png", Pictures.Of(500, 4));
        }

        File.Delete(Directory.GetFiles(_folder.Combine(".imagestorage/index"), "*.log").Except(logs).Single());
        await AssertFoundAsync(("a/lost.png", VerificationStatus.NotIndexed));

        using (var provider = Open())
        {
            await new ImageStorageManager(provider).UpdateAsync("a/lost.png", new ImageUpdate { Tags = ["mended"] });
        }

        await AssertFoundAsync();
    }

    [Test]
    public async Task A_damaged_document_and_a_damaged_retained_version_are_reported()
    {
        using (var provider = Open())
        {
            await provider.RetainAsync("bin-1", "a/large.png", (await provider.GetInfoAsync("a/large.png"))!.ETag);
            await new ImageStorageManager(provider).SaveBytesAsync("a/large.png", Pictures.Of(400_000, 5));
        }

        foreach (var (folder, name) in new[] { ("documents", "=a"), ("retained", "*bin-1") })
        {
            var file = Directory.EnumerateFiles(_folder.Combine(".imagestorage/" + folder), name + "*", SearchOption.AllDirectories).Single();
            var bytes = File.ReadAllBytes(file);
            bytes[0] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        using var opened = Open();
        var wrong = await opened.VerifyAsync().Where(item => item.Status != VerificationStatus.Sound).ToListAsync();
        Assert.That(
            wrong.Select(item => (item.Kind, item.Name, item.Status)),
            Is.EqualTo(new[] { (VerificationKind.RetainedVersion, "bin-1", VerificationStatus.Corrupted), (VerificationKind.Document, "notes/a", VerificationStatus.Corrupted) }));
        Assert.That(await opened.VerifyAsync(new VerificationOptions { Prefix = "a/" }).Select(item => item.Status).ToListAsync(), Is.All.EqualTo(VerificationStatus.Sound));
    }

    // A truncated image and a foreign file look alike, and are told apart in the order of the keys.
    [Test]
    public async Task An_interrupted_verification_continues_after_a_key_and_tells_truncated_images_from_foreign_files()
    {
        Change("a/large.png", bytes => bytes[..100]);
        await File.WriteAllTextAsync(_folder.Combine("images/a/foreign.png"), "not ours");
        using var provider = Open();

        var all = await provider.VerifyAsync(new VerificationOptions { Documents = false }).Select(item => (item.Name, item.Status)).ToListAsync();
        var rest = await provider.VerifyAsync(new VerificationOptions { After = "a/foreign.png", Documents = false }).Select(item => (item.Name, item.Status)).ToListAsync();

        Assert.That(all, Is.EqualTo(new[]
        {
            ("a/foreign.png", VerificationStatus.Stray), ("a/large.png", VerificationStatus.Corrupted), ("a/small.png", VerificationStatus.Sound), ("sound.png", VerificationStatus.Sound),
        }));
        Assert.That(rest, Is.EqualTo(all.Skip(1)));
    }

    [Test]
    public async Task All_findings_are_reported()
    {
        Change("a/small.png", bytes => bytes[..10]);
        Change("a/large.png", bytes =>
        {
            bytes[7]++;
            return bytes;
        });
        await File.WriteAllTextAsync(_folder.Combine("images/stray.txt"), "not ours");

        await AssertFoundAsync(("a/small.png", VerificationStatus.Corrupted), ("a/large.png", VerificationStatus.Corrupted), ("stray.txt", VerificationStatus.Stray));
    }

    private async Task AssertFoundAsync(params (string Name, VerificationStatus Status)[] expected)
    {
        using var provider = Open();
        var items = new List<VerificationItem>();
        await foreach (var item in provider.VerifyAsync())
        {
            items.Add(item);
        }

        var wrong = items.Where(item => item.Status != VerificationStatus.Sound).ToList();
        Assert.That(wrong.Select(item => (item.Name, item.Status)), Is.EquivalentTo(expected));
        Assert.That(wrong.Select(item => item.Detail), Has.All.Not.Null);
        Assert.That(items.Where(item => item.Status == VerificationStatus.Sound).Select(item => item.Name), Does.Contain("sound.png"));
        Assert.That(items.Select(item => item.Detail ?? string.Empty), Has.All.Not.Contain(_folder.Path));
    }

    private void Change(string key, Func<byte[], byte[]> change)
    {
        var path = _folder.Combine("images/" + key);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }

    private FileSystemImageProvider Open() => new(new FileSystemStorageOptions { Path = _folder.Path, Durability = Durability.Relaxed }, new ManualClock());
}
