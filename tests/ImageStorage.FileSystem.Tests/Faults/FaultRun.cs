using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Faults;

/// <summary>One operation with one fault at one call, and the checks afterwards.</summary>
internal sealed class FaultRun(Scenario scenario, InMemoryVolume volume, ImageETag etag, TimeProvider clock, string before, string after, IndexLimits? limits)
{
    public async Task CheckAsync(FaultKind kind, int position, bool isPersistent)
    {
        using var cancellation = new CancellationTokenSource();
        var plan = new FaultPlan(kind, position, isPersistent, cancellation);
        using (var provider = StoreCheck.Open(new ObservedVolume(volume, plan.Observe), clock, limits: limits))
        {
            var failure = await FailureOfAsync(() => scenario.ActAsync(provider, etag, cancellation.Token));
            plan.End();
            var where = $"{scenario}: {kind} at operation {position} ({plan.Struck})";
            var now = await StoreCheck.DescribeAsync(provider);
            var onMedium = await StoreCheck.DescribeAsync(volume.Crash(CrashPolicy.PowerCut), clock);
            if (failure is null)
            {
                Assert.That(now, Is.EqualTo(after), $"{where}: acknowledged, but not there.");
                Assert.That(onMedium, Is.EqualTo(after), $"{where}: acknowledged, but a power cut takes it away.");
            }
            else
            {
                AssertTyped(failure, kind, where);
                AssertOutcome(plan, kind, now, onMedium, where, failure);
            }

            AssertNothingStaged(plan, isPersistent, where);
            await AssertContinuesAsync(provider, now, where);
            if (failure is null || now == before || scenario.CanRepeat)
            {
                // A failed flush has dropped data. Nothing acknowledged since may depend on that data.
                Assert.That(await StoreCheck.DescribeAsync(volume.Crash(CrashPolicy.PowerCut), clock), Is.EqualTo(after), $"{where}: acknowledged afterwards, but a power cut takes it away.");
            }
        }

        Assert.That(await StoreCheck.DescribeAfterRestartAsync(volume, clock), Is.EqualTo(after));
    }

    private static async Task<Exception?> FailureOfAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception exception)
        {
            // The test judges every exception.
            return exception;
        }
    }

    private static void AssertTyped(Exception failure, FaultKind kind, string where)
    {
        switch (kind)
        {
            case FaultKind.Cancelled:
                Assert.That(failure, Is.InstanceOf<OperationCanceledException>(), where);
                break;
            case FaultKind.DiskFull or FaultKind.ShortWrite:
                Assert.That(failure, Is.TypeOf<StorageFullException>(), $"{where}: {failure}");
                break;
            default:
                Assert.That(failure, Is.TypeOf<StorageUnavailableException>(), $"{where}: {failure}");
                Assert.That(((StorageUnavailableException)failure).IsTransient, Is.EqualTo(kind is FaultKind.InputOutputError or FaultKind.InputOutputErrorAfterEffect), $"{where}: {failure}");
                break;
        }
    }

    /// <summary>
    /// Checks the outcome. A failed operation has changed nothing, with one exception: if a flush, or the report of the
    /// commit itself, fails after the commit, either state may survive a power cut.
    /// </summary>
    private void AssertOutcome(FaultPlan plan, FaultKind kind, string now, string onMedium, string where, Exception failure)
    {
        var struck = plan.Struck!;
        var isUnknown = (kind == FaultKind.InputOutputErrorAfterEffect && IsCommit(struck))
            || (struck.Operation is VolumeOperation.FlushDirectory or VolumeOperation.ExitLock or VolumeOperation.Identify && plan.Calls.TakeWhile(call => call != struck).Any(IsCommit));
        if (isUnknown)
        {
            Assert.That(now, Is.EqualTo(before).Or.EqualTo(after), $"{where}: neither the old nor the new state.");
            Assert.That(onMedium, Is.EqualTo(before).Or.EqualTo(after), $"{where}: a power cut shows neither the old nor the new state.");
        }
        else
        {
            Assert.That(now, Is.EqualTo(before), $"{where}: failed, but changed the store. {failure}");
            Assert.That(onMedium, Is.EqualTo(before), $"{where}: failed, and a power cut shows something else than the old state. {failure}");
        }
    }

    private static bool IsCommit(VolumeCall call) =>
        call.Operation is VolumeOperation.MoveOver or VolumeOperation.DeleteFile
        && (call.Path.StartsWith("images/", StringComparison.Ordinal) || call.Path.StartsWith(FileSystemStore.DocumentsFolder, StringComparison.Ordinal));

    private void AssertNothingStaged(FaultPlan plan, bool isPersistent, string where)
    {
        // A file that cannot be deleted, or whose creation failed only in its report, is deleted by the next opening of
        // the store.
        var mayBeLeft = isPersistent || (plan.Struck is { Operation: VolumeOperation.DeleteFile or VolumeOperation.CreateNew } struck && struck.Path.StartsWith(FileSystemStore.StagingFolder, StringComparison.Ordinal));
        if (!mayBeLeft)
        {
            Assert.That(volume.FilesBelow(FileSystemStore.StagingFolder).Where(file => !file.EndsWith(".owner", StringComparison.Ordinal)), Is.Empty, $"{where}: staged files are left.");
        }
    }

    /// <summary>Checks that the same provider continues to work, and that the repeated operation succeeds.</summary>
    private async Task AssertContinuesAsync(FileSystemImageProvider provider, string now, string where)
    {
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("later/fish.png", Pictures.Of(2_000, 4));
        Assert.That(await storage.GetBytesAsync("later/fish.png"), Is.EqualTo(Pictures.Of(2_000, 4)), where);
        Assert.That(await storage.DeleteAsync("later/fish.png"), Is.True, where);
        if (now == before || scenario.CanRepeat)
        {
            await scenario.ActAsync(provider, etag, CancellationToken.None);
        }

        Assert.That(await StoreCheck.DescribeAsync(provider), Is.EqualTo(after), $"{where}: the act did not succeed afterwards.");
    }
}
