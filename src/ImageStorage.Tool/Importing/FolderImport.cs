using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Imports all files of a folder, several at the same time.</summary>
internal sealed class FolderImport(FolderWalk walk, FileImporter importer)
{
    /// <summary>
    /// The number of files that are stored at the same time: enough to keep a disk busy while another file is flushed.
    /// </summary>
    private const int Concurrency = 8;

    /// <summary>
    /// The number of files that are counted before the import begins, so that the total of a small folder is known
    /// immediately.
    /// </summary>
    private const int CountedAtOnce = 1024;

    /// <summary>Counts the files concurrently with the import, for the total of the progress.</summary>
    public static async Task CountAsync(FolderWalk walk, Activity activity, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var _ in walk.Walk())
        {
            if (++count % CountedAtOnce == 0)
            {
                // The import begins here; the rest is counted on another thread.
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        activity.Total = count;
    }

    /// <summary>Runs the import.</summary>
    /// <param name="tally">Counts the results while the import runs, so that the counts are right when the import ends
    /// early.</param>
    /// <param name="report">Called for each file, never concurrently.</param>
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
            (tally.LinkedFolders, tally.Stores) = (walk.LinkedFolders, walk.Stores);
        }
    }
}
