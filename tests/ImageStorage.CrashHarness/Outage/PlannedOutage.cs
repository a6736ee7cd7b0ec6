using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>An outage of the primary.</summary>
/// <param name="Number">The position in the plan, from 1.</param>
/// <param name="Kind">The kind of the outage.</param>
/// <param name="Length">The duration.</param>
/// <param name="WaitsForReplay">
/// <see langword="true"/> if the next outage starts after all hints were replayed; otherwise it starts during the
/// reconciliation.
/// </param>
internal sealed record PlannedOutage(int Number, OutageKind Kind, TimeSpan Length, bool WaitsForReplay)
{
    private static readonly int[] WholeSeconds = [2, 3, 5, 8, 10, 15, 20, 30, 45, 60];

    // The first rounds have one outage of each kind, so that a short run has all three.
    private static readonly int[] ShortSeconds = [2, 3, 2];

    /// <summary>Returns the outages of a run: ten for a full run, or the given number of short ones.</summary>
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
