using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>A real file system that is full (P3).</summary>
[NonParallelizable]
public sealed class DiskFullTests
{
    private const string Key = "folder/cat.png";

    [TestCase(300_000, true)]
    [TestCase(300_000, false)]
    [TestCase(2_000_000, true, TestName = "A save that reserves its space")]
    [TestCase(2_000_000, false)]
    public async Task Save_on_a_full_disk_changes_nothing_and_works_again_once_there_is_space(int length, bool lengthIsKnown)
    {
        using var mount = new MountedFolder("size=4m");
        using var provider = Open(mount.Path);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync(Key, Pictures.Of(100_000, 1));
        await provider.Documents.PutAsync("notes/a", new byte[] { 1 });
        var before = await StoreCheck.DescribeAsync(provider);
        var filler = Path.Combine(mount.Path, "filler");
        Fill(filler, leave: 150_000);

        foreach (var key in new[] { Key, "new/dog.png" })
        {
            var failure = Assert.ThrowsAsync<StorageFullException>(() => SaveAsync(storage, key, length, lengthIsKnown));
            Assert.That(failure!.Message, Does.Not.Contain(mount.Path));
            Assert.That(await StoreCheck.DescribeAsync(provider), Is.EqualTo(before));
            AssertNothingStaged(mount.Path);
        }

        Assert.ThrowsAsync<StorageFullException>(() => provider.Documents.PutAsync("notes/a", new byte[900_000]));
        Assert.That(await StoreCheck.DescribeAsync(provider), Is.EqualTo(before));
        Assert.That(await storage.DeleteAsync("missing.png"), Is.False, "A full disk is still read and deleted from.");

        File.Delete(filler);
        await SaveAsync(storage, Key, length, lengthIsKnown);
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(Pictures.Of(length, 2)));
        await StoreCheck.AssertSoundAsync(provider);
        Assert.That((await storage.GetUsageAsync()).AvailableBytes, Is.GreaterThan(0).And.LessThan(4 << 20));
    }

    [Test]
    public async Task Save_where_no_more_files_can_be_made_changes_nothing_and_works_again_once_they_can()
    {
        using var mount = new MountedFolder("size=16m,nr_inodes=60");
        using var provider = Open(mount.Path);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync(Key, Pictures.Of(1_000, 1));
        var filler = Directory.CreateDirectory(Path.Combine(mount.Path, "filler")).FullName;
        Assert.Throws<IOException>(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                File.WriteAllBytes(Path.Combine(filler, $"{i}"), []);
            }
        });

        // With one file less, with two, and so on, the save fails at another of its steps, until it fits.
        var before = await StoreCheck.DescribeAsync(provider);
        var failures = 0;
        foreach (var file in Directory.GetFiles(filler))
        {
            try
            {
                await storage.SaveBytesAsync("new/deep/dog.png", Pictures.Of(1_000, 2));
                break;
            }
            catch (StorageFullException)
            {
                failures++;
                Assert.That(await StoreCheck.DescribeAsync(provider), Is.EqualTo(before));
                AssertNothingStaged(mount.Path);
                File.Delete(file);
            }
        }

        Assert.That(failures, Is.GreaterThan(1));
        Assert.That(await storage.GetBytesAsync("new/deep/dog.png"), Is.EqualTo(Pictures.Of(1_000, 2)));
        await StoreCheck.AssertSoundAsync(provider);
    }

    [Test]
    public void First_save_into_a_full_disk_reports_it_and_leaves_a_store_that_can_be_opened()
    {
        using var mount = new MountedFolder("size=4m");
        var filler = Path.Combine(mount.Path, "filler");
        Fill(filler, leave: 0);
        using (var provider = Open(mount.Path))
        {
            Assert.ThrowsAsync<StorageFullException>(() => new ImageStorageManager(provider).SaveBytesAsync(Key, Pictures.Of(1_000)));
        }

        File.Delete(filler);
        using var again = Open(mount.Path);
        Assert.That(async () => await new ImageStorageManager(again).SaveBytesAsync(Key, Pictures.Of(1_000)), Throws.Nothing);
    }

    private static FileSystemImageProvider Open(string mount) => new(new FileSystemStorageOptions { Path = Path.Combine(mount, "store") }, new ManualClock());

    private static async Task SaveAsync(ImageStorageManager storage, string key, int length, bool lengthIsKnown)
    {
        using var source = new MemoryStream(Pictures.Of(length, 2));
        await storage.SaveAsync(key, lengthIsKnown ? source : new UnseekableStream(source));
    }

    private static void Fill(string path, long leave)
    {
        using (var file = File.Create(path))
        {
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    file.Write(block);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        using var shorter = File.OpenWrite(path);
        shorter.SetLength(Math.Max(0, shorter.Length - leave));
    }

    private static void AssertNothingStaged(string mount)
    {
        var staging = Path.Combine(mount, "store", FileSystemStore.StagingFolder);
        Assert.That(Directory.GetFiles(staging, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".owner", StringComparison.Ordinal)), Is.Empty);
    }
}
