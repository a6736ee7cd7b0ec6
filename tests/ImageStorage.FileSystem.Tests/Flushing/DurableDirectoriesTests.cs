using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Flushing;

/// <summary>Which folders are flushed, and when.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class DurableDirectoriesTests
{
    private readonly List<string> _flushed = [];

    [Test]
    public void Flush_makes_the_folder_and_once_the_folders_above_durable()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        directories.Create("a/b/c");
        directories.Flush("a/b/c");

        Assert.That(_flushed, Is.EqualTo(new[] { "a/b/c", "a/b", "a", string.Empty }));
        Assert.That(volume.Crash(CrashPolicy.PowerCut).DirectoryExists("a/b/c"), Is.True);
        _flushed.Clear();
        directories.Flush("a/b/c");
        Assert.That(_flushed, Is.EqualTo(new[] { "a/b/c" }));
    }

    [Test]
    public void Flush_of_a_folder_that_another_process_created_makes_it_durable_too()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        volume.CreateDirectory("theirs");
        directories.Create("theirs");
        volume.CreateNew("theirs/file", 0).Dispose();
        directories.Flush("theirs");

        Assert.That(volume.Crash(CrashPolicy.PowerCut).FileExists("theirs/file"), Is.True);
    }

    [Test]
    public void A_folder_that_was_created_again_is_made_durable_again()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        directories.Create("a");
        directories.Flush("a");
        volume.DeleteDirectoryIfEmpty("a");
        volume.FlushDirectory(string.Empty);
        directories.Create("a");
        directories.Flush("a");

        Assert.That(volume.Crash(CrashPolicy.PowerCut).DirectoryExists("a"), Is.True);
    }

    [Test]
    public void A_folder_that_another_process_removed_and_created_again_is_made_durable_again()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        directories.Create("a/b");
        directories.Flush("a/b");
        volume.DeleteDirectoryIfEmpty("a/b");
        volume.CreateDirectory("a/b");
        volume.CreateNew("a/b/file", 0).Dispose();
        directories.Flush("a/b");

        Assert.That(volume.Crash(CrashPolicy.PowerCut).FileExists("a/b/file"), Is.True);
    }

    // A delete in a folder that another delete removed: the file must not come back with the folder.
    [Test]
    public void Flush_of_a_folder_that_was_removed_makes_the_removal_durable()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        directories.Create("a/b");
        volume.CreateNew("a/b/file", 0).Dispose();
        directories.Flush("a/b");
        volume.DeleteFile("a/b/file");
        volume.DeleteDirectoryIfEmpty("a/b");
        directories.Flush("a/b");

        Assert.That(volume.Crash(CrashPolicy.PowerCut).FileExists("a/b/file"), Is.False);
    }

    [Test]
    public void Without_creation_times_the_folders_above_are_flushed_each_time()
    {
        var directories = NewDirectories(Durability.Full, out _, knowsBirth: false);
        directories.Create("a/b");
        directories.Flush("a/b");
        _flushed.Clear();
        directories.Flush("a/b");

        Assert.That(_flushed, Is.EqualTo(new[] { "a/b", "a", string.Empty }));
    }

    [Test]
    public void RemoveEmpty_stops_at_the_first_folder_with_content()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        directories.Create("root/a/b/c");
        directories.Create("root/a/other");
        directories.RemoveEmpty("root/a/b/c", "root");

        Assert.That((volume.DirectoryExists("root/a/b"), volume.DirectoryExists("root/a/other")), Is.EqualTo((false, true)));
        directories.RemoveEmpty("root/a/other", "root");
        Assert.That((volume.DirectoryExists("root/a"), volume.DirectoryExists("root")), Is.EqualTo((false, true)));
    }

    [Test]
    public void Create_never_creates_the_root()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        volume.Root = null;

        Assert.That(() => directories.Create("a/b"), Throws.TypeOf<DirectoryNotFoundException>());
        Assert.That(volume.Root, Is.Null);
    }

    [Test]
    public void Relaxed_flushes_nothing()
    {
        var directories = NewDirectories(Durability.Relaxed, out _);
        directories.Create("a");
        directories.Flush("a");

        Assert.That(_flushed, Is.Empty);
    }

    [Test]
    public void WithFolder_throws_when_something_else_is_missing()
    {
        var directories = new DurableDirectories(new InMemoryVolume(), Durability.Full);

        Assert.That(() => directories.WithFolder("a", () => throw new DirectoryNotFoundException()), Throws.TypeOf<DirectoryNotFoundException>());
    }

    private DurableDirectories NewDirectories(Durability durability, out InMemoryVolume volume, bool knowsBirth = true)
    {
        volume = new InMemoryVolume { KnowsBirth = knowsBirth };
        return new DurableDirectories(
            new ObservedVolume(volume, call =>
            {
                if (call.Operation == VolumeOperation.FlushDirectory)
                {
                    lock (_flushed)
                    {
                        _flushed.Add(call.Path);
                    }
                }
            }),
            durability);
    }
}
