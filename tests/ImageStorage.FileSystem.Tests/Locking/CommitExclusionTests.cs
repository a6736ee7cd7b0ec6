using ImageStorage.Errors;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Management;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Locking;

/// <summary>
/// Two processes in the one moment that matters: when one has checked its precondition and is about to rename, the
/// other one may not. Without the lock both would win (P9).
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommitExclusionTests
{
    private const string Key = "a/cat.png";

    [Test]
    public async Task Nobody_commits_between_the_check_and_the_rename_of_another_process([Values] bool onRealFolder, [Values] bool isDelete)
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
                // The test judges it.
                failure = exception;
            }
        });
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(1)), Is.True);
        return failure ?? new InvalidOperationException("The other process committed.");
    }
}
