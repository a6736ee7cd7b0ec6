using System.Diagnostics;
using ImageStorage.Caching;
using ImageStorage.Caching.Disk;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>P7: a folder that cannot be used costs one warning, and no read.</summary>
internal sealed class DiskMediumTests
{
    private static readonly ImageKey Key = "k.png";

    [Test]
    public async Task File_in_place_of_the_folder_is_logged_once_and_when_it_is_gone()
    {
        await using var store = new DiskStore();
        await File.WriteAllTextAsync(store.Folder.Path, "a file");
        var process = store.Open();
        await process.SaveAsync(Key, 1);

        await ReadPastTheDiskAsync(store, process);

        File.Delete(store.Folder.Path);
        await AssertWorksAgainAsync(store, process);
    }

    [TestCase("""{"format":"ImageStorage.Cache","version":3}""", "update the package")]
    [TestCase("""{"format":"ImageStorage.Cache","version":1}""", "delete the folder")]
    [TestCase("""{"format":"SomethingElse","version":1}""", "that no cache has written")]
    [TestCase("rubbish", "that no cache has written")]
    [TestCase(null, "holds other things")]
    public async Task Foreign_or_newer_folder_is_refused_with_the_remedy_and_not_changed(string? marker, string reason)
    {
        await using var store = new DiskStore();
        Directory.CreateDirectory(store.Folder.Path);
        await File.WriteAllTextAsync(Path.Join(store.Folder.Path, marker is null ? "holiday.jpg" : "cache.json"), marker ?? "a picture");
        var process = store.Open();
        await process.SaveAsync(Key, 1);

        await ReadPastTheDiskAsync(store, process);

        Assert.That(store.Warnings.Single(), Does.Contain(reason).And.Contain("set Cache.Disk.Path to").And.Not.Contain(store.Folder.Path));
        Assert.That(Directory.GetFileSystemEntries(store.Folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Folder_that_vanishes_is_created_again()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);

        Directory.Delete(store.Folder.Path, recursive: true);

        await ReadPastTheDiskAsync(store, process);
        await AssertWorksAgainAsync(store, process);
    }

    [Test]
    public async Task Full_disk_is_logged_once_and_when_there_is_room_again()
    {
        await using var store = new DiskStore();
        using var mount = Mount(store.Folder, "size=400k");
        var process = store.Open();
        await process.SaveAsync(Key, 1, 600_000);
        var expected = CachedStore.Image(1, 600_000);
        for (var read = 0; read < 3; read++)
        {
            Assert.That((await process.ReadAsync(Key)).AsSpan().SequenceEqual(expected));
        }

        Assert.That(store.Warnings.Count(warning => warning.Contains("the disk is full", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(store.Warnings.Count(warning => warning.Contains("only", StringComparison.Ordinal)), Is.EqualTo(1), "the limit is larger than the disk");
        Assert.That(process.Disk.Faults, Is.EqualTo(1));
        Assert.That(store.Folder.Staged, Is.Empty);
        Assert.That(process.Disk.Bytes, Is.EqualTo(DiskTier.FixedBytes));

        store.Clock.Advance(TierAvailability.RecoveryPeriod);
        await process.SaveAsync("small.png", 2);
        await process.ReadAsync("small.png");
        Assert.That(process.Disk.Entries, Is.EqualTo(1));
        Assert.That(store.Log.Entries.Count(entry => entry.Level == LogLevel.Information), Is.EqualTo(1));
    }

    [Test]
    public async Task Read_only_folder_serves_its_entries()
    {
        await using var store = new DiskStore();
        using var mount = Mount(store.Folder, "size=4m");
        await using (var before = store.Open())
        {
            await before.SaveAsync(Key, 1);
            await before.SaveAsync("other.png", 2);
            await before.ReadAsync(Key);
        }

        mount.MakeReadOnly();
        var process = store.Open();
        var reads = store.Provider.Reads;

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(reads));
        for (var read = 0; read < 3; read++)
        {
            Assert.That(await process.ReadAsync("other.png"), Is.EqualTo(CachedStore.Image(2)));
        }

        Assert.That(store.Provider.Reads, Is.EqualTo(reads + 3));
        await process.SaveAsync(Key, 3);
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(3)), "what cannot be deleted is not served");
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(3)));
        Assert.That(store.Warnings.Count(), Is.EqualTo(1));
    }

    private static async Task ReadPastTheDiskAsync(DiskStore store, DiskProcess process)
    {
        var reads = store.Provider.Reads;
        for (var read = 0; read < 3; read++)
        {
            Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        }

        Assert.That(store.Provider.Reads, Is.EqualTo(reads + 3));
        Assert.That(store.Warnings.Count(), Is.EqualTo(1));
        Assert.That(process.Disk.Faults, Is.GreaterThanOrEqualTo(1));
    }

    private static async Task AssertWorksAgainAsync(DiskStore store, DiskProcess process)
    {
        store.Clock.Advance(TierAvailability.RecoveryPeriod);
        await process.ReadAsync(Key);
        var reads = store.Provider.Reads;
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(reads));
        Assert.That(store.Log.Entries.Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    private static Mounted Mount(CacheFolder folder, string options)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Mounting a small file system needs root on Linux.");
        }

        Directory.CreateDirectory(folder.Path);
        if (!TryRun("mount", "-t", "tmpfs", "-o", options, "imagestorage", folder.Path))
        {
            // In CI a test that cannot run is a failure. The container of a developer may forbid mounts.
            const string Reason = "This system does not let root mount a tmpfs.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Reason);
            }

            Assert.Ignore(Reason);
        }

        return new Mounted(folder.Path);
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>A small, separate file system in memory.</summary>
    private sealed class Mounted(string path) : IDisposable
    {
        public void MakeReadOnly() => Assert.That(TryRun("mount", "-o", "remount,ro", path), Is.True);

        public void Dispose()
        {
            if (!TryRun("umount", path))
            {
                TryRun("umount", "-l", path);
            }
        }
    }
}
