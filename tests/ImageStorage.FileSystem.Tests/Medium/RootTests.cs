using System.Runtime.Versioning;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>Roots that cannot be used, or no longer: a typed failure without delay, with a remedy (P7).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RootTests
{
    private static readonly byte[] Image = Pictures.Of(500, 1);

    [Test]
    public void A_root_that_is_a_file_is_refused_and_not_changed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        var root = folder.Combine("root");
        File.WriteAllText(root, "precious");
        using var provider = Open(root);
        var storage = new ImageStorageManager(provider);
        Func<Task>[] acts =
        [
            () => storage.SaveBytesAsync("a.png", Image),
            () => storage.GetInfoAsync("a.png"),
            () => storage.DeleteAsync("a.png"),
            () => storage.ListAsync(new ImageQuery()),
            () => provider.Documents.PutAsync("notes/a", new byte[1]),
        ];
        foreach (var act in acts)
        {
            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => act());
            Assert.That(failure!.IsTransient, Is.False);
            Assert.That(failure.Message, Does.Not.Contain(folder.Path).And.Contain("file"));
        }

        Assert.That(File.ReadAllText(root), Is.EqualTo("precious"));
    }

    [Test]
    public void A_root_below_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(folder.Combine("file"), "precious");
        using var provider = Open(folder.Combine("file/root"));

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => new ImageStorageManager(provider).SaveBytesAsync("a.png", Image));
        Assert.That(failure!.Message, Does.Not.Contain(folder.Path));
    }

    [Test]
    public async Task A_missing_root_is_created_by_the_first_write_only()
    {
        using var folder = new TemporaryFolder();
        var root = folder.Combine("deep/deeper/root");
        using var provider = Open(root);
        var storage = new ImageStorageManager(provider);

        Assert.That(await storage.GetInfoAsync("a.png"), Is.Null);
        Assert.That(await storage.DeleteAsync("a.png"), Is.False);
        Assert.That((await storage.ListAsync(new ImageQuery())).Items, Is.Empty);
        Assert.That((await storage.GetUsageAsync()).Count, Is.Zero);
        Assert.That(await provider.Documents.GetAsync("notes/a"), Is.Null);
        Assert.That(Directory.Exists(folder.Path), Is.False, "Reading made something.");
        await storage.SaveBytesAsync("a.png", Image);
        Assert.That(Directory.Exists(root), Is.True);
    }

    [Test]
    public async Task A_root_that_is_a_link_is_a_root()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Combine("real"));
        SymbolicLinks.CreateDirectory(folder.Combine("link"), folder.Combine("real"));
        using (var provider = Open(folder.Combine("link")))
        {
            await new ImageStorageManager(provider).SaveBytesAsync("a.png", Image);
        }

        using var direct = Open(folder.Combine("real"));
        Assert.That(await new ImageStorageManager(direct).GetBytesAsync("a.png"), Is.EqualTo(Image));
    }

    [TestCase(".imagestorage/locks")]
    [TestCase(".imagestorage/staging")]
    [TestCase(".imagestorage/index")]
    [TestCase("images")]
    [TestCase("")]
    public async Task A_folder_that_is_removed_under_an_open_store_blocks_no_call(string removed)
    {
        using var folder = new TemporaryFolder();
        using (var provider = Open(folder.Path))
        {
            var storage = new ImageStorageManager(provider);
            await storage.SaveBytesAsync("a.png", Image);
            Directory.Delete(folder.Combine(removed), recursive: true);
            for (var i = 0; i < 5; i++)
            {
                try
                {
                    await storage.SaveBytesAsync($"new/{i}.png", Image).WaitAsync(TimeSpan.FromMinutes(1));
                    Assert.That(await storage.GetBytesAsync($"new/{i}.png"), Is.EqualTo(Image));
                }
                catch (StorageUnavailableException exception)
                {
                    Assert.That(exception.Message, Does.Not.Contain(folder.Path));
                }
            }
        }

        using var again = Open(folder.Path);
        if (removed == "images")
        {
            // The images are lost, and every call says so until the remedy is applied.
            Assert.That(Assert.ThrowsAsync<StorageUnavailableException>(() => new ImageStorageManager(again).SaveBytesAsync("b.png", Image))!.Message, Does.Contain("create an empty folder"));
            Directory.CreateDirectory(folder.Combine("images"));
        }

        await new ImageStorageManager(again).SaveBytesAsync("b.png", Image);
        Assert.That(await new ImageStorageManager(again).GetBytesAsync("b.png"), Is.EqualTo(Image));
    }

    [Test]
    public async Task A_read_only_file_system_is_readable_and_distinguished_from_a_full_one()
    {
        using var mount = new MountedFolder("size=4m");
        var root = Path.Combine(mount.Path, "store");
        using (var writer = Open(root))
        {
            await new ImageStorageManager(writer).SaveBytesAsync("a.png", Image);
            await writer.Documents.PutAsync("notes/a", new byte[] { 1 });
        }

        mount.MakeReadOnly();
        using var provider = Open(root);
        var before = await StoreCheck.DescribeAsync(provider);
        AssertNotWritable(provider);
        Assert.That(await StoreCheck.DescribeAsync(provider), Is.EqualTo(before));
        await StoreCheck.AssertSoundAsync(provider);
    }

    [Test]
    public async Task A_folder_without_the_right_to_write_is_read_and_not_written()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Root may write everywhere, and Windows has other rights; as root the read-only mount shows the same.");
            return;
        }

        using var folder = new TemporaryFolder();
        using (var writer = Open(folder.Path))
        {
            await new ImageStorageManager(writer).SaveBytesAsync("a.png", Image);
            await writer.Documents.PutAsync("notes/a", new byte[] { 1 });
        }

        var all = Directory.GetDirectories(folder.Path, "*", SearchOption.AllDirectories).Prepend(folder.Path).ToList();
        SetMode(all, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using var provider = Open(folder.Path);
            var before = await StoreCheck.DescribeAsync(provider);
            AssertNotWritable(provider);
            Assert.That(await StoreCheck.DescribeAsync(provider), Is.EqualTo(before));
        }
        finally
        {
            SetMode(all, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void SetMode(IEnumerable<string> folders, UnixFileMode mode)
    {
        foreach (var folder in folders)
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    private static void AssertNotWritable(FileSystemImageProvider provider)
    {
        var storage = new ImageStorageManager(provider);
        Func<Task>[] acts =
        [
            () => storage.SaveBytesAsync("b.png", Image),
            () => storage.SaveBytesAsync("a.png", Pictures.Of(600, 2)),
            () => storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }),
            () => storage.DeleteAsync("a.png"),
            () => provider.Documents.PutAsync("notes/a", new byte[2]),
            () => provider.Documents.DeleteAsync("notes/a"),
            () => provider.CheckAsync(),
        ];
        foreach (var act in acts)
        {
            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => act());
            Assert.That(failure!.IsTransient, Is.False, failure.Message);
        }
    }

    private static FileSystemImageProvider Open(string root) => new(new FileSystemStorageOptions { Path = root }, new ManualClock());
}
