using CsCheck;
using ImageStorage.Tests.Models;

namespace ImageStorage.Tests.Failover;

/// <summary>Random sequences of appends, removals, outages, lost answers, crashes and recoveries: no entry of the history is lost, doubled or resurrected (P1, P7).</summary>
internal sealed class HistoryModelTests
{
    private static readonly Gen<ModelStep[]> Steps = ModelSteps.Of(
    [
        ModelAct.AppendEntry, ModelAct.RemoveEntry, ModelAct.ListEntries,
        ModelAct.PrimaryDown, ModelAct.PrimaryUp, ModelAct.SecondDown, ModelAct.SecondUp, ModelAct.LastDown, ModelAct.LastUp, ModelAct.Restart, ModelAct.Reconcile,

        // More often than the rest: what only they show needs several acts before them.
        ModelAct.AppendEntry, ModelAct.AppendEntry, ModelAct.AppendEntry, ModelAct.RemoveEntry, ModelAct.ListEntries, ModelAct.PrimaryDown, ModelAct.PrimaryUp, ModelAct.SecondUp,
    ],
    choices: 100,
    mostFault: 95);

    [Test]
    public Task Sequences_lose_double_and_resurrect_no_entry([Values(2, 3)] int providers) => RunAsync(providers, TestLength.Of(300, 10_000));

    private static Task RunAsync(int providers, int count) => ModelSteps.RunAsync(Steps, count, $"a chain of {providers}", async steps =>
    {
        await using var pair = new Pair(providers);
        await new HistoryModel(pair).RunAsync(steps);
    });
}
