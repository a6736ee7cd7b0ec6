using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>The folder of a campaign, which remains if the campaign fails.</summary>
internal sealed class Evidence
{
    private const int MostSummarized = 5;

    public Evidence(CampaignOptions options, string campaign)
    {
        Folder = Path.Join(options.Folder, campaign);
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    /// <summary>Writes the violations of a round, and the lines of its workers.</summary>
    public void Keep(string round, IEnumerable<string> violations, params IReadOnlyList<WorkerProcess> workers)
    {
        File.WriteAllLines(Path.Join(Folder, $"{round}.violations.txt"), violations);
        for (var i = 0; i < workers.Count; i++)
        {
            File.WriteAllLines(Path.Join(Folder, $"{round}.worker{i}.log"), workers[i].Lines);
        }
    }

    /// <summary>Returns the first violations, each in one line; the folder contains all of them.</summary>
    public static string Summarize(IEnumerable<string> violations) =>
        string.Join("; ", violations.Take(MostSummarized).Select(violation => violation.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? violation[..end] : violation));

    public void Remove() => Directory.Delete(Folder, recursive: true);
}
