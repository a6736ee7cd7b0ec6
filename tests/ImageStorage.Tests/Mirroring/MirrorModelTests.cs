using CsCheck;
using ImageStorage.Tests.Models;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Random sequences of acts, outages, lost answers, crashes and recoveries: never stale, never resurrected, never lost.</summary>
internal sealed class MirrorModelTests
{
    private static readonly Gen<ModelStep[]> Steps = ModelSteps.Of(
    [
        ModelAct.Save, ModelAct.SaveCreateOnly, ModelAct.SaveIfMatch, ModelAct.Update, ModelAct.Delete, ModelAct.DeleteIfMatch, ModelAct.Copy, ModelAct.CopyCreateOnly,
        ModelAct.Read, ModelAct.Info, ModelAct.List,
        ModelAct.PrimaryDown, ModelAct.PrimaryUp, ModelAct.SecondDown, ModelAct.SecondUp, ModelAct.Restart, ModelAct.Reconcile, ModelAct.Resync, ModelAct.DamagePrimary, ModelAct.DamageSecond,

        // More often than other steps, because the failures that only these steps find need several operations before
        // them.
        ModelAct.List, ModelAct.List, ModelAct.PrimaryUp, ModelAct.PrimaryUp, ModelAct.SecondUp, ModelAct.SecondUp, ModelAct.Read, ModelAct.Read,
    ],
    choices: 3,
    mostFault: 63);

    [Test]
    public Task Mirrored_sequences_are_never_stale_resurrected_or_lost() => RunAsync(TestLength.Of(500, 10_000));

    private static Task RunAsync(int count) => ModelSteps.RunAsync(Steps, count, "a mirror", async steps =>
    {
        await using var pair = new MirrorPair();
        await new MirrorModel(pair).RunAsync(steps);
    });
}
