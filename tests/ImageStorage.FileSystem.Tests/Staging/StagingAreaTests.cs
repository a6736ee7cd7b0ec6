using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Staging;

/// <summary>Staged files of dead processes are deleted, those of living processes never (P3, P9).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StagingAreaTests
{
    private const string Folder = "staging";

    [Test]
    public void Reclaim_keeps_files_of_living_processes([Values] bool onRealFolder)
    {
        using var folder = new TemporaryFolder();
        var volume = NewVolume(onRealFolder, folder);
        using var living = new StagingArea(volume, Folder);
        using var staged = living.Create(0);
        staged.Append([1, 2, 3]);

        using var other = new StagingArea(volume, Folder);
        Assert.That(other.Reclaim(), Is.Zero);
        Assert.That(living.Reclaim(), Is.Zero);

        staged.Finish(Durability.Full);
        Assert.That(() => staged.CommitTo("kept"), Throws.Nothing);
    }

    [Test]
    public void Reclaim_deletes_files_of_dead_processes()
    {
        var volume = NewVolume(false, null!);
        using var area = new StagingArea(volume, Folder);
        using var first = area.Create(0);
        using var second = area.Create(0);
        first.Append([1]);

        var afterwards = ((InMemoryVolume)volume).Crash(CrashPolicy.Kill);
        using var next = new StagingArea(afterwards, Folder);

        Assert.That(next.Reclaim(), Is.EqualTo(2));
        Assert.That(afterwards.FilesBelow(Folder), Is.Empty);
        Assert.That(Folders(afterwards), Is.Empty);
    }

    [Test]
    public void Reclaim_after_a_crash_anywhere_leaves_nothing()
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(Folder);
        var seed = TestSeed.Next();
        var crashes = new List<InMemoryVolume>();
        var observed = new ObservedVolume(volume, _ =>
        {
            crashes.Add(volume.Crash(CrashPolicy.Kill));
            crashes.Add(volume.Crash(CrashPolicy.PartialPowerCut(seed + crashes.Count)));
        });
        using (var area = new StagingArea(observed, Folder))
        {
            using var staged = area.Create(0);
            staged.Append([1, 2, 3]);
            staged.Finish(Durability.Full);
            staged.CommitTo("done");
            using var dropped = area.Create(0);
        }

        foreach (var crash in crashes.Where(crash => crash.DirectoryExists(Folder)))
        {
            using var next = new StagingArea(crash, Folder);
            next.Reclaim();
            Assert.That((crash.FilesBelow(Folder), Folders(crash)), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())), $"seed {seed}");
        }
    }

    [Test]
    public void An_owner_that_is_treated_as_dead_before_it_has_its_lock_starts_again()
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(Folder);
        using var other = new StagingArea(volume, Folder);
        var raced = false;
        var observed = new ObservedVolume(volume, call =>
        {
            // The file exists, and the lock is not yet held: another process that opens the store at this moment
            // deletes the file.
            if (call.Operation == VolumeOperation.EnterLock && !raced)
            {
                raced = true;
                other.Reclaim();
            }
        });
        using var area = new StagingArea(observed, Folder);
        using var staged = area.Create(0);
        staged.Append([1]);
        staged.Finish(Durability.Full);

        Assert.That(raced, Is.True);
        Assert.That(other.Reclaim(), Is.Zero, "The staged file of a living process was reclaimed.");
        Assert.That(() => staged.CommitTo("kept"), Throws.Nothing);
    }

    [Test]
    public void Concurrent_opening_and_reclaiming_never_fails()
    {
        const int Openings = 2000;
        using var folder = new TemporaryFolder();
        var volume = NewVolume(true, folder);

        Parallel.For(0, Openings, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var area = new StagingArea(volume, Folder);
            area.Reclaim();
            using var staged = area.Create(0);
            staged.Append([1]);
        });

        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, Folder)), Is.Empty);
    }

    [Test]
    public void A_staging_area_that_was_deleted_by_hand_is_created_again([Values] bool onRealFolder)
    {
        using var folder = new TemporaryFolder();
        var volume = NewVolume(onRealFolder, folder);
        using var area = new StagingArea(volume, Folder);
        area.Create(0).Dispose();
        foreach (var name in Folders(volume))
        {
            volume.DeleteDirectoryIfEmpty($"{Folder}/{name}");
            volume.DeleteFile($"{Folder}/{name}.owner");
        }

        using var staged = area.Create(0);
        staged.Finish(Durability.Full);
        using var other = new StagingArea(volume, Folder);
        Assert.That(other.Reclaim(), Is.Zero, "The new folder has no living owner.");
        Assert.That(() => staged.CommitTo("kept"), Throws.Nothing);
    }

    [Test]
    public void Dispose_removes_the_area_and_releases_its_lock()
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(Folder);
        var area = new StagingArea(volume, Folder);
        area.Create(0).Dispose();
        area.Dispose();

        Assert.That((volume.FilesBelow(Folder), Folders(volume)), Is.EqualTo((Array.Empty<string>(), Array.Empty<string>())));
    }

    [Test]
    public void Dispose_on_a_failing_medium_does_not_throw_and_releases_its_lock()
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(Folder);
        var fails = false;
        var observed = new ObservedVolume(volume, _ =>
        {
            if (fails)
            {
                throw new IOException("no", 5);
            }
        });
        var area = new StagingArea(observed, Folder);
        area.Create(0).Dispose();
        fails = true;

        Assert.That(area.Dispose, Throws.Nothing);
        using var next = new StagingArea(volume, Folder);
        next.Reclaim();
        Assert.That(volume.FilesBelow(Folder), Is.Empty);
    }

    [Test]
    public void A_staged_file_that_is_not_committed_is_deleted_and_one_that_is_stays()
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(Folder);
        using var area = new StagingArea(volume, Folder);
        using (var dropped = area.Create(0))
        {
            dropped.Append([1, 2]);
            Assert.That(dropped.Length, Is.EqualTo(2));
        }

        using (var kept = area.Create(0))
        {
            kept.Append([1, 2]);
            kept.Append([3]);
            kept.Finish(Durability.Full);
            kept.CommitTo("kept");
        }

        Assert.That(volume.ReadAll("kept"), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(volume.FilesBelow(Folder).Where(file => !file.EndsWith(".owner", StringComparison.Ordinal)), Is.Empty);
    }

    private static IVolume NewVolume(bool onRealFolder, TemporaryFolder folder)
    {
        IVolume volume = onRealFolder ? PhysicalVolume.Open(folder.Path) : new InMemoryVolume();
        volume.CreateRoot();
        volume.CreateDirectory(Folder);
        return volume;
    }

    private static List<string> Folders(IVolume volume)
    {
        var folders = new List<string>();
        volume.VisitDirectory(Folder, (name, isDirectory) =>
        {
            if (isDirectory)
            {
                folders.Add(name.ToString());
            }
        });
        return folders;
    }
}
