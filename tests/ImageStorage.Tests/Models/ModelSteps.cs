using CsCheck;

namespace ImageStorage.Tests.Models;

/// <summary>Random sequences of acts.</summary>
internal static class ModelSteps
{
    private const int Most = 40;

    /// <summary>Sequences of some acts; one that is named more often comes more often.</summary>
    /// <param name="acts">The acts.</param>
    /// <param name="choices">How many images, or entries, each may be about.</param>
    /// <param name="mostFault">The highest number of a fault; a third of the acts has one.</param>
    public static Gen<ModelStep[]> Of(ModelAct[] acts, int choices, int mostFault) => Gen.Select(
        Gen.Int[0, acts.Length - 1],
        Gen.Int[0, choices - 1],
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, mostFault])),
        (act, choice, fault) => new ModelStep(acts[act], choice, fault)).Array[1, Most];

    /// <summary>Runs sequences one after the other.</summary>
    /// <param name="steps">Where they come from.</param>
    /// <param name="count">How many.</param>
    /// <param name="over">Over what they run, for people.</param>
    /// <param name="run">Runs one, over a new store.</param>
    public static Task RunAsync(Gen<ModelStep[]> steps, int count, string over, Func<ModelStep[], Task> run)
    {
        // CsCheck writes the seed of a sequence that fails; CsCheck_Seed in the environment runs it again.
        TestContext.Out.WriteLine($"{count} sequences of up to {Most} steps over {over}; a failure prints its seed.");
        return steps.SampleAsync(run, iter: count, threads: 1, print: sequence => string.Join(", ", sequence.Select(step => $"{step.Act} {step.Choice} {step.Fault}")));
    }
}
