using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Locking;

/// <summary>The locks of names, between threads and between processes (P9).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StripedLocksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Test]
    public void Two_sets_on_one_real_folder_exclude_each_other()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        AssertExclusive(() => PhysicalVolume.Open(folder.Path));
    }

    [Test]
    public void Two_sets_on_one_simulated_volume_exclude_each_other()
    {
        var volume = new InMemoryVolume();
        AssertExclusive(() => volume);
    }

    [Test]
    public void Two_sets_on_one_abstract_file_system_exclude_each_other()
    {
        var fileSystem = new System.IO.Abstractions.TestingHelpers.MockFileSystem();
        fileSystem.Directory.CreateDirectory("/locks");
        AssertExclusive(() => new FileSystemVolume(fileSystem, "/locks"));
    }

    [Test]
    public void A_lock_ends_with_its_set()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        var volume = PhysicalVolume.Open(folder.Path);
        var first = new StripedLocks(volume.OpenLock);
        _ = first.Enter("a", CancellationToken.None);

        // As at the death of a process: the handles are closed, and nothing is unlocked first.
        first.Dispose();

        using var second = new StripedLocks(volume.OpenLock);
        using var held = second.Enter("a", new CancellationTokenSource(Patience).Token);
        Assert.Pass();
    }

    [Test]
    public void Threads_of_one_set_exclude_each_other()
    {
        using var locks = new StripedLocks(new InMemoryVolume().OpenLock);
        var counter = 0;
        var threads = Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                using (locks.Enter("a", CancellationToken.None))
                {
                    var read = counter;
                    Thread.Yield();
                    counter = read + 1;
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());

        Assert.That(threads.TrueForAll(thread => thread.Join(Patience)), Is.True);
        Assert.That(counter, Is.EqualTo(3_000));
    }

    [Test]
    public void A_lock_that_cannot_be_taken_is_not_held_afterwards()
    {
        var fails = true;
        using var locks = new StripedLocks(new ObservedVolume(new InMemoryVolume(), _ =>
        {
            if (fails)
            {
                throw new IOException("no", 5);
            }
        }).OpenLock);
        Assert.That(() => locks.Enter("a", CancellationToken.None), Throws.TypeOf<IOException>());
        fails = false;

        var entered = false;
        var thread = new Thread(() =>
        {
            using (locks.Enter("a", CancellationToken.None))
            {
                entered = true;
            }
        });
        thread.Start();

        Assert.That((thread.Join(Patience), entered), Is.EqualTo((true, true)));
    }

    private static void AssertExclusive(Func<IVolume> open)
    {
        using var first = new StripedLocks(open().OpenLock);
        using var cancellation = new CancellationTokenSource();
        var attempts = 0;
        using var second = new StripedLocks(new ObservedVolume(open(), call =>
        {
            if (call.Operation == VolumeOperation.EnterLock && ++attempts == 5)
            {
                cancellation.Cancel();
            }
        }).OpenLock);

        using (first.Enter("a", CancellationToken.None))
        {
            Assert.That(() => second.Enter("a", cancellation.Token), Throws.InstanceOf<OperationCanceledException>(), "Both sets hold the lock.");
        }

        Assert.That(attempts, Is.GreaterThanOrEqualTo(5));
        second.Enter("a", CancellationToken.None).Dispose();
    }
}
