using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Brings all files of a folder into a store, several at once.</summary>
internal sealed class FolderImport(FolderWalk walk, FileImporter importer)
{
    /// <summary>How many files are on their way at once: enough to keep a disk busy while another file is flushed.</summary>
    private const int Concurrency = 8;

    /// <summary>How many files are counted before the import begins, so that the total of a small folder is known at once.</summary>
    private const int CountedAtOnce = 1024;

    /// <summary>Counts the files beside the import, so that its progress has a total.</summary>
    public static async Task CountAsync(FolderWalk walk, Activity activity, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var _ in walk.Walk())
        {
            if (++count % CountedAtOnce == 0)
            {
                // Lets the import begin; the rest is counted on another thread.
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        activity.Total = count;
    }

    /// <summary>Runs the import.</summary>
    /// <param name="tally">Counts as it goes, so that it tells what was done also when the import ends early.</param>
    /// <param name="report">Called for each file, for one at a time.</param>
    /// <param name="cancellationToken">Ends the import between two files or within one.</param>
    public async Task RunAsync(ImportTally tally, Action<ImportResult> report, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(walk.Walk(), options, async (candidate, token) =>
            {
                var result = await importer.ImportAsync(candidate, token);
                lock (gate)
                {
                    tally.Add(result);
                    report(result);
                }
            });
            tally.Completed = true;
        }
        finally
        {
            tally.LinkedFolders = walk.LinkedFolders;
        }
    }
}
