using ImageStorage.FileSystem.Tests.Medium;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>
/// A process that starts while the volume of its store is not mounted does not mistake the mount point for a new store.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KnownMountsTests : IDisposable
{
    private const string MountPoint = "/mnt/images";
    private static readonly byte[] Image = Pictures.Of(500, 1);
    private readonly TemporaryFolder _memory = new();
    private readonly InMemoryVolume _volume = new();
    private string? _mountPoint = MountPoint;

    [TearDown]
    public void Dispose() => _memory.Dispose();

    [Test]
    public async Task An_empty_mount_point_is_refused_and_not_changed_until_the_volume_is_mounted()
    {
        await SaveAsync();
        var store = _volume.Root;
        (_volume.Root, _mountPoint) = (new MediumFolder(), null);
        using var provider = Open();
        var storage = new ImageStorageManager(provider);
        Func<Task>[] acts =
        [
            () => storage.GetInfoAsync("a.png"),
            () => storage.ListAsync(new ImageQuery()),
            () => storage.DeleteAsync("a.png"),
            () => storage.SaveBytesAsync("b.png", Image),
            () => provider.CheckAsync(),
        ];
        foreach (var act in acts)
        {
            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => act());
            Assert.That(failure!.IsTransient, Is.True);
            Assert.That(failure.Message, Does.Contain("not mounted").And.Contain(".mount").And.Not.Contain(_memory.Path).And.Not.Contain(MountPoint));
        }

        Assert.That(_volume.FilesBelow(string.Empty), Is.Empty);
        (_volume.Root, _mountPoint) = (store, MountPoint);
        Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(Image));
    }

    [Test]
    public async Task A_store_that_was_removed_from_its_mounted_volume_is_created_again()
    {
        await SaveAsync();
        _volume.Root = new MediumFolder();

        await SaveAsync();
    }

    [Test]
    public async Task A_new_store_is_created_after_the_record_was_deleted_as_the_message_says()
    {
        await SaveAsync();
        (_volume.Root, _mountPoint) = (new MediumFolder(), null);
        File.Delete(Directory.GetFiles(_memory.Path, "*", SearchOption.AllDirectories).Single());

        await SaveAsync();
    }

    [Test]
    public async Task A_store_on_the_root_file_system_is_not_recorded()
    {
        _mountPoint = null;
        await SaveAsync();

        Assert.That(Directory.Exists(_memory.Path), Is.False);
    }

    [Test]
    public async Task A_record_that_cannot_be_written_or_read_fails_no_call()
    {
        // A file at the path of the folder.
        await File.WriteAllTextAsync(_memory.Path, "in the way");
        try
        {
            await SaveAsync();
            _volume.Root = new MediumFolder();
            await SaveAsync();
        }
        finally
        {
            File.Delete(_memory.Path);
        }
    }

    [Test]
    public async Task A_real_volume_that_is_not_mounted_is_detected()
    {
        using var mount = new MountedFolder("size=4m");
        var root = Path.Combine(mount.Path, "store");
        Assert.That(KnownMounts.MountPointOf(root), Is.EqualTo(mount.Path));
        using (var provider = Open(root))
        {
            await new ImageStorageManager(provider).SaveBytesAsync("a.png", Image);
        }

        mount.Unmount();
        using var again = Open(root);
        Assert.ThrowsAsync<StorageUnavailableException>(() => new ImageStorageManager(again).SaveBytesAsync("a.png", Image));
        Assert.ThrowsAsync<StorageUnavailableException>(() => new ImageStorageManager(again).GetInfoAsync("a.png"));
        Assert.That(Directory.EnumerateFileSystemEntries(mount.Path), Is.Empty);
    }

    // With an open handle the volume can only be unmounted lazily, and open files continue to work on an invisible
    // volume.
    [Test]
    public async Task A_real_volume_that_is_unmounted_under_an_open_store_is_detected()
    {
        using var mount = new MountedFolder("size=4m");
        using var provider = Open(mount.Path);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("a/a.png", Image);
        mount.Unmount();

        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.GetInfoAsync("a/a.png"));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.DeleteAsync("a/a.png"));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync("b/b.png", Image));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.ListAsync(new ImageQuery()));
        Assert.ThrowsAsync<StorageUnavailableException>(() => provider.CheckAsync());
        Assert.That(Directory.EnumerateFileSystemEntries(mount.Path), Is.Empty);
    }

    private async Task SaveAsync()
    {
        using var provider = Open();
        await new ImageStorageManager(provider).SaveBytesAsync("a.png", Image);
    }

    private FileSystemImageProvider Open() => Open(_volume, new KnownMounts(_memory.Path, "/mnt/images/store", () => _mountPoint));

    private FileSystemImageProvider Open(string root) => Open(PhysicalVolume.Open(root), new KnownMounts(_memory.Path, root, () => KnownMounts.MountPointOf(root)));

    private static FileSystemImageProvider Open(IVolume volume, KnownMounts mounts) => new(volume, Durability.Full, createIfMissing: true, new ManualClock(), mounts: _ => mounts);
}
