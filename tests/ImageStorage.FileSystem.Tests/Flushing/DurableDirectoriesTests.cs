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
    public void Relaxed_flushes_nothing()
    {
        var directories = NewDirectories(Durability.Relaxed, out _);
        directories.Create("a");
        directories.Flush("a");

        Assert.That(_flushed, Is.Empty);
    }

    [Test]
    public void WithFolder_gives_up_when_something_else_is_missing()
    {
        var directories = new DurableDirectories(new InMemoryVolume(), Durability.Full);

        Assert.That(() => directories.WithFolder("a", () => throw new DirectoryNotFoundException()), Throws.TypeOf<DirectoryNotFoundException>());
    }

    private DurableDirectories NewDirectories(Durability durability, out InMemoryVolume volume)
    {
        volume = new InMemoryVolume();
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
