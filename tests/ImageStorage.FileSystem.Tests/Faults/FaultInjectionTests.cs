using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Faults;

/// <summary>Every act, with every fault, at every operation of the volume: promise P3, and P7 for what is thrown.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FaultInjectionTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        from scenario in Scenario.All
        from kind in Enum.GetValues<FaultKind>()
        from goesOn in kind is FaultKind.InputOutputError or FaultKind.DiskFull ? new[] { false, true } : [false]
        select new TestCaseData(scenario, kind, goesOn).SetArgDisplayNames(scenario.Name, kind.ToString(), goesOn ? "from then on" : "once");

    [TestCaseSource(nameof(Cases))]
    public async Task Fault_at_any_operation_leaves_the_old_state_whole_or_acknowledges_the_new_one(Scenario scenario, FaultKind kind, bool goesOn)
    {
        var clock = new ManualClock();
        var (arranged, etag) = await scenario.ArrangeAsync(clock);
        var before = await StoreCheck.DescribeAsync(arranged.Copy(), clock);
        var (after, calls) = await RehearseAsync(scenario, arranged.Copy(), etag, clock);
        Assert.That(after, Is.Not.EqualTo(before), "The act changes nothing, so this test would show nothing.");
        for (var position = 0; position < calls.Count; position++)
        {
            // Elsewhere a short write is nothing but a full disk.
            if (kind != FaultKind.ShortWrite || calls[position].Operation == VolumeOperation.Write)
            {
                await new FaultRun(scenario, arranged.Copy(), etag, clock, before, after).CheckAsync(kind, position, goesOn);
            }
        }
    }

    private static async Task<(string After, IReadOnlyList<VolumeCall> Calls)> RehearseAsync(Scenario scenario, InMemoryVolume volume, ImageETag etag, TimeProvider clock)
    {
        var plan = new FaultPlan(FaultKind.InputOutputError, int.MaxValue, goesOn: false);
        using var provider = StoreCheck.Open(new ObservedVolume(volume, plan.Observe), clock);
        await scenario.ActAsync(provider, etag, CancellationToken.None);
        plan.End();
        return (await StoreCheck.DescribeAsync(provider), plan.Calls);
    }
}
