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
        _flushed.Clear();
        directories.Flush("a/b/c", trustKnown: false);
        Assert.That(_flushed, Is.EqualTo(new[] { "a/b/c", "a/b", "a", string.Empty }));
    }

    [Test]
    public void Flush_of_a_folder_that_another_process_created_makes_it_durable_too()
    {
        var directories = NewDirectories(Durability.Full, out var volume);
        volume.CreateDirectory("theirs");
        directories.Create("theirs");
        volume.CreateEmpty("theirs/file");
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
        using var begun = directories.Begin("a", trustKnown: true);
        begun.Wait();

        Assert.That(_flushed, Is.Empty);
    }

    [Test]
    public void A_begun_flush_has_flushed_the_folder_and_those_above_when_the_wait_returns()
    {
        var directories = NewDirectories(Durability.Full, out _);
        directories.Create("a");
        using var begun = directories.Begin("a", trustKnown: true);
        begun.Wait();

        Assert.That(_flushed, Is.SupersetOf((string[])["a", string.Empty]));
    }

    [Test]
    public void A_begun_flush_throws_its_failure_at_who_waits_and_not_at_who_gives_up()
    {
        var directories = NewDirectories(Durability.Full, out _);
        using (var begun = directories.Begin("missing", trustKnown: true))
        {
            Assert.That(begun.Wait, Throws.InstanceOf<IOException>());
        }

        Assert.That(() => directories.Begin("missing", trustKnown: true).Dispose(), Throws.Nothing);
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
