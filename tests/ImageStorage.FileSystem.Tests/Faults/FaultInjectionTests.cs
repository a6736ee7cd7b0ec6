using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Faults;

/// <summary>
/// Every operation, with every fault, at every call of the volume: promise P3, and P7 for the exceptions.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FaultInjectionTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        from scenario in Scenario.All
        from kind in Enum.GetValues<FaultKind>()
        from isPersistent in kind is FaultKind.InputOutputError or FaultKind.DiskFull ? new[] { false, true } : [false]
        select new TestCaseData(scenario, kind, isPersistent).SetArgDisplayNames(scenario.Name, kind.ToString(), isPersistent ? "from then on" : "once");

    private static IEnumerable<TestCaseData> MergingCases() =>
        from scenario in Scenario.All
        where scenario.Name is "first save" or "save new" or "overwrite with another time of creation" or "delete"
        from kind in new[] { FaultKind.InputOutputError, FaultKind.InputOutputErrorAfterEffect, FaultKind.ShortWrite }
        select new TestCaseData(scenario, kind).SetArgDisplayNames(scenario.Name, kind.ToString());

    [TestCaseSource(nameof(Cases))]
    public Task Fault_at_any_call_keeps_the_old_state_or_acknowledges_the_new_one(Scenario scenario, FaultKind kind, bool isPersistent) => CheckAsync(scenario, kind, isPersistent, null);

    [TestCaseSource(nameof(MergingCases))]
    public Task Fault_at_any_call_of_an_operation_that_merges_the_index(Scenario scenario, FaultKind kind) => CheckAsync(scenario, kind, isPersistent: false, StoreCheck.SmallIndex);

    private static async Task CheckAsync(Scenario scenario, FaultKind kind, bool isPersistent, IndexLimits? limits)
    {
        var clock = new ManualClock();
        var (arranged, etag) = await scenario.ArrangeAsync(clock);
        var before = await StoreCheck.DescribeAsync(arranged.Copy(), clock);
        var (after, calls) = await RehearseAsync(scenario, arranged.Copy(), etag, clock, limits);
        Assert.That(after, Is.Not.EqualTo(before), "The act changes nothing, so this test would show nothing.");
        for (var position = 0; position < calls.Count; position++)
        {
            if (MakesDifference(kind, calls[position], position))
            {
                await new FaultRun(scenario, arranged.Copy(), etag, clock, before, after, limits).CheckAsync(kind, position, isPersistent);
            }
        }
    }

    /// <summary>
    /// Returns whether a fault at a call differs from other cases. For calls that do not write, a short write is the
    /// same as a full disk. A refused call fails as an I/O error does, with another exception: the short form takes one
    /// of three.
    /// </summary>
    private static bool MakesDifference(FaultKind kind, VolumeCall call, int position) => kind switch
    {
        FaultKind.ShortWrite => call.Operation == VolumeOperation.Write,
        FaultKind.ReadOnly or FaultKind.AccessDenied => position % TestLength.Of(3, 1) == 0,
        _ => true,
    };

    private static async Task<(string After, IReadOnlyList<VolumeCall> Calls)> RehearseAsync(Scenario scenario, InMemoryVolume volume, ImageETag etag, TimeProvider clock, IndexLimits? limits)
    {
        var plan = new FaultPlan(FaultKind.InputOutputError, int.MaxValue, isPersistent: false);
        using var provider = StoreCheck.Open(new ObservedVolume(volume, plan.Observe), clock, limits: limits);
        await scenario.ActAsync(provider, etag, CancellationToken.None);
        plan.End();
        return (await StoreCheck.DescribeAsync(provider), plan.Calls);
    }
}
