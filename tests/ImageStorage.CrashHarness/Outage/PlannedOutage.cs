using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>One outage of the primary.</summary>
/// <param name="Number">Its place in the plan, from 1.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Length">For how long.</param>
/// <param name="WaitsForDrain">Does the next one come only when nothing waits any more? Else it hits the reconciliation.</param>
internal sealed record PlannedOutage(int Number, OutageKind Kind, TimeSpan Length, bool WaitsForDrain)
{
    private static readonly int[] WholeSeconds = [2, 3, 5, 8, 10, 15, 20, 30, 45, 60];

    // The first rounds of a run are of each kind, so that a short form has all three.
    private static readonly int[] ShortSeconds = [2, 3, 2];

    /// <summary>The outages of a run: the ten of a whole one, or as many short ones as are asked for.</summary>
    public static IReadOnlyList<PlannedOutage> Plan(int seed, int? rounds)
    {
        var random = new Random(Seeds.Of(seed, 0));
        int[] seconds = rounds is { } count ? [.. Enumerable.Range(0, count).Select(number => ShortSeconds[number % ShortSeconds.Length])] : [.. WholeSeconds];
        OutageKind[] kinds = [.. Enumerable.Range(0, seconds.Length).Select(number => (OutageKind)(number % 3))];
        if (rounds is null)
        {
            random.Shuffle(seconds);
            random.Shuffle(kinds);
        }

        return [.. seconds.Select((length, number) => new PlannedOutage(number + 1, kinds[number], TimeSpan.FromSeconds(length), number % 3 != 1))];
    }
}
