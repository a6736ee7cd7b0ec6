using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>The folder of a campaign, which stays when the campaign fails.</summary>
internal sealed class Evidence
{
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

    public void Remove() => Directory.Delete(Folder, recursive: true);
}
