using CsCheck;

namespace ImageStorage.Tests.Failover;

/// <summary>Random sequences of acts, outages, lost answers, crashes and recoveries: never stale, never resurrected, never lost.</summary>
internal sealed class FailoverModelTests
{
    private const int MostSteps = 40;

    private static readonly Gen<ModelStep> Step = Gen.Select(
        // Listings, and a primary that comes back, more often than the rest: what only they show needs several acts before them.
        Gen.Int[0, 19].Select(act => act < 15 ? act : act < 18 ? (int)ModelAct.List : (int)ModelAct.PrimaryUp),
        Gen.Int[0, 2],
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 63])),
        (act, key, fault) => new ModelStep((ModelAct)act, key, fault));

    private static readonly Gen<ModelStep[]> Steps = Step.Array[1, MostSteps];

    [Test]
    public Task Sequences_are_never_stale_resurrected_or_lost() => RunAsync(1_000);

    [Test]
    [Explicit("Some minutes: dotnet test tests/ImageStorage.Tests --filter FullyQualifiedName~Ten_thousand_sequences")]
    public Task Ten_thousand_sequences_are_never_stale_resurrected_or_lost() => RunAsync(10_000);

    private static Task RunAsync(int count)
    {
        // CsCheck writes the seed of a sequence that fails; CsCheck_Seed in the environment runs it again.
        TestContext.Out.WriteLine($"{count} sequences of up to {MostSteps} steps; a failure prints its seed.");
        return Steps.SampleAsync(
            async steps =>
            {
                await using var pair = new Pair();
                await new FailoverModel(pair).RunAsync(steps);
            },
            iter: count,
            threads: 1,
            print: steps => string.Join(", ", steps.Select(step => $"{step.Act} {step.Key} {step.Fault}")));
    }
}
