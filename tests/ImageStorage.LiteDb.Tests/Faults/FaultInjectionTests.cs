using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Faults;

/// <summary>
/// P1, P3 and P7 on a failing disk: each call of each operation fails in each way, once. Long operations repeat the
/// same reads and writes; after the first calls, the short form tests one call of several.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FaultInjectionTests
{
    private const string Unknown = "unknown";
    private const int CallsTakenAll = 12;
    private static readonly int LaterStep = TestLength.Of(29, 1);
    private static readonly DiskFault[] Faults = Enum.GetValues<DiskFault>();

    [Test]
    public Task Fault_at_any_call_leaves_the_old_or_the_acknowledged_state(
        [ValueSource(typeof(StoreOperation), nameof(StoreOperation.All))] object operation, [ValueSource(nameof(Faults))] object fault) =>
        RunAllAsync((StoreOperation)operation, (DiskFault)fault);

    [Test]
    public async Task Store_whose_log_cannot_be_flushed_at_its_opening_is_read_and_not_written_until_it_can()
    {
        var clock = new ManualClock();
        var disk = new SimulatedDisk();
        await using (var first = StoreOperation.Open(disk, clock))
        {
            await StoreOperation.StorageOver(first, clock).SaveBytesAsync("before", SampleImages.OfLength(1000, 1));
        }

        await using var provider = StoreOperation.Open(disk, clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        disk.Observer = call => call == DiskCall.Flush ? DiskFault.ErrorBefore : null;
        Assert.That(await storage.GetInfoAsync("before"), Is.Not.Null);
        Assert.That(() => storage.SaveBytesAsync("failed", SampleImages.OfLength(1000, 2)), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(await storage.GetInfoAsync("failed"), Is.Null);

        disk.Observer = null;
        await storage.SaveBytesAsync("later", SampleImages.OfLength(1000, 3));

        await using var again = StoreOperation.Open(disk.After(CutKind.Power, 0), clock);
        Assert.That((await StoreOperation.StorageOver(again, clock).ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items.Select(image => image.Key.Value), Is.EqualTo(new[] { "before", "later" }));
        await StoreState.AssertSoundAsync(again);
    }

    // Each fault has later calls of its own, so that together the faults are at four times as many calls.
    private static async Task RunAllAsync(StoreOperation operation, DiskFault fault)
    {
        var prepared = await operation.PrepareAsync(new ManualClock());
        var calls = await RunAsync(operation, fault, int.MaxValue, prepared.Clone());
        for (var number = 1; number <= calls.Count; number++)
        {
            if (number <= CallsTakenAll || number % LaterStep == (int)fault * 7 % LaterStep || calls[number - 1] is not (DiskCall.Read or DiskCall.Write))
            {
                await RunAsync(operation, fault, number, prepared.Clone());
            }
        }
    }

    /// <returns>The calls at which the fault makes a difference.</returns>
    private static async Task<List<DiskCall>> RunAsync(StoreOperation operation, DiskFault fault, int number, SimulatedDisk disk)
    {
        var context = $"{operation}, {fault} at call {number}";
        var clock = new ManualClock();
        var hit = default(DiskCall?);
        var calls = new List<DiskCall>();
        await using var provider = StoreOperation.Open(disk, clock, checkpointBytes: 500_000);
        var storage = StoreOperation.StorageOver(provider, clock);
        var before = await operation.StateBeforeAsync(provider, clock);
        disk.Observer = call =>
        {
            lock (calls)
            {
                if (!MakesDifference(fault, call))
                {
                    return null;
                }

                calls.Add(call);
                var isHit = calls.Count == number;
                hit = isHit ? call : hit;
                return isHit ? fault : null;
            }
        };
        Exception? failure = null;
        try
        {
            await operation.RunAsync(provider, storage);
        }
        catch (Exception exception)
        {
            // The boundary of the call under test.
            failure = exception;
        }

        disk.Observer = null;
        disk.Mend();
        if (failure is null)
        {
            await AssertDurableAsync(disk, await StoreState.OfAsync(provider, clock), $"{context} ({hit})");
        }
        else
        {
            Assert.That(failure, Is.InstanceOf<ImageStorageException>(), context);
            var after = await StoreState.OfAsync(provider, clock);
            if (!failure.Message.Contains(Unknown, StringComparison.Ordinal))
            {
                Assert.That(after, Is.EqualTo(before), $"{context} ({hit}): a failed write changed something: {failure}");
            }

            await operation.RunAsync(provider, storage);
        }

        await StoreState.AssertSoundAsync(provider);
        Assert.That(hit is not null, Is.EqualTo(number <= calls.Count), context);
        return calls;
    }

    /// <summary>
    /// Returns whether a fault at a call differs from other cases: a full disk appears at the next call that needs
    /// space, and a read has no effect.
    /// </summary>
    private static bool MakesDifference(DiskFault fault, DiskCall call) =>
        fault == DiskFault.ErrorBefore || (call != DiskCall.Read && (fault == DiskFault.ErrorAfter || call is not (DiskCall.Flush or DiskCall.Delete)));

    /// <summary>Checks that acknowledged writes are present after a power cut.</summary>
    private static async Task AssertDurableAsync(SimulatedDisk disk, string state, string context)
    {
        var clock = new ManualClock();
        await using var again = StoreOperation.Open(disk.After(CutKind.Power, 0), clock);
        Assert.That(await StoreState.OfAsync(again, clock), Is.EqualTo(state), $"{context}: acknowledged, and lost in a power cut");
        await StoreState.AssertSoundAsync(again);
    }
}
