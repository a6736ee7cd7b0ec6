using System.Diagnostics;
using System.Runtime;
using ImageStorage.Benchmarks.Shared;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>
/// Measures contenders in turns (raw, ours, raw, ours …), so that whatever else the machine does meets all of them, and
/// takes the median round of each, which a few disturbed rounds do not move.
/// </summary>
internal static class Rounds
{
    // Far below where the system begins to hold writers back.
    private const long MostUnwritten = 64 << 20;

    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(6);

    /// <summary>Answers the seconds that an operation of each contender took, over the rounds.</summary>
    public static async Task<Spread[]> MeasureAsync(RoundPlan plan, params Func<int, Task>[] contenders)
    {
        var samples = Array.ConvertAll(contenders, _ => new double[plan.Rounds]);
        await WarmUpAsync(plan, contenders);
        NativeCalls.Settle();
        GC.Collect();
        long unwritten = 0;
        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var turn = 0; turn < contenders.Length; turn++)
            {
                // Each goes first equally often.
                var index = (round + turn) % contenders.Length;
                var start = Stopwatch.GetTimestamp();
                await contenders[index](plan.Operations);
                samples[index][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / plan.Operations;
            }

            unwritten += plan.BytesWritten * plan.Operations * contenders.Length;
            if (unwritten > MostUnwritten)
            {
                NativeCalls.Settle();
                unwritten = 0;
            }
        }

        return Array.ConvertAll(samples, Spread.Of);
    }

    /// <summary>
    /// Runs all contenders until their code is compiled for good: the runtime recompiles what is called often, on a thread
    /// of its own, for some seconds, and on two cores that is time taken from whoever is measured.
    /// </summary>
    private static async Task WarmUpAsync(RoundPlan plan, Func<int, Task>[] contenders)
    {
        var started = Stopwatch.GetTimestamp();
        var quietSince = started;
        var compiled = JitInfo.GetCompiledMethodCount();

        // Large images, one a round, run the code that smaller ones have warmed up; more of them would only fill the disk.
        for (var done = 0; done < plan.WarmUp || (plan.Operations > 1 && Stopwatch.GetElapsedTime(quietSince) < QuietTime && Stopwatch.GetElapsedTime(started) < LongestWarmUp); done += plan.Operations)
        {
            foreach (var contender in contenders)
            {
                await contender(plan.Operations);
            }

            if (JitInfo.GetCompiledMethodCount() is var now && now != compiled)
            {
                (compiled, quietSince) = (now, Stopwatch.GetTimestamp());
            }
        }
    }
}
