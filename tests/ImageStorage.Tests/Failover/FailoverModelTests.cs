using CsCheck;
using ImageStorage.Failover;

namespace ImageStorage.Tests.Failover;

/// <summary>Random sequences of acts, outages, lost answers, crashes and recoveries: never stale, never resurrected, never lost (P1, P2, P7).</summary>
internal sealed class FailoverModelTests
{
    private const int MostSteps = 40;

    private static readonly ModelAct[] Acts =
    [
        .. Enum.GetValues<ModelAct>(),

        // More often than the rest: what only they show needs several acts before them.
        ModelAct.List, ModelAct.List, ModelAct.PrimaryUp, ModelAct.PrimaryUp, ModelAct.FallbackUp, ModelAct.Save, ModelAct.Save, ModelAct.PrimaryDown,
    ];

    private static readonly Gen<ModelStep> Step = Gen.Select(
        Gen.Int[0, Acts.Length - 1],
        Gen.Int[0, 2],
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 143])),
        (act, key, fault) => new ModelStep(Acts[act], key, fault));

    private static readonly Gen<ModelStep[]> Steps = Step.Array[1, MostSteps];

    public enum Shape
    {
        Pair,
        Chain,
        ChainThatRoutesBySize,
    }

    [Test]
    public Task Sequences_are_never_stale_resurrected_or_lost([Values] Shape shape) => RunAsync(shape, 400);

    [Test]
    [Explicit("Minutes: dotnet test tests/ImageStorage.Tests --filter FullyQualifiedName~Ten_thousand_sequences")]
    public Task Ten_thousand_sequences_are_never_stale_resurrected_or_lost([Values] Shape shape) => RunAsync(shape, 10_000);

    private static Task RunAsync(Shape shape, int count)
    {
        // CsCheck writes the seed of a sequence that fails; CsCheck_Seed in the environment runs it again.
        TestContext.Out.WriteLine($"{count} sequences of up to {MostSteps} steps over a {shape}; a failure prints its seed.");
        return Steps.SampleAsync(
            async steps =>
            {
                await using var pair = Open(shape);
                await new FailoverModel(pair).RunAsync(steps);
            },
            iter: count,
            threads: 1,
            print: steps => string.Join(", ", steps.Select(step => $"{step.Act} {step.Key} {step.Fault}")));
    }

    private static Pair Open(Shape shape)
    {
        var options = Pair.NewOptions();
        if (shape != Shape.ChainThatRoutesBySize)
        {
            return new Pair(shape == Shape.Pair ? 2 : 3, false, options);
        }

        options.Oversized = OversizedImages.NextProvider;
        return new Pair(3, false, options, 200, 400);
    }
}
