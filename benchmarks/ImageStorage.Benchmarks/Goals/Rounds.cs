using System.Diagnostics;
using System.Runtime;
using ImageStorage.Benchmarks.Shared;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>
/// Measures contenders in turns (raw, ours, raw, ours …), so that other load of the machine affects all of them, and
/// takes the median round of each, because a few disturbed rounds do not change the median.
/// </summary>
internal static class Rounds
{
    // Far below the amount at which the system throttles writers.
    private const long MostUnwritten = 64 << 20;

    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(6);

    /// <summary>Returns the seconds per operation of each contender, over the rounds.</summary>
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
                // Each contender goes first equally often.
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
    /// Runs all contenders until their code has its final compilation. The runtime recompiles hot code on a background
    /// thread for some seconds, and on two cores this would slow the measured contender down.
    /// </summary>
    private static async Task WarmUpAsync(RoundPlan plan, Func<int, Task>[] contenders)
    {
        var started = Stopwatch.GetTimestamp();
        var quietSince = started;
        var compiled = JitInfo.GetCompiledMethodCount();

        // Large images, one per round, run code that smaller images have warmed up; more would only fill the disk.
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
