using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>The folder of a campaign, which stays when the campaign fails.</summary>
internal sealed class Evidence
{
    private const int MostSummarized = 5;

    public Evidence(CampaignOptions options, string campaign)
    {
        Folder = Path.Join(options.Folder, campaign);
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    /// <summary>Writes down what went wrong in a round, beside what its workers said.</summary>
    public void Keep(string round, IEnumerable<string> violations, params IReadOnlyList<WorkerProcess> workers)
    {
        File.WriteAllLines(Path.Join(Folder, $"{round}.violations.txt"), violations);
        for (var i = 0; i < workers.Count; i++)
        {
            File.WriteAllLines(Path.Join(Folder, $"{round}.worker{i}.log"), workers[i].Lines);
        }
    }

    /// <summary>The first of them, each in one line; the whole of them lies in the folder.</summary>
    public static string Summarize(IEnumerable<string> violations) =>
        string.Join("; ", violations.Take(MostSummarized).Select(violation => violation.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? violation[..end] : violation));

    public void Remove() => Directory.Delete(Folder, recursive: true);
}
