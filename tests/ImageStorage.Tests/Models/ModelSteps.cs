using CsCheck;

namespace ImageStorage.Tests.Models;

/// <summary>Generates and runs random sequences of operations.</summary>
internal static class ModelSteps
{
    private const int Most = 40;

    /// <summary>
    /// Generates sequences of operations. An operation that is named more often is generated more often.
    /// </summary>
    /// <param name="acts">The operations.</param>
    /// <param name="choices">The number of images or entries to choose from.</param>
    /// <param name="mostFault">The highest number of a fault. A third of the operations has a fault.</param>
    public static Gen<ModelStep[]> Of(ModelAct[] acts, int choices, int mostFault) => Gen.Select(
        Gen.Int[0, acts.Length - 1],
        Gen.Int[0, choices - 1],
        Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, mostFault])),
        (act, choice, fault) => new ModelStep(acts[act], choice, fault)).Array[1, Most];

    /// <summary>Runs sequences one after the other.</summary>
    /// <param name="steps">The generator of the sequences.</param>
    /// <param name="count">The number of sequences.</param>
    /// <param name="over">The description of the store.</param>
    /// <param name="run">Runs one sequence over a new store.</param>
    public static Task RunAsync(Gen<ModelStep[]> steps, int count, string over, Func<ModelStep[], Task> run)
    {
        // CsCheck writes the seed of a sequence that fails; CsCheck_Seed in the environment runs it again.
        TestContext.Out.WriteLine($"{count} sequences of up to {Most} steps over {over}; a failure prints its seed.");
        return steps.SampleAsync(run, iter: count, threads: 1, print: sequence => string.Join(", ", sequence.Select(step => $"{step.Act} {step.Choice} {step.Fault}")));
    }
}
