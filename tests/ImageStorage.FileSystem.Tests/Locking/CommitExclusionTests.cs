using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Locking;

/// <summary>
/// P9: when one process has checked its precondition and is about to rename, another one must wait. Without the lock
/// both would succeed.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommitExclusionTests
{
    private const string Key = "a/cat.png";

    [Test]
    public async Task No_process_commits_between_the_check_and_the_rename_of_another([Values] bool onRealFolder, [Values] bool isDelete)
    {
        using var folder = new TemporaryFolder();
        var simulated = new InMemoryVolume();
        IVolume Open() => onRealFolder ? PhysicalVolume.Open(folder.Path) : simulated;
        var clock = new ManualClock();
        ImageETag old;
        using (var provider = StoreCheck.Open(Open(), clock))
        {
            old = (await new ImageStorageManager(provider).SaveBytesAsync(Key, Pictures.Of(500, 1))).ETag;
        }

        using var cancellation = new CancellationTokenSource();
        var attempts = 0;
        using var other = StoreCheck.Open(
            new ObservedVolume(Open(), call =>
            {
                if (call.Operation == VolumeOperation.EnterLock && call.Path.Contains("/locks/", StringComparison.Ordinal) && ++attempts == 3)
                {
                    cancellation.Cancel();
                }
            }),
            clock);
        Exception? otherFailure = null;
        using var provider1 = StoreCheck.Open(
            new ObservedVolume(Open(), call =>
            {
                var isCommit = call.Operation == (isDelete ? VolumeOperation.DeleteFile : VolumeOperation.MoveOver) && call.Path.StartsWith("images/", StringComparison.Ordinal);
                if (isCommit && otherFailure is null)
                {
                    otherFailure = SaveOnAnotherThread(other, old, cancellation.Token);
                }
            }),
            clock);
        var storage = new ImageStorageManager(provider1);
        if (isDelete)
        {
            await storage.DeleteAsync(Key, new DeleteOptions { Precondition = new IfMatch(old) });
        }
        else
        {
            await storage.SaveBytesAsync(Key, Pictures.Of(500, 2), new SaveOptions { Precondition = new IfMatch(old) });
        }

        Assert.That(otherFailure, Is.InstanceOf<OperationCanceledException>(), "The other process did not wait for the lock: both preconditions held, and one write is lost.");
        Assert.That(await storage.GetBytesAsync(Key), isDelete ? Is.Null : Is.EqualTo(Pictures.Of(500, 2)));
        Assert.That(async () => await new ImageStorageManager(other).SaveBytesAsync(Key, Pictures.Of(500, 3), new SaveOptions { Precondition = new IfMatch(old) }), Throws.TypeOf<ImageConflictException>());
    }

    [TestCase("save if match")]
    [TestCase("create only")]
    [TestCase("update if match")]
    [TestCase("delete if match")]
    [TestCase("replace document if match")]
    [TestCase("create document only")]
    [TestCase("delete document if match")]
    public async Task A_precondition_that_held_before_the_lock_and_not_under_it_is_a_conflict(string act)
    {
        var volume = new InMemoryVolume();
        var clock = new ManualClock();
        using var first = StoreCheck.Open(volume, clock);
        var old = (await new ImageStorageManager(first).SaveBytesAsync(Key, Pictures.Of(500, 1))).ETag;
        var oldDocument = await first.Documents.PutAsync("notes/old", new byte[] { 1 });
        var isOvertaken = false;
        using var other = StoreCheck.Open(
            new ObservedVolume(volume, call =>
            {
                if (!isOvertaken && call.Operation == VolumeOperation.EnterLock && call.Path.Contains("/locks/", StringComparison.Ordinal))
                {
                    isOvertaken = true;
                    new ImageStorageManager(first).SaveBytesAsync(Key, Pictures.Of(500, 2)).GetAwaiter().GetResult();
                    new ImageStorageManager(first).SaveBytesAsync("a/new.png", Pictures.Of(500, 2)).GetAwaiter().GetResult();
                    first.Documents.PutAsync("notes/old", new byte[] { 2 }).GetAwaiter().GetResult();
                    first.Documents.PutAsync("notes/new", new byte[] { 2 }).GetAwaiter().GetResult();
                }
            }),
            clock);
        var storage = new ImageStorageManager(other);
        Func<Task> late = act switch
        {
            "save if match" => () => storage.SaveBytesAsync(Key, Pictures.Of(500, 3), new SaveOptions { Precondition = new IfMatch(old) }),
            "create only" => () => storage.SaveBytesAsync("a/new.png", Pictures.Of(500, 3), new SaveOptions { Precondition = IfNoneMatch.Any }),
            "update if match" => () => storage.UpdateAsync(Key, new ImageUpdate { Tags = ["late"], Precondition = new IfMatch(old) }),
            "delete if match" => () => storage.DeleteAsync(Key, new DeleteOptions { Precondition = new IfMatch(old) }),
            "replace document if match" => () => other.Documents.PutAsync("notes/old", new byte[] { 3 }, oldDocument),
            "create document only" => () => other.Documents.PutAsync("notes/new", new byte[] { 3 }, DocumentETag.None),
            _ => () => other.Documents.DeleteAsync("notes/old", oldDocument),
        };

        Assert.ThrowsAsync<ImageConflictException>(() => late());

        Assert.That(isOvertaken, Is.True);
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(Pictures.Of(500, 2)));
        Assert.That(await storage.GetBytesAsync("a/new.png"), Is.EqualTo(Pictures.Of(500, 2)));
        foreach (var name in (DocumentName[])["notes/old", "notes/new"])
        {
            Assert.That((await other.Documents.GetAsync(name))?.Content.ToArray(), Is.EqualTo(new byte[] { 2 }));
        }

        await StoreCheck.AssertSoundAsync(other);
    }

    private static Exception SaveOnAnotherThread(FileSystemImageProvider other, ImageETag old, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                new ImageStorageManager(other).SaveBytesAsync(Key, Pictures.Of(500, 3), new SaveOptions { Precondition = new IfMatch(old) }, cancellationToken).GetAwaiter().GetResult();
            }
            catch (Exception exception)
            {
                // The test judges the exception.
                failure = exception;
            }
        });
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(1)), Is.True);
        return failure ?? new InvalidOperationException("The other process committed.");
    }
}
