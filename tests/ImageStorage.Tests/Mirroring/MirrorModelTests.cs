using CsCheck;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Random sequences of acts, outages, lost answers, crashes and recoveries: never stale, never resurrected, never lost.</summary>
internal sealed class MirrorModelTests
{
    private const int MostSteps = 40;

    private static readonly Gen<MirrorStep> Step = Gen.Select(
        // Reads, and sides that come back, more often than the rest: what only they show needs several acts before them.
        Gen.Int[0, 25].Select(act => act < 18 ? act : act < 20 ? (int)MirrorAct.List : act < 22 ? (int)MirrorAct.PrimaryUp : act < 24 ? (int)MirrorAct.MirrorUp : (int)MirrorAct.Read),
        Gen.Int[0, 2],
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 63])),
        (act, key, fault) => new MirrorStep((MirrorAct)act, key, fault));

    private static readonly Gen<MirrorStep[]> Steps = Step.Array[1, MostSteps];

    [Test]
    public Task Mirrored_sequences_are_never_stale_resurrected_or_lost() => RunAsync(500);

    [Test]
    [Explicit("Some minutes: dotnet test tests/ImageStorage.Tests --filter FullyQualifiedName~Ten_thousand_mirrored")]
    public Task Ten_thousand_mirrored_sequences_are_never_stale_resurrected_or_lost() => RunAsync(10_000);

    private static Task RunAsync(int count)
    {
        // CsCheck writes the seed of a sequence that fails; CsCheck_Seed in the environment runs it again.
        TestContext.Out.WriteLine($"{count} sequences of up to {MostSteps} steps; a failure prints its seed.");
        return Steps.SampleAsync(
            async steps =>
            {
                await using var pair = new MirrorPair();
                await new MirrorModel(pair).RunAsync(steps);
            },
            iter: count,
            threads: 1,
            print: steps => string.Join(", ", steps.Select(step => $"{step.Act} {step.Key} {step.Fault}")));
    }
}
