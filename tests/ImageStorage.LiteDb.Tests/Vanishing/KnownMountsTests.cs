using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Vanishing;

/// <summary>
/// A process that starts while the volume of its database is not mounted does not create a new store in the mount
/// point.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KnownMountsTests : IDisposable
{
    private const string Place = "/mnt/images/data/images.db";
    private readonly TemporaryFolder _memory = new();
    private readonly ManualClock _clock = new();
    private string? _mountPoint = "/mnt/images";

    public void Dispose() => _memory.Dispose();

    [Test]
    public async Task Empty_mount_point_is_refused_and_not_touched_until_the_volume_is_mounted()
    {
        var disk = Disk();
        await SaveAsync(disk);
        _mountPoint = "/mnt";
        var empty = Disk();
        await using var provider = StoreOperation.Open(empty, _clock);
        var storage = StoreOperation.StorageOver(provider, _clock);

        foreach (var operation in (Func<Task>[])[() => storage.GetInfoAsync("a.png"), () => storage.ListAsync(new ImageQuery()), () => storage.DeleteAsync("a.png"), () => storage.SaveBytesAsync("b.png", SampleImages.Png()), () => provider.CheckAsync()])
        {
            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => operation());
            Assert.That(failure!.IsTransient, Is.True);
            Assert.That(failure.Message, Does.Contain("not mounted").And.Contain(".mount").And.Not.Contain(_memory.Path).And.Not.Contain("/mnt"));
        }

        Assert.That(empty.Exists(FileSuffixes.Data) || empty.Exists(FileSuffixes.Owner), Is.False);
        _mountPoint = "/mnt/images";
        await using var again = StoreOperation.Open(disk.After(CutKind.Kill, 0), _clock);
        Assert.That(await again.GetInfoAsync("a.png"), Is.Not.Null);
    }

    [Test]
    public async Task Database_that_was_removed_from_its_mounted_volume_is_created_again()
    {
        await SaveAsync(Disk());

        await SaveAsync(Disk());
    }

    [Test]
    public async Task Deleted_or_unwritable_memory_of_mounts_refuses_nothing()
    {
        await SaveAsync(Disk());
        _mountPoint = null;
        Directory.Delete(_memory.Path, recursive: true);
        await File.WriteAllTextAsync(_memory.Path, "a file");
        try
        {
            await SaveAsync(Disk());
        }
        finally
        {
            File.Delete(_memory.Path);
        }
    }

    [Test]
    public async Task Database_on_the_file_system_of_the_system_is_not_remembered()
    {
        _mountPoint = null;

        await SaveAsync(Disk());

        Assert.That(Directory.Exists(_memory.Path), Is.False);
    }

    private SimulatedDisk Disk() => new() { Mounts = new KnownMounts(_memory.Path, Place, () => _mountPoint) };

    private async Task SaveAsync(SimulatedDisk disk)
    {
        await using var provider = StoreOperation.Open(disk, _clock);
        await StoreOperation.StorageOver(provider, _clock).SaveBytesAsync("a.png", SampleImages.Png());
    }
}
