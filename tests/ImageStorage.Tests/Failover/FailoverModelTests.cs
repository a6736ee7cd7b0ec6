using CsCheck;
using ImageStorage.Tests.Models;

namespace ImageStorage.Tests.Failover;

/// <summary>Random sequences of acts, outages, lost answers, crashes and recoveries: never stale, never resurrected, never lost (P1, P2, P7).</summary>
internal sealed class FailoverModelTests
{
    private static readonly Gen<ModelStep[]> Steps = ModelSteps.Of(
    [
        ModelAct.Save, ModelAct.SaveCreateOnly, ModelAct.SaveIfMatch, ModelAct.SaveLarge, ModelAct.SaveLargeOfUnknownLength, ModelAct.Update, ModelAct.Delete, ModelAct.DeleteIfMatch, ModelAct.Copy, ModelAct.CopyCreateOnly,
        ModelAct.Read, ModelAct.Info, ModelAct.List,
        ModelAct.PrimaryDown, ModelAct.PrimaryUp, ModelAct.SecondDown, ModelAct.SecondUp, ModelAct.LastDown, ModelAct.LastUp, ModelAct.Restart, ModelAct.Reconcile,

        // More often than the rest: what only they show needs several acts before them.
        ModelAct.List, ModelAct.List, ModelAct.PrimaryUp, ModelAct.PrimaryUp, ModelAct.SecondUp, ModelAct.Save, ModelAct.Save, ModelAct.PrimaryDown,
    ],
    choices: 3,
    mostFault: 143);

    public enum Shape
    {
        Pair,
        Chain,
        ChainWithSmallFallback,
    }

    [Test]
    public Task Sequences_are_never_stale_resurrected_or_lost([Values] Shape shape) => RunAsync(shape, TestLength.Of(400, 10_000));

    private static Task RunAsync(Shape shape, int count) => ModelSteps.RunAsync(Steps, count, $"a {shape}", async steps =>
    {
        await using var pair = Open(shape);
        await new FailoverModel(pair).RunAsync(steps);
    });

    private static Pair Open(Shape shape) => shape switch
    {
        Shape.Pair => new Pair(2, false, Pair.NewOptions()),
        Shape.Chain => new Pair(3, false, Pair.NewOptions()),
        _ => new Pair(3, false, Pair.NewOptions(), null, FailoverModel.LargeLength - 1),
    };
}
